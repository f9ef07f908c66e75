"""The folder of a model names its inputs and outputs; one that does not is refused."""

import json

import pytest

from hammerscale.errors import InputError
from hammerscale.provenance import collect
from hammerscale.surrogate.model_folder import MODEL_FILE, ModelFile, read_model, write_model
from hammerscale.surrogate.models import load_model
from hammerscale.surrogate.signature import Signature
from hammerscale.surrogate.train import train_surrogate
from hammerscale.surrogate.training_request import Order
from tests.surrogate.test_training_data import foreign_histories

THEIRS = Signature("small_strain", ("b", "a"), "kirchhoff", ("x",))
MADE_BY = collect("0" * 64, {})


def rewritten(folder, change, monkeypatch):
    """Write the folder again with another document, as another version would have sealed it."""
    document = json.loads((folder / MODEL_FILE).read_text())
    change(document)
    monkeypatch.setattr("hammerscale.surrogate.model_folder.verify_folder", lambda folder: None)
    (folder / MODEL_FILE).write_text(json.dumps(document))


@pytest.fixture
def folder(tmp_path):
    write_model(tmp_path / "model", MADE_BY, ModelFile("pressure", {"bulk_modulus_pa": 1.0}, signature=THEIRS), {})
    return tmp_path / "model"


def test_measures_components_and_units_come_back(folder):
    assert read_model(folder).signature == THEIRS
    assert load_model(folder).signature == THEIRS
    document = json.loads((folder / MODEL_FILE).read_text())
    assert document["inputs"] == {"kind": "small_strain", "components": ["b", "a"], "unit": "1"}
    assert document["outputs"] == {"kind": "kirchhoff", "components": ["x"], "unit": "Pa"}


@pytest.mark.parametrize("version", [None, 1, 3, "2"])
def test_a_model_of_another_format_is_refused_with_the_remedy(version, folder, monkeypatch):
    def change(document):
        document.pop("format")
        document.update({} if version is None else {"format": version})

    rewritten(folder, change, monkeypatch)
    with pytest.raises(InputError, match="train the model again"):
        read_model(folder)


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.pop("inputs"),
        lambda document: document.update(outputs="Pa"),
        lambda document: document["outputs"].update(unit="MPa"),
        lambda document: document["inputs"].update(components="11"),
    ],
)
def test_a_model_without_whole_inputs_and_outputs_is_refused(change, folder, monkeypatch):
    rewritten(folder, change, monkeypatch)
    with pytest.raises(InputError, match="not an exported model"):
        read_model(folder)


def test_the_card_names_measures_components_and_the_error_on_test_paths(write_dataset, tmp_path):
    file = write_dataset(foreign_histories(12), splits=["train"] * 8 + ["test"] * 4)
    report = train_surrogate(file, Order("nearest"), tmp_path / "model")
    card = (tmp_path / "model" / "README.md").read_text()
    assert "| strain | deformation_gradient, components c0, c1, c2, c3, c4, c5, c6, c7, c8, in 1 |" in card
    assert "| stress | cauchy, components 11, 22, 12, in Pa |" in card
    assert f"| error on test paths | total {100 * report['test']['total']:.3g} % (4 paths) |" in card
