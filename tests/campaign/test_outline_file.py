"""The outline is written before anything is computed, and never cut again, whatever is lost or changed."""

import json

import numpy as np
import pytest

from hammerscale.campaign.controller import Campaign
from hammerscale.campaign.layout import dataset_folder, design_file, outline_file, shard_files
from hammerscale.campaign.outline_file import COLUMNS, current_outline, read_record, settled_outline
from hammerscale.campaign.plan import Plan, write_dataset_design
from hammerscale.campaign.runner import run_shard
from hammerscale.errors import SetupError, StoreError
from hammerscale.provenance import collect
from hammerscale.store.netcdf import write_netcdf
from hammerscale.store.variable import Variable

MORE = "datasets.body.paths.0.count=30"


def test_looking_at_a_plan_writes_nothing(make_config):
    config = make_config()
    assert len(Plan(config).outlines["body"].shards) == 4
    assert not dataset_folder(config, "body").exists()


@pytest.mark.parametrize(
    "begin", [lambda config: Campaign(config).prepare(), lambda config: run_shard(config, "body", 0)]
)
def test_another_cost_table_after_the_first_job_cuts_nothing_anew(make_config, begin):
    config = make_config()
    before = current_outline(config, "body")
    begin(config)
    assert not design_file(config, "body").exists()
    assert current_outline(make_config(seconds=1.0), "body") == before


def test_the_first_record_is_what_was_planned(make_config):
    config = make_config()
    planned = current_outline(config, "body")
    assert settled_outline(config, "body") == planned
    assert read_record(outline_file(config, "body")) == planned.record


def test_a_settled_outline_is_not_written_again(make_config):
    config = make_config()
    settled_outline(config, "body")
    before = outline_file(config, "body").stat()
    settled_outline(config, "body")
    after = outline_file(config, "body").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


@pytest.mark.parametrize("damage", ["", "{}", "null", '{"blocks": [], "shards": [], "sha256": "0"}', "text"])
def test_a_damaged_outline_is_put_aside_and_taken_from_the_design(make_config, damage):
    config = make_config()
    write_dataset_design(config, "body")
    before, file = current_outline(config, "body"), outline_file(config, "body")
    file.write_text(damage)
    later = make_config(seconds=1.0)
    assert settled_outline(later, "body") == before
    assert read_record(file) == before.record
    assert file.with_name("outline.json.damaged-1").read_text() == damage


def test_one_changed_number_of_the_outline_is_noticed(make_config):
    settled_outline(make_config(), "body")
    file = outline_file(make_config(), "body")
    content = json.loads(file.read_text())
    content["shards"][1][2] += 1
    file.write_text(json.dumps(content))
    with pytest.raises(StoreError, match="damaged: its contents are not those that were written"):
        read_record(file)


def test_a_lost_outline_is_taken_from_the_design_with_what_was_removed(make_config):
    write_dataset_design(make_config(), "body")
    walks = make_config("datasets.body.paths=[{family: random_walk, split: train, count: 12, max_strain: 0.1}]")
    write_dataset_design(walks, "body")
    before = read_record(outline_file(walks, "body"))
    outline_file(walks, "body").unlink()
    assert current_outline(walks, "body").record == before
    assert before.labels == ("train_random_walk", "test_cavity")


def test_a_lost_or_damaged_design_changes_no_shard(make_config):
    config = make_config()
    write_dataset_design(config, "body")
    before = current_outline(config, "body")
    design_file(config, "body").write_bytes(b"")
    assert current_outline(make_config(seconds=1.0), "body") == before
    design_file(config, "body").unlink()
    assert current_outline(make_config(seconds=1.0), "body") == before


@pytest.mark.parametrize("design", [b"", None])
def test_without_a_whole_outline_and_design_nothing_is_planned(make_config, design):
    config = make_config()
    settled_outline(config, "body")
    outline_file(config, "body").write_text("{")
    if design is not None:
        design_file(config, "body").write_bytes(design)
    with pytest.raises(StoreError, match=r"outline\.json is damaged.*design\.nc is (damaged|missing)") as caught:
        current_outline(config, "body")
    assert "restore one from a copy, or move both away" in caught.value.remedy


def test_a_design_that_does_not_name_its_blocks_is_no_outline(make_config):
    config = make_config()
    columns = {name: Variable(("shard",), np.zeros(1, dtype=np.int64), "1", "made up") for name in COLUMNS}
    write_netcdf(design_file(config, "body"), columns, {}, collect("any", {}))
    with pytest.raises(StoreError, match=r"design\.nc is damaged: it does not name its blocks"):
        current_outline(config, "body")


def test_growth_is_recorded_before_the_design_is_drawn(make_config):
    settled_outline(make_config(), "body")
    large = make_config(MORE)
    Campaign(large).prepare()
    assert len(read_record(outline_file(large, "body")).shards) == len(current_outline(large, "body").shards) == 8
    assert current_outline(make_config(MORE, seconds=1.0), "body") == current_outline(large, "body")


def test_a_plan_that_another_process_overtook_is_given_up(make_config):
    settled_outline(make_config(), "body")
    campaign = Campaign(make_config(MORE))
    assert len(campaign.outlines["body"].shards) == 8
    settled_outline(make_config(MORE, seconds=1.0), "body")
    with pytest.raises(SetupError, match="enlarged by another process"):
        campaign.prepare()


def test_shards_survive_the_loss_of_everything_but_themselves(make_config, monkeypatch):
    config = make_config()
    run_shard(config, "body", 1)
    outline_file(config, "body").unlink()
    assert shard_files(config, "body", current_outline(config, "body"))[1].exists()
