"""The published network as a law against the network asked for the whole path."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from hammerscale.arrays import Outcome
from hammerscale.config.deck import Deck
from hammerscale.errors import InputError
from hammerscale.laws.exported import load_exported
from hammerscale.laws.pca_net_law import PcaNetLaw
from hammerscale.macro.explicit.impact import Names, run_impact
from hammerscale.macro.explicit.run import Run
from hammerscale.macro.explicit.setup import build_solver
from hammerscale.macro.explicit.solver import Controls, ExplicitSolver
from hammerscale.macro.meshes.mesh import box_mesh
from hammerscale.macro.records.checkpoint import read_checkpoint, restore, write_checkpoint
from hammerscale.provenance import collect
from hammerscale.surrogate.pca_net.pca import fit_reduction
from hammerscale.surrogate.pca_net.pca_net_model import FittedPcaNet
from hammerscale.tensor.voigt import IDENTITY, from_matrix, to_matrix
from tests.contracts import capabilities as capability
from tests.contracts import law as contract

DURATION, DENSITY, SAMPLES, MODES = 1e-6, 1740.0, 21, 4
TIMES = np.linspace(0.0, 1.0, SAMPLES)
DECK = {
    "title": "small block",
    "body": {"kind": "box", "size_mm": [1.0, 1.0, 2.0], "elements": [2, 2, 4]},
    "impact": {"kind": "wall", "velocity_m_s": 20.0},
    "duration_us": 1.0,
    "frames": 2,
}
DIRECTION = np.array([0.08, -0.05, 0.02, 0.03, -0.02, 0.04])


def network() -> FittedPcaNet:
    """Return a network in double precision with random weights, small enough to be nearly linear."""
    rng = np.random.default_rng(2)
    walks = IDENTITY + 0.02 * np.cumsum(rng.normal(size=(60, SAMPLES, 6)), axis=1)
    strain, stress = fit_reduction(TIMES, walks, MODES), fit_reduction(TIMES, 1e9 * (walks - IDENTITY), MODES)
    sizes = [6 * MODES, 16, 6 * MODES]
    weights = tuple(0.3 * rng.normal(size=shape) for shape in pairwise(sizes))
    biases = tuple(0.1 * rng.normal(size=size) for size in sizes[1:])
    return FittedPcaNet(strain, stress, 1.0, 1e9, weights, biases, DURATION)


LAW = PcaNetLaw(network(), DURATION, DENSITY)


def advance(law, state, old, new, duration_s):
    """Return new state, stress (n, 6) and status after one step from stretch to stretch, both (6,)."""
    after = np.empty_like(state)
    cauchy, status = law.advance(state, to_matrix(old)[None], to_matrix(new)[None], duration_s, after)
    return after, from_matrix(cauchy), status


def predicted(path):
    """Return the network's answer to a path (t, 6), less its answer to rest."""
    rest = np.tile(IDENTITY, (1, SAMPLES, 1))
    return (LAW.model.predict(TIMES, path[None]) - LAW.model.predict(TIMES, rest))[0]


def test_contract_of_a_law():
    gradient = np.eye(3) + 0.1 * np.random.default_rng(1).uniform(-1, 1, (4, 3, 3))
    contract.check_rest(LAW)
    contract.check_purity(LAW, gradient, 1e-8)
    contract.check_objectivity(LAW, gradient, 1e-8, 1e-10)
    contract.check_impossible_steps_are_statuses(LAW, 1e-8)


def test_a_point_that_fails_is_a_status_and_leaves_its_neighbours_alone():
    good, inverted = np.diag([1.001, 0.999, 1.0]), np.diag([-1.0, 1.0, 1.0])
    state = LAW.initial_state(3)
    gradients = np.stack([good, inverted, good])
    cauchy, status = LAW.advance(state, np.tile(np.eye(3), (3, 1, 1)), gradients, 1e-8, np.empty_like(state))
    assert status.tolist() == [Outcome.CONVERGED, Outcome.NOT_FINITE, Outcome.CONVERGED]
    # Products of matrices may sum in another order for another row.
    np.testing.assert_allclose(cauchy[0], cauchy[2], rtol=1e-9)


def test_a_straight_path_is_foreseen_so_every_step_gives_the_answer_to_the_whole_path():
    path = IDENTITY + TIMES[:, None] * DIRECTION
    state = LAW.initial_state(1)
    for k in range(1, SAMPLES):
        state, stress, _ = advance(LAW, state, path[k - 1], path[k], DURATION / (SAMPLES - 1))
        np.testing.assert_allclose(stress[0], predicted(path)[k], rtol=1e-9, atol=1e-3)


def test_after_a_kink_the_past_stays_and_the_future_goes_on_with_the_last_increment():
    corner, end = IDENTITY + 0.4 * DIRECTION, IDENTITY + 0.5 * DIRECTION[::-1]
    state, _, _ = advance(LAW, LAW.initial_state(1), IDENTITY, corner, 0.4 * DURATION)
    state, stress, _ = advance(LAW, state, corner, end, 0.1 * DURATION)
    later = (TIMES[:, None] - 0.4) / 0.1
    expected = np.where(TIMES[:, None] <= 0.4, IDENTITY + TIMES[:, None] * DIRECTION, corner + later * (end - corner))
    np.testing.assert_allclose(state[0, 1:].reshape(SAMPLES, 6), expected, atol=1e-14)
    np.testing.assert_allclose(stress[0], predicted(expected)[10], rtol=1e-9, atol=1e-3)


def test_a_step_between_two_times_of_the_grid_is_read_between_them():
    new = IDENTITY + 0.33 * DIRECTION
    _, stress, _ = advance(LAW, LAW.initial_state(1), IDENTITY, new, 0.33 * DURATION)
    whole = predicted(IDENTITY + TIMES[:, None] * DIRECTION)
    np.testing.assert_allclose(stress[0], 0.4 * whole[6] + 0.6 * whole[7], rtol=1e-9, atol=1e-3)


def test_the_answer_turns_with_the_material():
    rotation = Rotation.from_rotvec([0.4, -1.0, 0.3]).as_matrix()
    new = to_matrix(IDENTITY + 0.1 * DIRECTION)
    state = LAW.initial_state(1)
    plain, _ = LAW.advance(state, np.eye(3)[None], new[None], 1e-7, np.empty_like(state))
    turned, _ = LAW.advance(state, np.eye(3)[None], (rotation @ new)[None], 1e-7, np.empty_like(state))
    np.testing.assert_allclose(turned[0], rotation @ plain[0] @ rotation.T, atol=1e-9 * np.abs(plain).max())


def test_beyond_the_duration_of_the_training_the_law_fails_and_keeps_its_state():
    state, _, status = advance(LAW, LAW.initial_state(1), IDENTITY, IDENTITY + 0.1 * DIRECTION, DURATION)
    assert status[0] == Outcome.CONVERGED
    after, _, status = advance(LAW, state, IDENTITY, IDENTITY, 1e-3 * DURATION)
    assert status[0] == Outcome.TIME_LIMIT
    np.testing.assert_array_equal(after, state)


def test_the_limits_are_those_of_a_limited_law():
    capability.check_limits(LAW)


def test_points_of_different_age_are_answered_each_at_its_time():
    young, old = LAW.initial_state(1), advance(LAW, LAW.initial_state(1), IDENTITY, IDENTITY, 0.5 * DURATION)[0]
    both, new = np.concatenate([young, old]), to_matrix(IDENTITY + 0.1 * DIRECTION)
    together, _ = LAW.advance(both, np.tile(np.eye(3), (2, 1, 1)), np.stack([new, new]), 1e-7, np.empty_like(both))
    for state, cauchy in zip((young, old), together, strict=True):
        alone, _ = LAW.advance(state, np.eye(3)[None], new[None], 1e-7, np.empty_like(state))
        np.testing.assert_allclose(cauchy, alone[0], rtol=1e-9)


def test_wave_speed_is_that_of_the_stiffness_along_uniaxial_paths():
    class Isotropic:
        """Answers with 3 ε to the normal strain along each axis and 1 ε across."""

        strain = LAW.model.strain

        def predict(self, times, stretch):
            return 1e9 * ((stretch - IDENTITY) @ (np.diag([2.0, 2, 2, 0, 0, 0]) + np.pad(np.ones((3, 3)), (0, 3))))

    law = PcaNetLaw(Isotropic(), DURATION, DENSITY)
    assert law.sound_speed(LAW.initial_state(2)) == pytest.approx([np.sqrt(3e9 / DENSITY)] * 2)


def test_an_exported_network_comes_back_as_the_same_law(tmp_path):
    network().export(tmp_path / "model", collect("0", {}))
    law = load_exported(tmp_path / "model", DENSITY)
    new = to_matrix(IDENTITY + 0.1 * DIRECTION)[None]
    answers = [
        one.advance(one.initial_state(1), np.eye(3)[None], new, 1e-7, one.initial_state(1))[0] for one in (LAW, law)
    ]
    np.testing.assert_array_equal(*answers)
    assert law.longest_run_s == DURATION


def test_a_network_that_does_not_know_its_duration_is_no_law(tmp_path):
    replace(network(), duration_s=None).export(tmp_path / "model", collect("0", {}))
    with pytest.raises(InputError, match="physical length of its paths"):
        load_exported(tmp_path / "model", DENSITY)


def test_a_solver_takes_no_longer_step_than_the_training_grid_has():
    mesh = box_mesh(*(np.linspace(0.0, 1.0, 3) for _ in range(3)))
    solver = ExplicitSolver(mesh, LAW, Controls(), np.zeros_like(mesh.nodes), np.zeros_like(mesh.nodes))
    assert solver.stable_step() == pytest.approx(DURATION / (SAMPLES - 1))


def test_a_deck_that_lasts_longer_than_the_training_is_refused_at_once(tmp_path):
    deck = Deck.model_validate(DECK | {"duration_us": 1.5})
    with pytest.raises(InputError, match=r"lasts 1.5 µs, and the law net knows 1 µs"):
        run_impact(deck, LAW, Names("deck", "net"), tmp_path, collect("0", {}))
    assert not list(tmp_path.iterdir())


def test_a_run_resumed_in_the_middle_of_its_history_ends_in_the_same_bits(tmp_path):
    deck = Deck.model_validate(DECK)
    straight, first, second = (Run(deck, build_solver(deck, LAW)) for _ in range(3))
    first.advance(0.3e-6)
    write_checkpoint(tmp_path / "checkpoint.nc", first, collect("0", {}))
    restore(second, read_checkpoint(tmp_path / "checkpoint.nc", "0"), tmp_path / "checkpoint.nc")
    for run in (straight, second):
        run.advance(0.3e-6)
        run.advance(0.6e-6)
    np.testing.assert_array_equal(straight.solver.position, second.solver.position)
    np.testing.assert_array_equal(straight.solver.material.state(), second.solver.material.state())
