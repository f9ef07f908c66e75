"""The status is told from names and times of files, and agrees with what they hold."""

import os
import subprocess
import sys

import numpy as np
import pytest

from hammerscale.ledger.places import dataset_file, design_file, shards_folder
from hammerscale.plan.campaign_plan import Plan, write_dataset_design
from hammerscale.plan.job_status import duration
from hammerscale.plan.status import as_line, dataset_status
from hammerscale.production import runner
from hammerscale.production.failures import failure_lines
from hammerscale.production.gather import gather_dataset
from hammerscale.production.runner import run_shard
from hammerscale.store.lock import is_held, locked
from hammerscale.store.seal import seal
from tests.production.places import shard_file

NOW = 1.8e9


@pytest.fixture
def fabricated(make_config):
    """Return a function that lays out shards 0, 1, 2 (5, 5, 2 simulations) and 3 (5) without running them.

    It takes the name of a file, with {0} for that of shard 0 without ending, and its age.
    """
    config = make_config()
    write_dataset_design(config, "body")
    folder = shards_folder(config, "body")
    folder.mkdir()
    stems = [shard_file(config, "body", number).stem for number in range(4)]

    def lay(name, age_s, text=""):
        file = folder / name.format(*stems)
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
        os.utime(file, (NOW - age_s, NOW - age_s))
        return dataset_status(config, "body", NOW)

    return config, lay


def test_a_campaign_without_any_file_is_planned(make_config):
    found = dataset_status(make_config(), "body", NOW)
    assert (found.stage, found.done, found.simulations, found.shards) == ("planned", 0, 17, 4)
    assert found.remaining_s is None


def test_a_design_alone_is_designed_and_does_not_load_numerics(make_config, tmp_path):
    write_dataset_design(make_config(), "body")
    code = (
        "import sys, pathlib; from hammerscale.config import load;"
        "from hammerscale.plan.status import print_status;"
        "print_status(load([pathlib.Path(sys.argv[1])], []));"
        "sys.exit(bool({'numba', 'scipy', 'xarray', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "config.yaml")], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("body: designed, 0 of 17 simulations done")


def test_finished_shards_and_parts_count_as_done(fabricated):
    _, lay = fabricated
    lay("{0}.nc", 10)
    found = lay("{1}.parts/0000-17-abcdef01-3s-1f.nc", 5)
    assert (found.done, found.failed, found.shards_done, found.shards) == (8, 1, 1, 4)


def test_unfinished_and_damaged_files_do_not_count(fabricated):
    _, lay = fabricated
    lay(".{0}.nc.0123abcd-17-0123456789ab.tmp", 10)
    lay("{1}.nc.damaged-1", 10)
    lay("{2}.parts/.0000-17-abcdef01-3s-0f.nc.0123abcd-17-0123456789ab.tmp", 5)
    found = lay("{2}.parts/0000-17-abcdef01-2s-0f.nc.damaged-1", 5)
    assert (found.done, found.shards_done, found.shards_of_others) == (0, 0, 0)


def test_shards_of_earlier_configs_are_not_done_but_named(fabricated, make_config):
    _, lay = fabricated
    lay("{0}.nc", 10)
    found = lay("0001-0123456789ab.nc", 10)
    assert (found.done, found.shards_done, found.shards_of_others) == (5, 1, 1)
    assert as_line(found).endswith(", 1 finished shards of earlier versions of the config")
    tried = dataset_status(make_config("datasets.body.duration_s=2.0e-6"), "body", NOW)
    assert (tried.done, tried.shards_done, tried.shards_of_others) == (0, 0, 2)


def test_parts_never_count_for_more_than_their_shard(fabricated):
    _, lay = fabricated
    lay("{1}.parts/0000-17-abcdef01-4s-0f.nc", 9)
    assert lay("{1}.parts/0000-18-abcdef02-4s-0f.nc", 5).done == 5


def test_failures_of_a_finished_shard_are_counted_from_its_list(fabricated, tmp_path):
    _, lay = fabricated
    lay("{0}.nc", 10)
    sealed = tmp_path / "list"
    sealed.write_text("3 step_floor 0.5 1.0\n4 not_finite 0.1 1.0\n")
    seal(sealed)
    assert lay("{0}.failed", 11, sealed.read_text()).failed == 2


def test_the_rate_is_what_was_done_since_the_first_start(fabricated):
    _, lay = fabricated
    lay("{0}.lock", 100)
    lay("{0}.nc", 50)
    lay("{1}.lock", 50)
    found = lay("{1}.nc", 0)
    assert found.per_second == pytest.approx(10 / 100)
    assert found.remaining_s == pytest.approx(70.0)


def test_the_rate_forgets_what_is_more_than_an_hour_old(fabricated):
    _, lay = fabricated
    lay("{0}.lock", 9000)
    found = lay("{0}.nc", 4000)
    assert (found.per_second, found.remaining_s) == (0.0, None)
    lay("{1}.lock", 7200)
    # Half of these five simulations fall into the last hour.
    assert lay("{1}.nc", 0).per_second == pytest.approx(2.5 / 3600)


def test_a_shard_runs_while_its_lock_is_held(fabricated):
    config, lay = fabricated
    lock = shard_file(config, "body", 2).with_suffix(".lock")
    assert lay("{2}.parts/0000-17-abcdef01-1s-0f.nc", 5).shards_running == 0
    with locked(lock, wait=False):
        assert dataset_status(config, "body", NOW).shards_running == 1
    assert dataset_status(config, "body", NOW).shards_running == 0


def test_asking_for_a_lock_neither_takes_it_nor_makes_it(tmp_path):
    assert not is_held(tmp_path / "nobody.lock")
    assert list(tmp_path.iterdir()) == []
    with locked(tmp_path / "mine.lock", wait=False):
        assert is_held(tmp_path / "mine.lock")
    assert not is_held(tmp_path / "mine.lock")
    with locked(tmp_path / "mine.lock", wait=False) as owner:
        assert owner is None


def test_a_real_campaign_ends_gathered_with_its_failures(make_config, monkeypatch):
    config = make_config("datasets.body.max_failed_fraction=0.5")
    write_dataset_design(config, "body")
    original = runner.Simulator.run

    def fail_one(self, batch):
        results = original(self, batch)
        results.outcome[:] = np.where(results.ids == 7, 4, results.outcome)
        return results

    monkeypatch.setattr(runner.Simulator, "run", fail_one)
    for shard in Plan(config).outlines["body"].shards:
        run_shard(config, "body", shard.number)
    found = dataset_status(config, "body", NOW)
    assert (found.stage, found.done, found.failed, found.shards_done) == ("designed", 17, 1, 4)
    assert failure_lines(shard_file(config, "body", 1)) == ["7 not_finite 1 3600.0"]
    gather_dataset(config, "body")
    assert as_line(dataset_status(config, "body", NOW)).startswith(
        "body: gathered, 17 of 17 simulations done, 1 failed"
    )


@pytest.mark.parametrize(
    ("change", "stage"),
    [("output_times=21", "designed"), ("paths.1.count=6", "planned"), ("time_limit_s=7", "gathered")],
)
def test_a_stage_is_that_of_the_present_config(make_config, change, stage):
    config = make_config()
    write_dataset_design(config, "body")
    for shard in Plan(config).outlines["body"].shards:
        run_shard(config, "body", shard.number)
    gather_dataset(config, "body")
    assert dataset_status(make_config(f"datasets.body.{change}"), "body", NOW).stage == stage


@pytest.mark.parametrize(("file", "stage"), [(dataset_file, "designed"), (design_file, "planned")])
def test_a_damaged_file_is_no_stage(fabricated, file, stage):
    config, _ = fabricated
    file(config, "body").write_bytes(b"")
    assert dataset_status(config, "body", NOW).stage == stage


def test_parts_of_an_interrupted_shard_say_what_they_hold(make_config, monkeypatch):
    config = make_config(seconds=1.0)
    write_dataset_design(config, "body")
    monkeypatch.setattr(runner, "FLUSH_S", 0.0)
    monkeypatch.setattr(runner, "_finish", lambda *arguments: None)
    run_shard(config, "body", 0)
    found = dataset_status(config, "body", NOW)
    assert (found.done, found.shards_done, found.shards_running) == (12, 0, 0)


def test_a_list_of_failures_goes_when_they_do(make_config, monkeypatch):
    config = make_config()
    write_dataset_design(config, "body")
    stale = shard_file(config, "body", 0).with_suffix(".failed")
    stale.parent.mkdir()
    stale.write_text("0 step_floor 0.5\n")
    run_shard(config, "body", 0)
    assert not stale.exists()


@pytest.mark.parametrize(("seconds", "text"), [(0.0, "0 s"), (90.0, "1.5 min"), (1e6, "11.6 d")])
def test_durations_are_readable(seconds, text):
    assert duration(seconds) == text
