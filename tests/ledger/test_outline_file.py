"""The outline is written before anything is computed, and never cut again, whatever is lost or changed."""

import errno
import json
from pathlib import Path

import numpy as np
import pytest

from hammerscale.errors import SetupError, StoreError
from hammerscale.ledger.outline_file import COLUMNS, current_outline, read_outline, settled_outline
from hammerscale.ledger.places import dataset_folder, design_file, outline_copy_file, outline_file, shard_files
from hammerscale.plan.campaign_plan import Plan, write_dataset_design
from hammerscale.plan.controller import WorkflowPlan
from hammerscale.production.runner import run_shard
from hammerscale.provenance import collect
from hammerscale.store.netcdf import write_netcdf
from hammerscale.store.variable import Variable

MORE = "datasets.body.paths.0.count=30"
ONE_BLOCK = "{{family: {0}, split: train, name: {0}, count: 10, max_strain: 0.1}}"
ALONE = "datasets.body.paths=[" + ONE_BLOCK.format("cavity") + "]"
WITH_UNIAXIAL = "datasets.body.paths=[" + ONE_BLOCK.format("cavity") + ", " + ONE_BLOCK.format("uniaxial") + "]"
WITH_LOAD_UNLOAD = "datasets.body.paths=[" + ONE_BLOCK.format("cavity") + ", " + ONE_BLOCK.format("load_unload") + "]"


def lose_outlines(config):
    outline_file(config, "body").unlink()
    outline_copy_file(config, "body").unlink()


@pytest.fixture
def grown(make_config):
    """Return the config of a data set that grew by shard 2, which was computed, while the design did not follow yet."""
    write_dataset_design(make_config(ALONE), "body")
    config = make_config(WITH_UNIAXIAL)
    run_shard(config, "body", 2)
    return config


def test_looking_at_a_plan_writes_nothing(make_config):
    config = make_config()
    assert len(Plan(config).outlines["body"].shards) == 4
    assert not dataset_folder(config, "body").exists()


@pytest.mark.parametrize(
    "begin", [lambda config: WorkflowPlan(config).prepare(), lambda config: run_shard(config, "body", 0)]
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
    assert read_outline(outline_file(config, "body")) == planned.record


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
    outline_copy_file(config, "body").unlink()
    later = make_config(seconds=1.0)
    assert settled_outline(later, "body") == before
    assert read_outline(file) == before.record
    assert file.with_name("outline.json.damaged-1").read_text() == damage


def test_one_changed_number_of_the_outline_is_noticed(make_config):
    settled_outline(make_config(), "body")
    file = outline_file(make_config(), "body")
    content = json.loads(file.read_text())
    content["shards"][1][2] += 1
    file.write_text(json.dumps(content))
    with pytest.raises(StoreError, match="damaged: its contents are not those that were written"):
        read_outline(file)


def test_a_lost_outline_is_taken_from_the_design_with_what_was_removed(make_config):
    write_dataset_design(make_config(), "body")
    walks = make_config("datasets.body.paths=[{family: random_walk, split: train, count: 12, max_strain: 0.1}]")
    write_dataset_design(walks, "body")
    before = read_outline(outline_file(walks, "body"))
    lose_outlines(walks)
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
    outline_copy_file(config, "body").write_text("{")
    if design is not None:
        design_file(config, "body").write_bytes(design)
    with pytest.raises(StoreError, match=r"outline\.json is damaged.*design\.nc is (damaged|missing)") as caught:
        current_outline(config, "body")
    assert "restore one from a copy, or move them away" in caught.value.remedy


def test_a_design_that_does_not_name_its_blocks_is_no_outline(make_config):
    config = make_config()
    columns = {name: Variable(("shard",), np.zeros(1, dtype=np.int64), "1", "made up") for name in COLUMNS}
    write_netcdf(design_file(config, "body"), columns, {}, collect("any", {}))
    with pytest.raises(StoreError, match=r"design\.nc is damaged: it does not name its blocks"):
        current_outline(config, "body")


def test_growth_is_recorded_before_the_design_is_drawn(make_config):
    settled_outline(make_config(), "body")
    large = make_config(MORE)
    WorkflowPlan(large).prepare()
    assert len(read_outline(outline_file(large, "body")).shards) == len(current_outline(large, "body").shards) == 8
    assert current_outline(make_config(MORE, seconds=1.0), "body") == current_outline(large, "body")


def test_a_plan_that_another_process_overtook_is_given_up(make_config):
    settled_outline(make_config(), "body")
    campaign = WorkflowPlan(make_config(MORE))
    assert len(campaign.outlines["body"].shards) == 8
    settled_outline(make_config(MORE, seconds=1.0), "body")
    with pytest.raises(SetupError, match="enlarged by another process"):
        campaign.prepare()


def test_shards_survive_the_loss_of_everything_but_themselves(make_config, monkeypatch):
    config = make_config()
    run_shard(config, "body", 1)
    lose_outlines(config)
    assert shard_files(config, "body", current_outline(config, "body"))[1].exists()


@pytest.mark.parametrize("damage", [None, "{"])
def test_an_outline_is_taken_from_its_copy_before_an_older_design(make_config, grown, damage):
    before, file = read_outline(outline_file(grown, "body")), outline_file(grown, "body")
    file.unlink() if damage is None else file.write_text(damage)
    settled_outline(make_config(WITH_LOAD_UNLOAD), "body")
    record = read_outline(file)
    assert record.labels == ("cavity", "uniaxial", "load_unload")
    assert record.shards[: len(before.shards)] == before.shards


def test_of_two_outlines_the_one_that_promises_more_counts(make_config, grown):
    newer, file = read_outline(outline_file(grown, "body")), outline_file(grown, "body")
    copy = outline_copy_file(grown, "body")
    text = copy.read_bytes()
    lose_outlines(grown)
    file.with_name("shards").rename(file.with_name("put-aside"))
    settled_outline(make_config(ALONE), "body")
    copy.write_bytes(text)
    assert settled_outline(make_config(ALONE), "body").record == newer == read_outline(file)


def test_a_design_older_than_a_shard_does_not_stand_in_for_the_outline(make_config, grown):
    lose_outlines(grown)
    with pytest.raises(StoreError, match=r"design\.nc is older than shard 2") as caught:
        current_outline(make_config(WITH_LOAD_UNLOAD), "body")
    assert "restore outline.json from a backup" in caught.value.remedy


@pytest.mark.parametrize("failing_reads", [(1,), (2,), (3,), (1, 3)])
def test_a_disk_that_does_not_answer_changes_no_outline(make_config, grown, monkeypatch, failing_reads):
    file, reads, read_bytes = outline_file(grown, "body"), [], Path.read_bytes
    before = read_bytes(file)

    def unreliable(self):
        if self == file:
            reads.append(self)
            if len(reads) in failing_reads:
                raise OSError(errno.ESTALE, "Stale file handle")
        return read_bytes(self)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", unreliable)
        with pytest.raises(StoreError, match=r"cannot read .*outline\.json: Stale file handle"):
            settled_outline(make_config(WITH_LOAD_UNLOAD), "body")
    assert read_bytes(file) == before
    assert not list(file.parent.glob("*.damaged-*"))
