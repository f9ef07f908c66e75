"""docs/reference/data.md names exactly the variables that files hold, with their dimensions and units."""

import functools
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hammerscale.arrays import Outcome
from hammerscale.cell.cases.case import document, read_case
from hammerscale.cell.elastic_body import ElasticBody
from hammerscale.ledger.places import design_file
from hammerscale.plan.campaign_plan import Plan, write_dataset_design
from hammerscale.production.gather import gather_dataset
from hammerscale.production.imports.importer import import_dataset
from hammerscale.production.imports.recorded import Source
from hammerscale.production.runner import run_shard
from hammerscale.store.netcdf import read_netcdf
from tests.production.imports.foreign import MEANING
from tests.production.places import shard_file

REFERENCE = Path(__file__).parents[1] / "verification" / "reference"
DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "reference" / "data.md").read_text(encoding="utf-8")
ROW = re.compile(r"\| `(\w+)` \| ([\w, ]+?) \| ?(.*?) ?\| .* \|")


def documented(*sections):
    """Return name → (dimensions, units) of the variables in the tables of some sections."""
    rows = {}
    for section in sections:
        text = PAGE.split(f"### {section}\n")[1].split("\n#")[0]
        rows.update({name: (tuple(dims.split(", ")), units) for name, dims, units in ROW.findall(text)})
    return rows


def held(file):
    return {name: (variable.dims, variable.units) for name, variable in read_netcdf(file).variables.items()}


@pytest.fixture
def campaign(make_config, monkeypatch):
    """A gathered campaign whose method reports diagnostics."""
    report = functools.partial(ElasticBody, diagnostic_names=("steps",))
    monkeypatch.setattr("hammerscale.cell.elastic_body.ElasticBody", report)
    config = make_config()
    write_dataset_design(config, "body")
    for shard in Plan(config).outlines["body"].shards:
        run_shard(config, "body", shard.number)
    return config, gather_dataset(config, "body")


def test_the_files_of_a_campaign_are_as_documented(campaign):
    config, dataset = campaign
    assert held(design_file(config, "body")) == documented("Simulations", "Exact paths and shards")
    assert held(shard_file(config, "body", 0)) == documented("Histories")
    assert held(dataset) == documented("Simulations", "Microstructures", "Histories", "Jobs")


def test_the_fields_of_a_case_are_as_documented():
    text = PAGE.split("## Case files\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| ([\w, ]+) \|", text, re.MULTILINE)
    for name in ("mg_t1_random10_8", "xt_c1_random10_16_rotated"):
        case = read_case(REFERENCE / f"{name}.json")
        fields = document(case)
        assert [field for field, kinds in rows if kinds == "all" or case.kind in kinds.split(", ")] == list(fields)
        params = fields["params"]
        for key in (*params, *params["slip"][0], *params.get("twin", {})):
            assert f"`{key}`" in text, key


def test_outcomes_are_documented_with_their_numbers():
    for outcome in Outcome:
        assert f"{outcome.value} {outcome.name.lower().replace('_', ' ')}" in PAGE


def test_imported_data_sets_are_as_documented(tmp_path):
    theirs = tmp_path / "theirs.npz"
    np.savez(theirs, strain=np.ones((3, 4, 6)), stress=np.ones((3, 4, 6)), time=np.arange(4))
    meaning = replace(MEANING, strain_kind="stretch", time_unit="s")
    import_dataset(Source(theirs), meaning, tmp_path / "stretch.nc")
    named = replace(MEANING, strain_kind="other", stress_components=tuple("abcdef"))
    import_dataset(Source(theirs), named, tmp_path / "strain.nc")
    together = {**held(tmp_path / "strain.nc"), **held(tmp_path / "stretch.nc")}
    assert together.pop("strain") == (("path", "time", "strain_component"), "1")
    expected = documented("Imported data sets")
    assert expected.pop("strain") == (("path", "time", "component"), "1")
    assert together == expected


def test_the_lines_of_xarray_open_lazily_and_draw(campaign, tmp_path, monkeypatch):
    code = PAGE.split("### Six lines of xarray")[1].split("```python\n")[1].split("```")[0]
    place = tmp_path / re.search(r'open_dataset\("(.*?)"', code)[1]
    place.parent.mkdir(parents=True)
    campaign[1].rename(place)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(code, names)
    assert (tmp_path / "stress.png").stat().st_size > 1000
    assert names["data"].stress.chunks is not None
    assert set(names["test"].split.values) == {"test"}


def test_the_table_in_the_guide_is_imported_by_its_first_command(tmp_path, monkeypatch):
    from typer.testing import CliRunner

    from hammerscale.cli import app

    guide = (DOCS / "how-to" / "own-data.md").read_text(encoding="utf-8")
    (tmp_path / "theirs.csv").write_text(guide.split("```csv\n")[1].split("```")[0])
    monkeypatch.chdir(tmp_path)
    for command in guide.split("```sh\n")[1].split("```")[0].splitlines():
        result = CliRunner().invoke(app, command.split()[1:], catch_exceptions=False)
        assert result.exit_code == 0, command
    np.testing.assert_array_equal(read_netcdf(tmp_path / "theirs.nc").variables["stress"].data[0, 1], [210e6, 5e5, 1e5])
    assert (tmp_path / "theirs.png").exists()


def test_every_choice_of_the_guide_is_known_and_every_known_one_is_there():
    from hammerscale.production.imports import conventions

    guide = (DOCS / "how-to" / "own-data.md").read_text(encoding="utf-8")
    tables = {
        "--strain-kind": conventions.STRAIN_KINDS,
        "--strain-unit": conventions.STRAIN_UNITS,
        "--stress-unit": conventions.STRESS_UNITS,
        "--stress-kind": conventions.STRESS_KINDS,
        "--time-unit": [*conventions.TIME_UNITS, conventions.NO_TIME_UNIT],
    }
    for option, known in tables.items():
        row = next(line for line in guide.splitlines() if line.startswith(f"| `{option}`"))
        assert re.findall(r"`(\w+)`", row.split("|")[2]) == list(known), option
