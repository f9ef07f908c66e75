"""A recurrent surrogate as a law against the surrogate asked directly."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from hammerscale.config.deck import Deck
from hammerscale.laws.exported import load_exported
from hammerscale.laws.sequence import SequenceLaw
from hammerscale.macro.explicit.run import Run
from hammerscale.macro.explicit.setup import build_solver
from hammerscale.macro.records.checkpoint import read_checkpoint, restore, write_checkpoint
from hammerscale.provenance import collect
from hammerscale.surrogate.features import TensorFeatures
from hammerscale.surrogate.gru.gru_kernels import GruWeights
from hammerscale.surrogate.gru.gru_model import FittedGru
from hammerscale.tensor.voigt import from_matrix, to_matrix
from tests.contracts import law as contract

DURATION, DENSITY, STEPS = 1e-6, 1740.0, 40
FRAME = TensorFeatures(48e9, 0.09, 2.5e8, 0.05, 5.0)
FEATURES, STATES = 5, 6


def surrogate() -> FittedGru:
    """Return a unit with random weights that answers rest with nothing."""
    rng = np.random.default_rng(3)
    shapes = {
        "entrance": (2 * FEATURES, 3 * STATES),
        "entrance_bias": (3 * STATES,),
        "recurrent": (STATES, 3 * STATES),
        "recurrent_bias": (3 * STATES,),
        "readout": (STATES, 5),
        "readout_bias": (5,),
    }
    arrays = {name: 0.4 * rng.normal(size=shape) * ("bias" not in name) for name, shape in shapes.items()}
    return FittedGru(FRAME, GruWeights(**arrays), 0.02, DURATION)


@pytest.fixture(scope="module")
def law(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exported") / "model"
    surrogate().export(folder, collect("0", {}))
    return load_exported(folder, DENSITY)


def stretches() -> np.ndarray:
    """Return a path of the stretch with shear and change of volume (t, 6)."""
    t = np.linspace(0.0, 1.0, STEPS + 1)[:, None]
    return np.array([1, 1, 1, 0, 0, 0]) + t * [0.08, -0.05, 0.02, 0.03, -0.02, 0.04] + 0.03 * np.sin(7 * t)


def test_contract_of_a_law(law):
    gradient = np.eye(3) + 0.1 * np.random.default_rng(1).uniform(-1, 1, (4, 3, 3))
    contract.check_rest(law)
    contract.check_purity(law, gradient, 1e-8)
    contract.check_objectivity(law, gradient, 1e-8, 1e-9)
    contract.check_failure_is_a_status(law, 1e-8)
    contract.check_impossible_steps_are_statuses(law, 1e-8)


def test_a_path_under_rotation_gives_the_direct_answer_turned_by_the_rotation(law):
    path = stretches()
    direct = surrogate().predict(np.linspace(0.0, 1.0, STEPS + 1), path[None])[0]
    rotations = Rotation.from_rotvec(np.linspace(0.0, 2.0, STEPS + 1)[:, None] * [0.6, -0.3, 0.7]).as_matrix()
    gradients = rotations @ to_matrix(path)
    state = law.initial_state(1)
    for k in range(1, STEPS + 1):
        after = np.empty_like(state)
        cauchy, status = law.advance(state, gradients[None, k - 1], gradients[None, k], DURATION / STEPS, after)
        assert status[0] == 0
        unrotated = from_matrix(rotations[k].T @ cauchy[0] @ rotations[k])
        np.testing.assert_allclose(unrotated, direct[k], atol=1e-9 * np.abs(direct).max())
        state = after


def test_strain_beyond_the_training_is_reported_and_remembered(law):
    far, near = np.diag([1.3, 0.9, 0.85])[None], np.diag([1.01, 0.99, 1.0])[None]
    state = law.initial_state(1)
    for old, new in ((np.eye(3)[None], far), (far, near)):
        after = np.empty_like(state)
        law.advance(state, old, new, 1e-8, after)
        state = after
    expected = np.sqrt((FRAME.features(from_matrix(far)) ** 2).mean())
    assert law.outputs(state)["strain_over_training"][0] == pytest.approx(expected)
    assert expected > 1.0


def test_a_change_of_volume_alone_leaves_the_training_in_volume_alone(law):
    after = law.initial_state(1)
    law.advance(law.initial_state(1), np.eye(3)[None], 1.2 * np.eye(3)[None], 1e-8, after)
    reached = law.outputs(after)
    assert reached["strain_over_training"][0] == pytest.approx(0.0, abs=1e-12)
    assert reached["rate_over_training"][0] == pytest.approx(0.0, abs=1e-6)
    assert reached["volume_over_training"][0] == pytest.approx((1.2**3 - 1.0) / FRAME.volume_scale)


@pytest.mark.parametrize("duration_s", [1e-8, 1e-10])
def test_the_largest_rate_is_reported_over_that_of_the_training_and_remembered(duration_s, law):
    there, after, still = np.diag([1.02, 0.99, 0.99])[None], law.initial_state(1), law.initial_state(1)
    law.advance(law.initial_state(1), np.eye(3)[None], there, duration_s, after)
    law.advance(after, there, there, 1e-7, still)
    moved = np.sqrt((FRAME.features(from_matrix(there)) ** 2).mean())
    expected = moved / (duration_s / DURATION) / FRAME.rate_scale
    assert law.outputs(still)["rate_over_training"][0] == pytest.approx(expected)


@pytest.mark.parametrize("part_of_path", [2e-3, 5e-3, 1e-2, 3e-2, 1e-1])
def test_no_step_that_a_solver_takes_is_stiffer_than_the_sound_speed_says(part_of_path):
    fluid = SequenceLaw(Relaxing(), FRAME, DURATION, DENSITY)
    stiffest = fluid.sound_speed(np.zeros((1, 1)))[0] ** 2 * DENSITY
    shear = np.eye(3) + 1e-6 * (np.eye(3)[[1, 0, 2]] - np.diag([0, 0, 1]))
    rest, after = fluid.initial_state(1), fluid.initial_state(1)
    cauchy, _ = fluid.advance(rest, np.eye(3)[None], shear[None], part_of_path * DURATION, after)
    assert 0.0 < FRAME.bulk_modulus + 4.0 / 3.0 * cauchy[0, 0, 1] / 2e-6 <= stiffest


class Relaxing:
    """A stiff body that flows under quick stretches and relaxes slow ones: softest in very short and in long steps."""

    states, longest_step = 1, np.inf

    def advance(self, state_old, start, end, duration, state_new):
        state_new[:] = state_old
        change = end - start
        rate = np.linalg.norm(change, axis=1, keepdims=True) / duration
        return 20.0 * change / (1.0 + rate) / (1.0 + 10.0 * duration)


def test_a_run_goes_on_from_its_checkpoint_in_the_same_bits(law, tmp_path):
    body = {"kind": "box", "size_mm": [1.0, 1.0, 2.0], "elements": [2, 2, 4]}
    wall = {"kind": "wall", "velocity_m_s": 20.0}
    deck = Deck.model_validate({"title": "small block", "body": body, "impact": wall, "duration_us": 1.0})
    straight, first, second = (Run(deck, build_solver(deck, law)) for _ in range(3))
    first.advance(0.4e-6)
    write_checkpoint(tmp_path / "checkpoint.nc", first, collect("0", {}))
    restore(second, read_checkpoint(tmp_path / "checkpoint.nc", "0"), tmp_path / "checkpoint.nc")
    straight.advance(0.4e-6)
    for run in (straight, second):
        run.advance(1e-6)
    assert straight.solver.steps == second.solver.steps > first.solver.steps
    assert np.abs(straight.solver.material.state()).max() > 0.0
    np.testing.assert_array_equal(straight.solver.position, second.solver.position)
    np.testing.assert_array_equal(straight.solver.material.state(), second.solver.material.state())
