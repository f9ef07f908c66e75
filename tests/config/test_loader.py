import subprocess
import sys

import pytest

from hammerscale.config import load
from hammerscale.errors import ConfigError
from tests.config.conftest import MAGNESIUM, ROOT, SQUARE, small

MANY_FAULTS = f"""\
campaign:
  nmae: x
  seed: 1.5
datasets:
  bar:
    rev: {{kind: tailor, material: {MAGNESIUM}}}
    duration_s: .nan
    paths:
      - {{family: random_walk, split: train, count: 012, max_strain: 0.9}}
      - {{famly: cyclic, split: train, count: 1, max_strain: 0.1}}
      - {{family: cavity, split: trian, count: true, max_strain: 0.95}}
    output_times:
    shards: [1]
    shards: {{}}
"""


def test_all_faults_are_reported_at_once_in_the_order_of_the_file(write):
    with pytest.raises(ConfigError) as caught:
        load([write(MANY_FAULTS)])
    found = [(problem.origin.line, problem.key) for problem in caught.value.problems]
    assert found == [
        (2, "campaign.nmae"),
        (3, "campaign.seed"),
        (6, "datasets.bar.rev.kind"),
        (7, "datasets.bar.duration_s"),
        (9, "datasets.bar.paths.0.count"),
        (10, "datasets.bar.paths.1.famly"),
        (11, "datasets.bar.paths.2.count"),
        (11, "datasets.bar.paths.2.max_strain"),
        (11, "datasets.bar.paths.2.split"),
        (12, "datasets.bar.output_times"),
        (13, "datasets.bar.shards"),
        (14, "datasets.bar.shards"),
    ]


def test_an_error_shows_file_line_key_value_and_allowed_range(write):
    file = write(MANY_FAULTS)
    with pytest.raises(ConfigError) as caught:
        load([file])
    text = str(caught.value)
    assert f"{file}:11: datasets.bar.paths.2.max_strain = 0.95: must be a finite number above 0 up to 0.9" in text
    assert (
        f"{file}:11: datasets.bar.paths.2.split = 'trian': must be train, validation or test; did you mean 'train'?"
        in text
    )
    assert caught.value.exit_code == 2


def test_a_misspelt_required_key_is_not_reported_as_missing_too(refused):
    data = small()
    data["campaign"] = {"nam": "x"}
    assert set(refused(data)) == {"campaign.nam"}


def test_a_missing_key_is_named_with_what_it_must_be(refused):
    data = small()
    del data["datasets"]["bar"]["duration_s"]
    assert "above 0" in refused(data)["datasets.bar.duration_s"].message


def test_a_missing_tag_is_named_with_its_choices(refused):
    problem = refused(small(rev={"material": MAGNESIUM}))["datasets.bar.rev.kind"]
    assert "elastic, taylor or spectral" in problem.message


def test_a_key_of_another_kind_is_unknown(refused):
    assert (
        refused(small(rev={"kind": "elastic", "material": MAGNESIUM, "grid": 8}))["datasets.bar.rev.grid"].kind
        == "unknown"
    )


def test_a_misspelt_material_file_gets_its_neighbour(refused):
    problem = refused(small(rev={"kind": "taylor", "material": MAGNESIUM.replace("magnesium", "magnesum")}))
    assert f"did you mean {MAGNESIUM}" in problem["datasets.bar.rev.material"].message


def test_faults_of_a_material_file_are_reported_with_those_of_the_config(tmp_path, refused):
    text = open(MAGNESIUM, encoding="utf-8").read().replace("value: 17.5", "value: -17.5")  # noqa: PTH123, SIM115
    material = tmp_path / "m.yaml"
    material.write_text(text, encoding="utf-8")
    problems = refused(small(rev={"kind": "taylor", "material": str(material), "grains": 0}))
    assert problems["slip.basal.drag_stress.value"].origin.source == str(material)
    assert "datasets.bar.rev.grains" in problems


def test_a_plane_cell_needs_a_plane_crystal(read, refused):
    assert read(small(rev={"kind": "spectral", "material": SQUARE})).materials["bar"].name == "square_crystal"
    problem = refused(small(rev={"kind": "spectral", "material": MAGNESIUM}))["datasets.bar.rev.material"]
    assert "hexagonal" in problem.message


def test_texture_and_path_files_must_exist(tmp_path, refused):
    texture = {"kind": "file", "file": str(tmp_path / "no.csv")}
    data = small(
        rev={"kind": "taylor", "material": MAGNESIUM, "texture": texture},
        paths=[{"family": "file", "split": "test", "file": str(tmp_path / "no.csv")}],
    )
    assert set(refused(data)) == {"datasets.bar.rev.texture.file", "datasets.bar.paths.0.file"}


@pytest.mark.parametrize("name", ["Big", "1st", "a b", "", "x" * 41, "ä"])
def test_names_that_cannot_be_file_names_are_refused(refused, name):
    data = small()
    data["datasets"] = {name: data["datasets"]["bar"]}
    assert "a name of small letters" in refused(data)[f"datasets.{name}"].message


def test_a_config_without_data_sets_is_refused(refused):
    assert "datasets" in refused({"campaign": {"name": "x"}, "datasets": {}})


def test_the_default_config_is_valid():
    assert set(load([ROOT / "config/config.yaml"]).datasets) == {"taylor", "cell"}


def test_reading_a_config_needs_neither_numerics_nor_workflow_packages():
    heavy = "'numpy', 'numba', 'netCDF4', 'snakemake'"
    code = f"import sys, hammerscale.config; print(*[m for m in ({heavy}) if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == ""
