"""Runs, data and models of different materials or microstructures: refused, or said in tables and titles."""

import json
import shutil
from pathlib import Path

import pytest

from hammerscale.config import load
from hammerscale.config.deck import Deck
from hammerscale.config.law_file import LawFile
from hammerscale.config.law_records import record_of_model
from hammerscale.errors import InputError
from hammerscale.ledger.places import dataset_file
from hammerscale.macro.explicit.impact import Names, run_impact
from hammerscale.provenance import collect
from hammerscale.store.sealed_json import read_sealed_json, write_sealed_json
from hammerscale.study.claims import dataset_claim, model_claim, require_one_material
from hammerscale.study.figures.impact_panels import titles
from hammerscale.study.impact_run import read_run
from hammerscale.study.measure.chain_path import write_chain
from hammerscale.study.measure.grains_per_point import polycrystal, taylor_cell, write_grain_costs
from hammerscale.study.measure.held_out_paths import read_test_paths
from hammerscale.study.measure.impact_accuracy import tabulate_accuracy
from hammerscale.study.measure.learned_law import LearnedLaw
from hammerscale.study.measure.range_tables import write_range_tables
from hammerscale.study.tables.impact_costs import OtherCosts, tabulate_costs
from hammerscale.study.tables.table import read_table
from hammerscale.surrogate.train import train_surrogate
from hammerscale.surrogate.training_request import Order
from tests.macro.bodies import CONFIG, ELASTIC
from tests.study.measure.test_impact_accuracy import DECK


@pytest.fixture(scope="module")
def record(gathered):
    """Return what the data set of the gathered campaign stands for."""
    return gathered.cell_record("taylor").model_dump(mode="json")


@pytest.fixture(scope="module")
def runs(record, tmp_path_factory):
    """Return the folders of runs of one deck whose laws stand for the data, another texture, the crystal, nothing."""
    root = tmp_path_factory.mktemp("runs") / "bar"
    stands = {
        "same": record,
        "fibre": record | {"texture": "fibre"},
        "crystal": {key: record[key] for key in ("material", "constants", "density_kg_m3")},
        "handbook": None,
    }
    deck = Deck.model_validate(DECK | {"frames": 2})
    for name, one in stands.items():
        run_impact(deck, ELASTIC, Names("bar", name, one), root / name, collect("0", {}))
    return root


@pytest.fixture(scope="module")
def model(gathered, tmp_path_factory):
    """Return the folder of a model of the gathered data set."""
    folder = tmp_path_factory.mktemp("models") / "pressure"
    train_surrogate(dataset_file(gathered, "taylor"), Order("pressure"), folder)
    return folder


def test_data_sets_and_models_record_what_they_stand_for(gathered, model, record):
    assert dataset_claim(dataset_file(gathered, "taylor")).record == gathered.cell_record("taylor").with_density(None)
    assert record_of_model(model) == gathered.cell_record("taylor")
    assert json.loads((model / "metrics.json").read_text())["stands_for"]["grains"] == record["grains"] == 12


def test_runs_of_another_texture_are_not_compared(runs, tmp_path):
    with pytest.raises(InputError, match="stand for another texture: texture fibre and random"):
        tabulate_accuracy(runs / "same", [runs / "fibre"], {}, [tmp_path / "table.csv"])
    with pytest.raises(InputError, match="stand for another texture"):
        tabulate_costs(runs / "same", [runs / "fibre"], {}, OtherCosts(), [tmp_path / "costs.csv"])


def tabulate_costs_alone(reference, runs, learned, outputs):
    """Tabulate costs without anything next to the laws."""
    tabulate_costs(reference, runs, learned, OtherCosts(), outputs)


def measure_range_alone(reference, runs, learned, outputs):
    """Measure the range of the training into the folder of the table."""
    write_range_tables(reference, runs, learned, outputs[0].parent)


@pytest.mark.parametrize("compare", [tabulate_accuracy, tabulate_costs_alone, measure_range_alone])
def test_a_run_of_other_grains_than_its_data_is_refused(compare, runs, model, gathered, tmp_path):
    learned = {"fibre": LearnedLaw(model, dataset_file(gathered, "taylor"))}
    with pytest.raises(InputError, match="stand for another texture"):
        compare(runs / "fibre", [runs / "fibre"], learned, [tmp_path / "table.csv"])


def test_the_tables_say_how_every_law_relates_to_the_grains_of_the_reference(runs, tmp_path):
    others = [runs / name for name in ("same", "fibre", "crystal", "handbook")]
    tabulate_accuracy(runs / "same", others, {}, [tmp_path / "table.csv"], different_materials=True)
    tabulate_costs(runs / "same", others, {}, OtherCosts(), [tmp_path / "costs.csv"], different_materials=True)
    for table in ("table.csv", "costs.csv"):
        first, *rows = read_table(tmp_path / table)
        assert "stands_for" not in first
        assert [row["stands_for"] for row in rows] == [
            "the same grains", "another texture", "the crystal alone", "nothing recorded",
        ]  # fmt: skip


@pytest.mark.parametrize(("reference", "words"), [("handbook", "nothing recorded"), ("crystal", "the crystal alone")])
def test_nothing_has_the_same_grains_as_a_reference_without_any(reference, words, runs, tmp_path):
    tabulate_accuracy(runs / reference, [runs / "same"], {}, [tmp_path / "table.csv"])
    assert [row.get("stands_for") for row in read_table(tmp_path / "table.csv")] == [None, words]


def test_panels_name_another_texture_than_that_of_the_first_run(runs):
    assert titles([read_run(runs / name) for name in ("same", "fibre", "handbook")]) == [
        "same", "fibre\nanother texture", "handbook",
    ]  # fmt: skip


def test_a_chain_of_different_microstructures_is_refused(runs, model, gathered, tmp_path):
    with pytest.raises(InputError, match="stand for another texture"):
        write_chain(dataset_file(gathered, "taylor"), model, runs / "fibre", tmp_path / "chain.csv")


def test_data_of_another_seed_than_that_of_the_config_are_not_studied(gathered, tmp_path):
    config = tmp_path / "c.yaml"
    config.write_text(json.dumps(gathered.settings.model_dump(mode="json", exclude_unset=True)))
    with pytest.raises(InputError, match="stand for another seed: seed 5 and 6"):
        read_test_paths(load([config], ["campaign.seed=6"]), "taylor", 3)


@pytest.fixture
def other_model(model, tmp_path):
    """Return the folder of a model that says that it learned from more grains; only studies that load it verify it."""
    folder = tmp_path / "other"
    shutil.copytree(model, folder)
    metrics = json.loads((folder / "metrics.json").read_text())
    metrics["stands_for"]["grains"] = 512
    (folder / "metrics.json").write_text(json.dumps(metrics))
    return folder


def test_a_model_of_other_grains_is_not_set_next_to_data(gathered, model, other_model):
    data = dataset_claim(dataset_file(gathered, "taylor"))
    require_one_material([data, model_claim(model)])
    with pytest.raises(InputError, match="stand for another grains: grains 512 and 12"):
        require_one_material([data, model_claim(other_model)])


def test_costs_by_grains_of_another_law_than_the_data_are_refused(gathered, model, tmp_path):
    law = str(CONFIG / "laws/magnesium_taylor.yaml")
    text = Path(law).read_text().replace("config/materials", str(CONFIG / "materials"))
    (tmp_path / "law.yaml").write_text(text)
    with pytest.raises(InputError, match="stand for another grains and seed"):
        write_grain_costs(str(tmp_path / "law.yaml"), {}, dataset_file(gathered, "taylor"), [tmp_path / "grains.csv"])


def test_grains_of_a_file_are_taken_over_and_over_until_they_are_as_many_as_asked_for(tmp_path):
    (tmp_path / "grains.csv").write_text("phi1,Phi,phi2\n0,90,0\n45,90,30\n10,35.5,0\n")
    texture = {"kind": "file", "file": str(tmp_path / "grains.csv")}
    rev = {"kind": "taylor", "material": str(CONFIG / "materials/magnesium.yaml"), "texture": texture}
    settings, seed = taylor_cell(LawFile.model_validate({"law": {"kind": "unit_cell", "rev": rev}}))
    sizes = [polycrystal(settings, seed, grains).initial_state(1).nbytes for grains in (8, 32)]
    assert 3.0 < sizes[1] / sizes[0] < 4.0


def test_a_record_that_is_damaged_is_refused(runs, tmp_path):
    shutil.copytree(runs / "same", tmp_path / "same")
    summary = read_sealed_json(tmp_path / "same/summary.json")
    write_sealed_json(tmp_path / "same/summary.json", summary | {"stands_for": {"texture": 3}})
    with pytest.raises(InputError, match="does not say in an orderly way"):
        tabulate_accuracy(runs / "same", [tmp_path / "same"], {}, [tmp_path / "table.csv"])
