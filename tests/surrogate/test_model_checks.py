"""A forged model that carries a right seal is one clear error: no kernel sees its numbers."""

import json
import math

import numpy as np
import pytest

from hammerscale.errors import HammerscaleError, InputError, StoreError
from hammerscale.laws.exported import load_exported
from hammerscale.provenance import collect
from hammerscale.registry import SURROGATES
from hammerscale.store.folder import MANIFEST
from hammerscale.store.sealed_json import write_sealed_json
from hammerscale.surrogate.baselines.linear_map import Linear
from hammerscale.surrogate.baselines.nearest import Nearest
from hammerscale.surrogate.baselines.pressure import FittedPressure
from hammerscale.surrogate.embedded.embedded_crystals import FittedCrystals
from hammerscale.surrogate.features import TensorFeatures
from hammerscale.surrogate.gru.gru_entry import GRU_SHAPES
from hammerscale.surrogate.gru.gru_kernels import GruWeights
from hammerscale.surrogate.gru.gru_model import FittedGru
from hammerscale.surrogate.model_folder import MODEL_FILE, ModelFile, read_model, write_model
from hammerscale.surrogate.models import load_model
from hammerscale.surrogate.pca_net.pca import Reduced, fit_reduction
from hammerscale.surrogate.pca_net.pca_net_model import FittedPcaNet
from hammerscale.surrogate.rno.rno_entry import WEIGHT_SHAPES
from hammerscale.surrogate.rno.rno_equation import OperatorWeights
from hammerscale.surrogate.rno.rno_model import FittedOperator
from hammerscale.surrogate.socket import Split
from tests.crystal.materials import MAGNESIUM
from tests.surrogate.histories import relaxing_histories

SIZES = {"s": 6, "i": 10, "f": 5, "o": 5, "m": 8, "k": 7}
FRAME = TensorFeatures(48e9, 0.1, 1e9, 0.05, 5.0)


def weights(shapes):
    """Return arrays of these shapes."""

    def size(dimension):
        return int(dimension[0]) * SIZES[dimension[1:]] if dimension[0].isdigit() else SIZES[dimension]

    return {name: np.full([size(part) for part in text.split()], 0.01) for name, text in shapes.items()}


def built(kind):
    """Return a small model of a kind; nothing of it is trained."""
    data, split = relaxing_histories(6, 9), Split(train=np.arange(6), validation=np.arange(0))
    if kind == "rno":
        return FittedOperator(FRAME, OperatorWeights(**weights(WEIGHT_SHAPES)), 0.01, 1.0, 1e-6)
    if kind == "gru":
        return FittedGru(FRAME, GruWeights(**weights(GRU_SHAPES)), 0.1, 1e-6)
    if kind == "pca_net":
        strain, stress = (fit_reduction(data.times, each, 2) for each in (data.stretch, data.stress))
        return FittedPcaNet(strain, stress, 1.0, 1e9, (np.ones((12, 12)),), (np.ones(12),), 1e-6)
    if kind == "embedded_crystals":
        return FittedCrystals(MAGNESIUM, np.eye(4)[:2], np.array([0.5, 0.5]), np.array([1.0, 0.0]), 1e-4, 1e-6)
    if kind == "pressure":
        return FittedPressure(1e9)
    return {"linear": Linear(modes=2), "nearest": Nearest()}[kind].fit(data, split, 0)


ARRAYS = {
    "rno": "rate",
    "gru": "recurrent",
    "pca_net": "stress_modes",
    "linear": "matrix",
    "nearest": "stress",
    "embedded_crystals": "weights",
}
KINDS = [*ARRAYS, "pressure"]


@pytest.fixture
def forged(tmp_path):
    """Return a function that changes a model and seals it again."""

    def forge(kind, change):
        built(kind).export(tmp_path / "true", collect("0" * 64, {}))
        model = read_model(tmp_path / "true")
        document, arrays = json.loads(json.dumps(model.document)), dict(model.arrays)
        change(document, arrays)
        forged = ModelFile(model.kind, document, arrays)
        write_model(tmp_path / "forged", collect("0" * 64, {}), forged, {})
        return tmp_path / "forged"

    return forge


def refused(folder):
    """Require that surrogates and laws refuse a model, and return the words."""
    with pytest.raises(HammerscaleError) as caught:
        load_model(folder)
    with pytest.raises(HammerscaleError):
        load_exported(folder, 1e3)
    return str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
def test_a_true_model_loads(forged, kind):
    assert load_model(forged(kind, lambda _document, _arrays: None))


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_needs_rest_if_its_models_start_there(kind):
    assert SURROGATES[kind].needs_rest == hasattr(built(kind), "rest")


def test_models_between_principal_components_are_found_by_what_they_have():
    assert [kind for kind in KINDS if isinstance(built(kind), Reduced)] == ["pca_net", "linear"]


@pytest.mark.parametrize("number", [math.nan, math.inf])
@pytest.mark.parametrize("kind", ARRAYS)
def test_a_weight_that_is_no_finite_number_is_refused(forged, kind, number):
    def spoil(_document, arrays):
        arrays[ARRAYS[kind]] = np.where(np.arange(arrays[ARRAYS[kind]].size) == 0, number, 0.5).reshape(
            arrays[ARRAYS[kind]].shape
        )

    assert f"'{ARRAYS[kind]}'" in refused(forged(kind, spoil))


@pytest.mark.parametrize("kind", ARRAYS)
@pytest.mark.parametrize("what", ["missing", "shape", "type", "empty", "text"])
def test_an_array_that_is_missing_or_of_another_shape_or_type_is_refused(forged, kind, what):
    name = ARRAYS[kind]

    def spoil(_document, arrays):
        array = arrays.pop(name)
        changed = {
            "shape": array[:-1],
            "type": np.zeros(array.shape, np.float16),
            "empty": array[..., :0],
            "text": array.astype("U20"),
        }
        arrays |= {name: changed[what]} if what != "missing" else {}

    assert name.partition("_")[0] in refused(forged(kind, spoil))


@pytest.mark.parametrize(
    ("kind", "key", "value"),
    [
        ("rno", "largest_step", 0.0),
        ("rno", "largest_step", 1e-300),
        ("rno", "usual_rate", -1.0),
        ("rno", "duration_s", 0.0),
        ("rno", "frame", []),
        ("gru", "increment_scale", 0.0),
        ("gru", "increment_scale", "nan"),
        ("pca_net", "layers", 0),
        ("pca_net", "layers", 10**12),
        ("pca_net", "stress_scale", "inf"),
        ("pressure", "bulk_modulus_pa", "nan"),
        ("embedded_crystals", "tolerance", 2.0),
        ("embedded_crystals", "duration_s", -1e-6),
    ],
)
def test_a_number_that_a_kernel_would_divide_by_or_loop_over_is_refused(forged, kind, key, value):
    assert key in refused(forged(kind, lambda document, _arrays: document.update({key: value})))


@pytest.mark.parametrize("scale", [0.0, -1.0])
def test_a_frame_that_divides_by_nothing_is_refused(forged, scale):
    def spoil(document, _arrays):
        document["frame"]["strain_scale"] = scale

    assert "strain_scale" in refused(forged("rno", spoil))


@pytest.mark.parametrize(("name", "value"), [("shear_modulus", -1.0), ("c_over_a", 0.0), ("density", "heavy")])
def test_constants_that_no_crystal_has_are_refused(forged, name, value):
    def spoil(document, _arrays):
        document["material"][name] = value

    assert name in refused(forged("embedded_crystals", spoil))


@pytest.mark.parametrize("name", ["../outside", "/etc/hostname", "link"])
def test_a_manifest_that_names_files_outside_its_folder_is_refused(forged, tmp_path, name):
    folder = forged("pressure", lambda _document, _arrays: None)
    (tmp_path / "outside").write_text("secret")
    (folder / "link").symlink_to(tmp_path / "outside")
    manifest = json.loads((folder / MANIFEST).read_text())
    del manifest["sha256"]
    manifest["files"][name] = {"bytes": 6, "sha256": "0" * 64}
    write_sealed_json(folder / MANIFEST, manifest)
    with pytest.raises(StoreError, match="lies outside"):
        load_model(folder)


@pytest.mark.parametrize("file", [MODEL_FILE, MANIFEST])
def test_a_model_of_a_hundred_thousand_brackets_is_one_error(forged, file):
    folder = forged("pressure", lambda _document, _arrays: None)
    (folder / file).write_text("[" * 100_000 + "]" * 100_000)
    with pytest.raises((InputError, StoreError)):
        load_model(folder)


def test_the_manifest_of_a_model_may_be_sealed_over_weights_that_are_a_bomb(forged, monkeypatch):
    monkeypatch.setattr("hammerscale.surrogate.model_folder.LARGEST_WEIGHTS", 100)
    with pytest.raises(InputError, match="at most 100 are read"):
        load_model(forged("linear", lambda _document, _arrays: None))
