"""What is recorded of a run does not depend on how many processes computed it."""

import numpy as np
import pytest

from hammerscale.config.deck import Deck
from hammerscale.macro.explicit.setup import build_solver
from hammerscale.macro.records.history import now
from tests.macro.bodies import COPPER
from tests.macro.explicit.test_run import DECK


@pytest.mark.parametrize("seed", range(20))
def test_the_dissipated_energy_has_the_same_bits_however_it_lies_in_memory(seed, monkeypatch):
    solver = build_solver(Deck.model_validate(DECK), COPPER)
    states = np.random.default_rng(seed).random((len(solver.reference.volume), 5))
    bits = set()
    for dissipation in (states[:, 2], states[:, 2].copy()):
        monkeypatch.setattr(solver.material, "outputs", lambda held=dissipation: {"dissipation": held})
        bits.add(now(solver)[4])
    assert len(bits) == 1
