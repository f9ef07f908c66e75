"""A polycrystal at every quadrature point of a Taylor anvil: the concurrent model runs as any law does."""

import numpy as np
import pytest

from hammerscale.config.deck import Deck
from hammerscale.macro.explicit.run import Run
from hammerscale.macro.explicit.setup import build_solver
from tests.macro.bodies import taylor_magnesium

VOLUMETRIC_MODULUS = 24e9


@pytest.fixture(scope="module")
def run():
    body = {"kind": "cylinder", "length_mm": 5.0, "radius_mm": 0.5, "core": 1, "rings": 1, "layers": 8}
    wall = {"kind": "wall", "velocity_m_s": 200.0}
    deck = Deck.model_validate({"title": "anvil", "body": body, "impact": wall, "duration_us": 0.4})
    run = Run(deck, build_solver(deck, taylor_magnesium(8)))
    run.advance(run.duration_s)
    return run


def test_the_pressure_at_every_point_is_that_of_its_volume(run):
    gradient = run.solver.gradient()
    volume = np.linalg.det(gradient)
    mean = np.trace(run.solver.material.cauchy(gradient), axis1=1, axis2=2) / 3.0
    assert np.ptp(volume) > 1e-2
    np.testing.assert_allclose(mean, 2.0 * VOLUMETRIC_MODULUS * (volume - 1.0), rtol=1e-6, atol=1e3)


def test_grains_at_the_foot_have_slipped_and_those_at_the_top_have_not(run):
    slip = run.solver.material.outputs()["plastic_slip"]
    assert slip[:3].min() > 1e-3
    assert slip[-3:].max() < 1e-6


def test_energy_balances(run):
    total = run.history.column("total")
    assert np.abs(total / total[0] - 1.0).max() < 1e-2
    assert run.history.column("plastic")[-1] > 0.0
