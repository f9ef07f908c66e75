"""What a campaign says of a surrogate reaches its training, and nothing else does."""

import inspect
import json
import subprocess
import sys
from dataclasses import asdict, fields

import pytest
from pydantic import TypeAdapter

from hammerscale.config.surrogates import SurrogateSection, SurrogateSettings
from hammerscale.config.training_keys import TrainingKeys
from hammerscale.errors import InputError
from hammerscale.registry import SURROGATES
from hammerscale.surrogate.train import make_surrogate
from hammerscale.surrogate.training.settings import Training
from hammerscale.surrogate.training_request import PLANNED, Order, checked_entry, read_order
from tests.crystal.materials import MAGNESIUM
from tests.surrogate.histories import relaxing_histories

SECTION = TypeAdapter(SurrogateSettings)
NETWORKS = ("pca_net", "rno", "gru")
# What a kind takes from the data set and not from its own keys.
OF_THE_DATA = {"embedded_crystals": {"material": asdict(MAGNESIUM)}}


def test_keys_that_plan_are_those_that_all_surrogates_share():
    assert set(PLANNED) == set(SurrogateSection.model_fields)


@pytest.mark.parametrize("kind", SURROGATES)
def test_every_kind_can_be_named_in_a_config_and_takes_what_stands_there(kind, tmp_path):
    entry = SECTION.validate_python({"kind": kind, "dataset": "bar"}).model_dump(mode="json", exclude_none=True)
    made = make_surrogate(read_order("name", {**entry, **OF_THE_DATA.get(kind, {})}), tmp_path, 1e-6)
    # What the config calls a default is the surrogate's own.
    assert all(getattr(made, key) == value for key, value in read_order("name", entry).settings.items())


@pytest.mark.parametrize("kind", [*NETWORKS, "embedded_crystals"])
def test_every_key_of_a_kind_that_the_config_knows_is_one_of_the_surrogate(kind, tmp_path):
    section = type(SECTION.validate_python({"kind": kind, "dataset": "bar"}))
    made = make_surrogate(Order(kind, settings=OF_THE_DATA.get(kind, {})), tmp_path, 1e-6)
    own = set(section.model_fields) - set(SurrogateSection.model_fields) - {"training"}
    assert own <= {field.name for field in fields(made)}


def test_what_is_said_of_a_training_is_passed_on_word_by_word(tmp_path):
    said = {
        "epochs": 3,
        "batch": 5,
        "learning_rate": 0.5,
        "final_learning_rate": 0.25,
        "gradient_clip": 2.0,
        "patience": 4,
        "max_minutes": 7.0,
        "accelerator": "cpu",
        "devices": "2",
        "strategy": "ddp",
        "precision": "64-true",
        "logger": "none",
    }
    assert set(said) == set(TrainingKeys.model_fields) - {"threads"}
    made = make_surrogate(read_order("net", {"kind": "gru", "training": said | {"threads": 2}}), tmp_path, None)
    assert made.training == Training(**said, folder=tmp_path)


def test_a_time_limit_on_the_command_line_is_stronger_than_that_of_the_config(tmp_path):
    order = read_order("net", {"kind": "gru", "training": {"max_minutes": 7.0}}, max_minutes=2.0)
    assert make_surrogate(order, tmp_path, None).training.max_minutes == 2.0


@pytest.mark.parametrize(
    ("entry", "key"),
    [({"kind": "rno", "sates": 3}, "sates"), ({"kind": "rno", "training": {"epoch": 3}}, "training.epoch")],
)
def test_a_key_without_effect_is_refused_by_name(entry, key, tmp_path):
    with pytest.raises(InputError, match=key):
        make_surrogate(read_order("net", entry), tmp_path, None)


def test_a_baseline_has_no_training(tmp_path):
    with pytest.raises(InputError, match=r"training\.epochs"):
        make_surrogate(Order("linear", training={"epochs": 3}), tmp_path, None)


def test_entries_of_a_checked_config_are_found_by_name(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps({"surrogates": {"net": {"kind": "gru"}}}))
    assert checked_entry(tmp_path / "config.json", "net") == {"kind": "gru"}
    with pytest.raises(InputError, match=r"no surrogate 'ent'(.|\n)*net"):
        checked_entry(tmp_path / "config.json", "ent")


@pytest.mark.parametrize("content", [None, "", "[]", "{"])
def test_a_config_that_cannot_be_read_is_refused(content, tmp_path):
    if content is not None:
        (tmp_path / "config.json").write_text(content)
    with pytest.raises(InputError, match=r"config\.json"):
        checked_entry(tmp_path / "config.json", "net")


def test_a_node_without_workflow_packages_trains_what_the_workflow_checked(write_dataset, tmp_path):
    file = write_dataset(relaxing_histories(8))
    (tmp_path / "config.json").write_text(
        json.dumps({"surrogates": {"net": {"kind": "gru", "states": 3, "training": {"epochs": 2, "threads": 1}}}})
    )
    code = """
        import sys
        for name in ("snakemake", "pydantic", "netCDF4", "xarray", "typer"):
            sys.modules[name] = None
        from pathlib import Path
        from hammerscale.surrogate.training_request import checked_entry, read_order
        from hammerscale.surrogate.train import train_surrogate
        entry = checked_entry(Path("config.json"), "net")
        train_surrogate(Path(sys.argv[1]), read_order("net", entry), Path("model"))
    """
    done = subprocess.run(
        [sys.executable, "-c", inspect.cleandoc(code), file],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    written = json.loads((tmp_path / "model" / "metrics.json").read_text())
    assert (written["surrogate"], written["kind"], written["settings"]) == ("net", "gru", {"states": 3})
