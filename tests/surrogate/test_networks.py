"""The gated unit and the published network: agreement with torch, contract, export."""

import functools
from dataclasses import replace

import numpy as np
import pytest
import torch

from hammerscale.errors import InputError
from hammerscale.laws.exported import load_exported
from hammerscale.provenance import collect
from hammerscale.surrogate.features import fit_features
from hammerscale.surrogate.gru.gru_entry import GRU_TRAINING, Gru
from hammerscale.surrogate.gru.gru_model import FittedGru
from hammerscale.surrogate.gru.gru_training import GruNetwork, gru_tensors, gru_weights
from hammerscale.surrogate.models import load_model
from hammerscale.surrogate.parameter_inputs import fit_inputs
from hammerscale.surrogate.pca_net.pca import fit_reduction
from hammerscale.surrogate.pca_net.pca_net_entry import PUBLISHED_TRAINING, PcaNet
from hammerscale.surrogate.pca_net.pca_net_training import (
    PUBLISHED_STRESS_SCALE,
    DenseNetwork,
    fitted_pca_net,
    pca_tensors,
)
from hammerscale.surrogate.socket import Split
from hammerscale.surrogate.training.tensors import history_errors
from tests.contracts import surrogate as contract
from tests.surrogate.histories import relaxing_histories, varied_histories

SPLIT = Split(train=np.arange(8), validation=np.arange(8, 10))
GRU = Gru(states=10, training=replace(GRU_TRAINING, epochs=2, batch=4), duration_s=1e-6)
PCA_NET = PcaNet(modes=5, width=16, layers=2, training=replace(PUBLISHED_TRAINING, epochs=2, batch=4))
PRECISIONS = [(torch.float32, 1e-6), (torch.float64, 1e-12)]


@pytest.mark.parametrize("data", [relaxing_histories(5), varied_histories(2)], ids=["plain", "parameters"])
@pytest.mark.parametrize(("dtype", "tolerance"), PRECISIONS)
def test_gated_kernels_agree_with_torch(data, dtype, tolerance):
    frame, inputs = fit_features(data), fit_inputs(data)
    torch.manual_seed(0)
    network = GruNetwork(*frame.sizes, 64, 0.3, len(inputs.names)).to(dtype)
    _, features, _, parameters = gru_tensors(frame, inputs, data, dtype)
    with torch.no_grad():
        expected = network(features, parameters).numpy()
    fitted = FittedGru(frame, gru_weights(network), 0.3, None, inputs=inputs)
    predicted = fitted.predict(data.times, data.stretch, inputs.of(data))
    error = frame.targets(data.stretch, predicted) - expected
    # Single precision: torch subtracts samples that were rounded before, the kernels round their difference.
    assert np.linalg.norm(error) <= tolerance * np.linalg.norm(expected)


@pytest.mark.parametrize(("dtype", "tolerance"), PRECISIONS)
def test_the_published_network_agrees_with_torch(dtype, tolerance):
    data = relaxing_histories(9)
    strain, stress = (fit_reduction(data.times, h, 5) for h in (data.stretch, data.stress))
    torch.manual_seed(0)
    network = DenseNetwork(30, 30, 40, 4).to(dtype)
    inputs = torch.tensor(strain.project(data.times, data.stretch), dtype=dtype)
    with torch.no_grad():
        coefficients = network(inputs).double().numpy() * PUBLISHED_STRESS_SCALE
    expected = stress.lift(coefficients, data.times)
    predicted = fitted_pca_net(network, strain, stress).predict(data.times, data.stretch)
    np.testing.assert_allclose(predicted, expected, atol=tolerance * np.abs(expected).max())


@pytest.mark.parametrize("quadrature", [False, True])
def test_the_loss_on_coefficients_is_the_error_of_the_decoded_stress(quadrature):
    data = relaxing_histories(9)
    strain, stress = (fit_reduction(data.times, h, 4, quadrature=quadrature) for h in (data.stretch, data.stress))
    torch.manual_seed(0)
    network = DenseNetwork(24, 24, 12, 2).double()
    batch = tuple(tensor.double() for tensor in pca_tensors(strain, stress, data))
    with torch.no_grad():
        errors = network.path_errors(batch, 0.0, None).numpy()
    decoded = fitted_pca_net(network, strain, stress).predict(data.times, data.stretch)
    rest, whole = ((h**2).sum(axis=2) @ stress.weights for h in (decoded - data.stress, data.stress))
    np.testing.assert_allclose(errors, np.sqrt(rest / whole), rtol=1e-5)


def test_loss_of_histories_is_relative_and_independent_of_the_grid():
    fine = torch.linspace(0, 1, 401, dtype=torch.float64)
    uneven = fine**1.5
    for times in (fine, uneven):
        targets = torch.stack([times, times**2], dim=1)[None]
        error = float(history_errors(targets * 1.2, targets, times)[0])
        assert error == pytest.approx(0.2, rel=1e-9)
        offset = float(history_errors(targets + times[:, None], targets, times)[0])
        assert offset == pytest.approx(np.sqrt((2 / 3) / (1 / 3 + 1 / 5)), rel=1e-4)


@pytest.mark.parametrize("surrogate", [GRU, PCA_NET], ids=["gru", "pca_net"])
def test_contract_of_a_surrogate(surrogate, tmp_path):
    data = relaxing_histories(12)
    contract.check_fit_is_reproducible(surrogate, data, SPLIT)
    contract.check_training_rows_only(surrogate, data, SPLIT)
    fitted = surrogate.fit(data, SPLIT, seed=0)
    fitted.export(tmp_path / "model", collect("0" * 64, {}))
    loaded = load_model(tmp_path / "model")
    np.testing.assert_array_equal(loaded.predict(data.times, data.stretch), fitted.predict(data.times, data.stretch))


def test_the_gated_unit_is_a_law(tmp_path):
    contract.check_exported_law_equals_prediction(
        GRU,
        relaxing_histories(12),
        SPLIT,
        tmp_path / "model",
        functools.partial(load_exported, density=1e4),
        1e-6,
        tolerance=1e-6,
    )


@pytest.fixture(scope="module")
def parametrised():
    return GRU.fit(varied_histories(), SPLIT, seed=0)


def test_an_exported_gated_unit_keeps_its_parameters(parametrised, tmp_path):
    data = varied_histories()
    parametrised.export(tmp_path / "model", collect("0" * 64, {}))
    loaded, parameters = load_model(tmp_path / "model"), data.parameters[:, :1]
    assert loaded.inputs == parametrised.inputs
    expected = parametrised.predict(data.times, data.stretch, parameters)
    np.testing.assert_array_equal(loaded.predict(data.times, data.stretch, parameters), expected)
    assert np.abs(expected[0] - expected[1]).max() > 0.0
    np.testing.assert_array_equal(data.stretch[0], data.stretch[1])


def test_a_law_is_the_gated_unit_at_the_named_parameters(parametrised, tmp_path):
    data = varied_histories()
    parametrised.export(tmp_path / "model", collect("0" * 64, {}))
    law = load_exported(tmp_path / "model", 1e4, {"material.slip.tau0": 1.5})
    expected = parametrised.predict(data.times, data.stretch, np.full((len(data.stretch), 1), 1.5))
    found = law.model.predict(data.times, data.stretch)
    np.testing.assert_allclose(found, expected, atol=1e-6 * np.abs(expected).max())
    assert law.sound_speed(law.initial_state(1))[0] > 0.0


def test_a_gated_unit_with_parameters_is_no_law_without_their_values(parametrised, tmp_path):
    parametrised.export(tmp_path / "model", collect("0" * 64, {}))
    with pytest.raises(InputError, match=r"takes the parameters material\.slip\.tau0 from 1 to 3 MPa"):
        load_exported(tmp_path / "model", 1e4)
    with pytest.raises(InputError, match="of shape"):
        parametrised.advance(*np.zeros((5, 1, 10)))


def test_the_gated_unit_is_causal_bit_for_bit():
    data = relaxing_histories(12)
    fitted = GRU.fit(data, SPLIT, seed=0)
    changed = data.stretch.copy()
    changed[:, 12:] = data.stretch[:, :9]
    before, after = fitted.predict(data.times, data.stretch), fitted.predict(data.times, changed)
    np.testing.assert_array_equal(before[:, :12], after[:, :12])


@pytest.mark.parametrize(("dtype", "tolerance"), PRECISIONS)
def test_onnxruntime_gives_the_networks_coefficients(dtype, tolerance, tmp_path):
    onnxruntime = pytest.importorskip("onnxruntime")
    data = relaxing_histories(9)
    strain, stress = (fit_reduction(data.times, h, 5) for h in (data.stretch, data.stress))
    torch.manual_seed(0)
    fitted = fitted_pca_net(DenseNetwork(30, 30, 40, 4).to(dtype), strain, stress)
    fitted.export(tmp_path / "model", collect("0" * 64, {}))
    inputs = strain.project(data.times, data.stretch)
    session = onnxruntime.InferenceSession(tmp_path / "model" / "network.onnx")
    found = session.run(["outputs"], {"inputs": inputs.astype(fitted.weights[0].dtype)})[0]
    expected = fitted.coefficients(inputs)
    np.testing.assert_allclose(found, expected, atol=tolerance * np.abs(expected).max())
