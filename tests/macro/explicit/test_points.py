"""The points of a body shared out among processes: nobody's answer depends on who computes it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hammerscale.config.deck import Deck
from hammerscale.errors import SetupError
from hammerscale.macro.explicit import points
from hammerscale.macro.explicit.points import LawPoints, deal
from hammerscale.macro.explicit.run import Run
from hammerscale.macro.explicit.setup import build_solver
from hammerscale.ranks import ALONE
from tests.macro.bodies import ELASTIC, taylor_magnesium
from tests.macro.processes import in_processes

BODY = {"kind": "cylinder", "length_mm": 5.0, "radius_mm": 0.5, "core": 1, "rings": 1, "layers": 5}
DECK = Deck.model_validate(
    {"title": "bar", "body": BODY, "impact": {"kind": "wall", "velocity_m_s": 200.0}, "duration_us": 0.6, "frames": 2}
)
LAW = taylor_magnesium(2)


@given(costs=arrays(float, st.integers(1, 200), elements=st.floats(0.0, 1e6)), ranks=st.integers(1, 9))
def test_no_two_processes_differ_by_more_than_the_dearest_point(costs, ranks):
    loads = np.bincount(deal(costs, ranks), costs, ranks)
    assert np.ptp(loads) <= costs.max() * (1.0 + 1e-9)


def test_more_processes_than_points_are_refused():
    with pytest.raises(SetupError, match="3 processes for 2 points"):
        in_processes(3, lambda group: LawPoints(ELASTIC, 2, group))


def run_to(*ends, group=ALONE, arrays=None):
    """Return positions, all states and outputs, snapshot and owners of a run to times, from a snapshot or the start."""
    run = Run(DECK, build_solver(DECK, LAW, group))
    if arrays is not None:
        run.solver.restore(arrays)
    for end in ends:
        run.advance(end)
    solver = run.solver
    outputs = solver.material.outputs()
    return solver.position, solver.material.state(), outputs, solver.snapshot(), solver.material.points.owner


@pytest.fixture
def restless(monkeypatch):
    """Points are dealt anew at every other step, whatever the balance."""
    monkeypatch.setattr(points, "BALANCE_STEPS", 2)
    monkeypatch.setattr(points, "IMBALANCE", 0.0)


def test_three_processes_whose_points_move_give_the_bits_of_one(restless):
    alone = run_to(6e-7)
    shared = in_processes(3, lambda group: run_to(6e-7, group=group))
    assert (shared[0][4] != deal(np.ones(len(shared[0][4])), 3)).any()
    np.testing.assert_array_equal(shared[0][1], alone[1])
    for position, _, outputs, _, _ in shared:
        np.testing.assert_array_equal(position, alone[0])
        for name, field in alone[2].items():
            np.testing.assert_array_equal(outputs[name], field)


def test_a_restart_of_two_processes_ends_in_the_same_bits(restless):
    straight = in_processes(2, lambda group: run_to(3e-7, 6e-7, group=group))
    half = in_processes(2, lambda group: run_to(3e-7, group=group))[0][3]
    again = in_processes(2, lambda group: run_to(6e-7, group=group, arrays=half))
    np.testing.assert_array_equal(again[0][0], straight[0][0])
    np.testing.assert_array_equal(again[0][1], straight[0][1])
