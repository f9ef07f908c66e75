"""Jobs are held to the plan that they were started for, and calls by hand to nothing."""

import hashlib

import pytest

from hammerscale.errors import ConfigError, StoreError
from hammerscale.inputs import pinned_inputs, read_input
from hammerscale.provenance import collect
from hammerscale.store.atomic import write_text
from hammerscale.store.folder import write_folder
from hammerscale.store.guard import unguarded
from hammerscale.store.plan_record import VARIABLE, following_plan, write_plan_record
from hammerscale.store.seal import DamagedFileError


def digest_of(text):
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def planned(tmp_path, monkeypatch):
    """Return a function that plans anew; jobs that start from now on belong to its last plan."""
    deck = tmp_path / "deck.yaml"
    deck.write_text("old")

    def plan(name, text="old"):
        files = {str(deck): digest_of(text)}
        # A controller is a process of its own.
        with unguarded():
            monkeypatch.setenv(VARIABLE, write_plan_record(tmp_path, name, digest_of("{}"), files))

    plan("first")
    return plan


def test_a_job_of_the_present_plan_writes(planned, tmp_path):
    with following_plan():
        write_text(tmp_path / "result", "new")
    assert (tmp_path / "result").read_text() == "new"


def write_file(path):
    write_text(path, "of the old plan")


def write_a_folder(path):
    with write_folder(path, collect("a", {})) as inside:
        (inside / "result").write_text("of the old plan")


@pytest.mark.parametrize("write", [write_file, write_a_folder])
def test_an_orphan_of_another_plan_leaves_what_is_there(planned, tmp_path, write):
    (tmp_path / "result").write_text("of the new plan")
    with following_plan():
        planned("second")
        with pytest.raises(StoreError, match="another plan"):
            write(tmp_path / "result")
    assert (tmp_path / "result").read_text() == "of the new plan"
    assert {file.name for file in tmp_path.iterdir()} == {"deck.yaml", "plan.json", "result"}


def test_a_job_that_starts_late_for_another_plan_is_refused_at_once(planned, tmp_path):
    write_plan_record(tmp_path, "second", digest_of("{}"), {})
    with pytest.raises(StoreError, match="another plan"), following_plan():
        pass


def test_a_plan_that_comes_back_is_written_for_again(planned, tmp_path):
    with following_plan():
        planned("second")
        planned("first")
        write_text(tmp_path / "result", "new")
    assert (tmp_path / "result").exists()


def test_a_name_that_holds_its_identity_may_be_written_under_any_plan(planned, tmp_path):
    with following_plan():
        planned("second")
        with unguarded():
            write_text(tmp_path / "shard", "whole")
    assert (tmp_path / "shard").exists()


def test_a_damaged_plan_lets_no_job_start(planned, tmp_path):
    (tmp_path / "plan.json").write_text("{}")
    with pytest.raises(DamagedFileError), following_plan():
        pass


def test_a_file_that_was_edited_since_is_not_read(planned, tmp_path):
    (tmp_path / "deck.yaml").write_text("new")
    with following_plan(), pytest.raises(ConfigError, match="changed since the workflow was started"):
        read_input(tmp_path / "deck.yaml")


def test_an_edit_between_two_readings_shows_without_any_plan(tmp_path):
    (tmp_path / "deck.yaml").write_text("old")
    with pinned_inputs():
        read_input(tmp_path / "deck.yaml")
        (tmp_path / "deck.yaml").write_text("new")
        with pytest.raises(ConfigError, match="changed"):
            read_input(tmp_path / "deck.yaml")
    assert read_input(tmp_path / "deck.yaml") == b"new"


def test_a_link_that_leads_elsewhere_since_is_not_followed(planned, tmp_path):
    (tmp_path / "other.yaml").write_text("new")
    (tmp_path / "deck.yaml").unlink()
    (tmp_path / "deck.yaml").symlink_to("other.yaml")
    with following_plan(), pytest.raises(ConfigError):
        read_input(tmp_path / "deck.yaml")
