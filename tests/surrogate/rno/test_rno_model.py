"""The recurrent operator: exact properties that hold before any training, and the contract after a short one."""

import functools
from dataclasses import replace

import numpy as np
import pytest
import torch

from hammerscale.arrays import Outcome
from hammerscale.laws.exported import load_exported
from hammerscale.provenance import collect
from hammerscale.surrogate.features import TensorFeatures, fit_features, from_deviators
from hammerscale.surrogate.model_folder import read_model
from hammerscale.surrogate.models import load_model
from hammerscale.surrogate.rno.rno_entry import OPERATOR_TRAINING, RecurrentOperator
from hammerscale.surrogate.rno.rno_equation import OperatorWeights
from hammerscale.surrogate.rno.rno_kernels import LANES, measure_flow, multiply_lanes
from hammerscale.surrogate.rno.rno_model import FittedOperator
from hammerscale.surrogate.rno.rno_network import OperatorNetwork
from hammerscale.surrogate.rno.rno_training import operator_weights
from hammerscale.surrogate.socket import Split
from hammerscale.surrogate.time_grid import resample
from hammerscale.surrogate.training.tensors import random_rotations, sequence_tensors
from hammerscale.tensor.voigt import IDENTITY, deviator, to_matrix
from tests.contracts import law as law_contract
from tests.contracts import surrogate as contract
from tests.surrogate.histories import plane_histories, random_stretch, relaxing_histories

SPLIT = Split(train=np.arange(8), validation=np.arange(8, 10))
SHORT = replace(OPERATOR_TRAINING, epochs=2, batch=4)
SMALL = RecurrentOperator(states=6, width=12, readout_width=10, training=SHORT, duration_s=1e-6)
FRAME = TensorFeatures(48e9, 0.09, 2.5e8, 0.05, 5.0)
RATE = 7.0


def random_network(dtype=torch.float64, features=5, targets=5, seed=0):
    """Return an untrained network with all its parts alive."""
    torch.manual_seed(seed)
    return OperatorNetwork(features, targets, 16, 24, 20, RATE).to(dtype)


def random_operator(dtype=torch.float64, seed=0):
    return FittedOperator(FRAME, operator_weights(random_network(dtype, seed=seed)), 1 / 800, RATE, 1e-6)


def test_rest_stays_at_zero_stress_exactly():
    times = np.linspace(0.0, 1.0, 30)
    rest = np.tile(IDENTITY, (3, times.size, 1))
    assert (random_operator().predict(times, rest) == 0.0).all()
    assert (random_operator(torch.float32).predict(times, rest) == 0.0).all()


def test_the_future_leaves_the_past_unchanged_bit_for_bit():
    times, stretch = random_stretch(5, 41)
    changed = stretch.copy()
    changed[:, 25:] = stretch[:, :24:-1]
    model = random_operator(torch.float32)
    before, after = model.predict(times, stretch), model.predict(times, changed)
    np.testing.assert_array_equal(before[:, :25], after[:, :25])
    assert (before[:, 25:] != after[:, 25:]).any()


def test_a_point_has_the_same_bits_alone_and_among_others():
    times, stretch = random_stretch(70, 6)
    model = random_operator(torch.float32)
    together = model.predict(times, stretch)
    np.testing.assert_array_equal(model.predict(times, stretch[67:68]), together[67:68])
    np.testing.assert_array_equal(model.predict(times, stretch[::-1]), together[::-1])


@pytest.mark.parametrize("steps", [100, 400, 3200])
def test_a_path_cut_into_more_steps_is_the_same_path(steps):
    coarse, stretch = random_stretch(4, 51)
    model = random_operator()
    fine = np.linspace(0.0, 1.0, steps + 1)
    cut = model.predict(fine, resample(coarse, stretch, fine))[:, :: steps // 50]
    whole = deviator(model.predict(coarse, stretch))
    assert np.linalg.norm(deviator(cut) - whole) <= 1e-3 * np.linalg.norm(whole)


def test_integration_is_of_second_order():
    times, stretch = random_stretch(4, 11)
    weights = operator_weights(random_network())
    answers = [
        FittedOperator(FRAME, weights, 0.1 / cuts, RATE, None).predict(times, stretch) for cuts in (64, 128, 2048)
    ]
    errors = [np.linalg.norm(answer - answers[2]) for answer in answers[:2]]
    assert np.log2(errors[0] / errors[1]) == pytest.approx(2.0, abs=0.25)


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-6), (torch.float64, 1e-12)])
def test_compiled_kernels_agree_with_torch(dtype, tolerance):
    data = relaxing_histories(5)
    network = random_network(dtype)
    times, features, _ = sequence_tensors(FRAME, data, dtype)
    with torch.no_grad():
        by_torch = network.recorded_states(times[0], features)
        seen = network(times[0], features).numpy()
    model = FittedOperator(FRAME, operator_weights(network), 1.0, RATE, None)
    state = np.zeros((5, 16))
    scale = np.abs(seen).max()
    for k in range(1, 21):
        step = data.times[k] - data.times[k - 1]
        x = features.numpy().astype(float)
        targets = model.advance(state, x[:, k - 1], x[:, k], step, state)
        np.testing.assert_allclose(targets, seen[:, k], atol=tolerance * scale)
        np.testing.assert_allclose(state, by_torch[:, k], atol=tolerance * float(by_torch.abs().max()))


def test_steps_that_are_cut_in_training_are_those_that_an_export_cuts():
    data = relaxing_histories(5)
    network = random_network()
    network.cuts = 3
    times, features, _ = sequence_tensors(FRAME, data, torch.float64)
    with torch.no_grad():
        seen = network(times[0], features).numpy()
    step = float(np.diff(data.times).max())
    model = FittedOperator(FRAME, operator_weights(network), step / 3, RATE, None)
    answered = FRAME.targets(data.stretch, model.predict(data.times, data.stretch))
    np.testing.assert_allclose(answered, seen, atol=1e-11 * np.abs(seen).max())


@pytest.mark.parametrize(("rows", "columns"), [(1, 3), (5, 64), (7, 13), (32, 8)])
def test_block_products_are_products_of_matrices(rows, columns):
    rng = np.random.default_rng(rows)
    matrix, inputs = rng.standard_normal((rows, columns)), rng.standard_normal((columns, LANES))
    outputs = np.full((rows, LANES), np.nan)
    multiply_lanes(matrix, inputs, outputs)
    np.testing.assert_allclose(outputs, matrix @ inputs, atol=1e-12)


@pytest.mark.parametrize("speed", [0.0, 1e-6, 1.0, 1e3])
def test_flow_keeps_the_direction_and_moderates_the_speed(speed):
    direction = np.random.default_rng(0).standard_normal((5, LANES))
    direction /= np.linalg.norm(direction, axis=0)
    flow, length = np.empty_like(direction), np.empty(LANES)
    measure_flow(0.01 * speed * direction, 0.01, flow, length)
    np.testing.assert_allclose(flow, speed / (0.01 + speed**2) ** 0.25 * direction, atol=1e-12)
    np.testing.assert_allclose(length, 0.01 * speed, rtol=1e-12)


def test_a_strain_that_is_held_relaxes_the_stress_to_a_finite_rest():
    times, stretch = random_stretch(3, 21)
    model = random_operator()
    held = model.predict(np.append(times, [2.0, 3.0]), np.concatenate([stretch, stretch[:, -1:], stretch[:, -1:]], 1))
    assert np.isfinite(held).all()
    assert (deviator(held[:, -1]) != deviator(held[:, 20])).all()


def test_gradients_by_hand_are_those_that_torch_records():
    network = random_network()
    times = torch.linspace(0, 1, 9, dtype=torch.float64) ** 1.2
    features = 0.5 * torch.randn(7, 9, 5, dtype=torch.float64).cumsum(1)
    weights = torch.randn(7, 9, 16, dtype=torch.float64)
    found = []
    for run in (network.compiled_states, network.recorded_states):
        network.zero_grad()
        (run(times, features) * weights).sum().backward()
        found.append({name: p.grad.clone() for name, p in network.named_parameters() if p.grad is not None})
    assert len(found[0]) == len(found[1]) == 9
    for name, gradient in found[1].items():
        torch.testing.assert_close(found[0][name], gradient, rtol=1e-10, atol=1e-12)


def test_contract_of_a_surrogate(tmp_path):
    data = relaxing_histories(12, samples=11)
    contract.check_fit_is_reproducible(SMALL, data, SPLIT)
    contract.check_training_rows_only(SMALL, data, SPLIT)
    contract.check_exported_law_equals_prediction(
        SMALL, data, SPLIT, tmp_path / "model", functools.partial(load_exported, density=1e4), 1e-6, tolerance=1e-6
    )


def test_contract_of_a_law(tmp_path):
    random_operator().export(tmp_path / "model", collect("0" * 64, {}))
    law = load_exported(tmp_path / "model", density=1e4)
    gradient = np.eye(3) + 0.02 * np.random.default_rng(0).standard_normal((5, 3, 3))
    law_contract.check_rest(law)
    law_contract.check_purity(law, gradient, 1e-8)
    law_contract.check_objectivity(law, gradient, 1e-8)
    law_contract.check_failure_is_a_status(law, 1e-8)
    law_contract.check_impossible_steps_are_statuses(law, 1e-8)


def test_a_step_of_too_many_divisions_is_a_status(tmp_path):
    model = random_operator()
    model.export(tmp_path / "model", collect("0" * 64, {}))
    law = load_exported(tmp_path / "model", density=1e4)
    rest, state = np.eye(3)[None], law.initial_state(1)
    longest = model.longest_step * model.duration_s
    for duration, status in ((longest, Outcome.CONVERGED), (1.01 * longest, Outcome.STEP_LIMIT)):
        assert law.advance(state, rest, rest, duration, np.empty_like(state))[1].tolist() == [status]


def test_an_export_is_plain_arrays_that_load_to_the_same_bits(tmp_path):
    model = random_operator(torch.float32)
    model.export(tmp_path / "model", collect("0" * 64, {}), {"deviatoric": 0.1})
    held = read_model(tmp_path / "model")
    assert set(held.arrays) == set(OperatorWeights._fields)
    assert all(array.dtype == np.float32 for array in held.arrays.values())
    times, stretch = random_stretch(3, 21)
    np.testing.assert_array_equal(load_model(tmp_path / "model").predict(times, stretch), model.predict(times, stretch))


def test_any_components_can_be_trained_on():
    data = plane_histories(12)
    fitted = SMALL.fit(data, SPLIT, seed=0)
    assert fitted.frame.sizes == (3, 3)
    assert np.isfinite(fitted.predict(data.times, data.stretch)).all()


def test_a_linear_relaxation_is_learned():
    data = relaxing_histories(60, samples=41)
    training = replace(OPERATOR_TRAINING, epochs=120, batch=10, learning_rate=1e-2)
    surrogate = RecurrentOperator(states=8, width=8, readout_width=8, training=training)
    fitted = surrogate.fit(data, Split(np.arange(45), np.arange(45, 50)), seed=0)
    test = data.select(np.arange(50, 60))
    rest = deviator(fitted.predict(data.times, test.stretch) - test.stress)
    assert np.linalg.norm(rest) < 0.1 * np.linalg.norm(deviator(test.stress))


def test_features_that_never_move_do_no_harm():
    data = plane_histories(12)
    still = replace(data, stretch=data.stretch * np.array([1.0, 1.0, 0.0]))
    assert np.isfinite(fit_features(still).features(still.stretch)).all()


def test_turning_coordinates_is_turning_the_tensor():
    generator = torch.Generator().manual_seed(3)
    turn = random_rotations(6, generator, torch.zeros(1, dtype=torch.float64)).numpy()
    np.testing.assert_allclose(turn @ turn.swapaxes(1, 2), np.broadcast_to(np.eye(5), turn.shape), atol=1e-12)
    coordinates = np.random.default_rng(0).standard_normal((6, 5))
    before = to_matrix(from_deviators(coordinates))
    after = to_matrix(from_deviators(np.einsum("nij,nj->ni", turn, coordinates)))
    # A rotation keeps all invariants; a mere orthogonal map of the five numbers would change the determinant.
    np.testing.assert_allclose(np.linalg.eigvalsh(after), np.linalg.eigvalsh(before), atol=1e-12)
