"""Shards lose nothing when they are interrupted; tests/faults has the bits for sizes of shards and numbers of ranks."""

import errno
import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from hammerscale.arrays import Outcome
from hammerscale.errors import CampaignError, SetupError, StoreError
from hammerscale.ledger.outline_file import current_outline
from hammerscale.ledger.places import dataset_file, lock_file, parts_folder
from hammerscale.plan.campaign_plan import Plan, write_dataset_design
from hammerscale.production import results, runner
from hammerscale.production.gather import gather_dataset
from hammerscale.production.results import from_contents
from hammerscale.production.runner import run_shard
from hammerscale.store.lock import locked
from hammerscale.store.netcdf import read_netcdf
from hammerscale.store.slabs import SlabWriter
from hammerscale.tensor.voigt import determinant
from tests.production.places import shard_file

OTHER_MATERIAL = Path(__file__).parents[2] / "config" / "materials" / "square_crystal.yaml"
PHYSICS = ("path", "time", "stretch", "stress", "stored_energy", "dissipation", "outcome", "last_good_time")


def run_all(config):
    write_dataset_design(config, "body")
    for shard in Plan(config).outlines["body"].shards:
        run_shard(config, "body", shard.number)
    gather_dataset(config, "body")
    contents = read_netcdf(dataset_file(config, "body"))
    return {name: contents.variables[name].data for name in PHYSICS}


def assert_same_bits(first, second):
    for name in PHYSICS:
        np.testing.assert_array_equal(first[name], second[name], err_msg=name)


def test_a_team_of_another_size_than_asked_for_is_refused(make_config):
    config = make_config()
    write_dataset_design(config, "body")
    with pytest.raises(SetupError, match=r"3 MPI ranks .* has 1"):
        run_shard(config, "body", 0, ranks=3)


def test_an_interrupted_shard_keeps_what_is_finished_and_goes_on(make_config, monkeypatch, tmp_path):
    config = make_config(seconds=1.0)
    write_dataset_design(config, "body")
    computed = []
    original = runner.Simulator.run

    def run_and_ask_to_stop(self, batch):
        (identifier,) = batch
        computed.append(identifier)
        if len(computed) == 5:
            os.kill(os.getpid(), signal.SIGTERM)
        return original(self, batch)

    monkeypatch.setattr(runner.Simulator, "run", run_and_ask_to_stop)
    with pytest.raises(CampaignError, match="interrupted"):
        run_shard(config, "body", 0)
    assert not shard_file(config, "body", 0).exists()
    run_shard(config, "body", 0)
    # Twelve simulations in two sittings, none of them twice.
    assert sorted(computed) == list(range(12))
    assert_same_bits(run_all(config), run_all(make_config(results=tmp_path / "undisturbed")))


@pytest.fixture
def leave_parts(monkeypatch):
    """Return a function that computes shard 0 and leaves one part per simulation in place of the shard."""

    def leave(config):
        write_dataset_design(config, "body")
        with monkeypatch.context() as patch:
            patch.setattr(runner, "FLUSH_S", 0.0)
            patch.setattr(runner, "_finish", lambda *arguments: None)
            run_shard(config, "body", 0)
        return sorted(parts_folder(shard_file(config, "body", 0)).glob("*.nc"))

    return leave


def test_damaged_parts_are_kept_beside_the_shard_and_computed_again(make_config, leave_parts):
    config = make_config(seconds=1.0)
    parts = leave_parts(config)
    assert len(parts) == 12
    damaged = bytearray(parts[3].read_bytes())
    damaged[len(damaged) // 2] ^= 4
    parts[3].write_bytes(damaged)
    parts[5].write_bytes(b"")
    run_shard(config, "body", 0)
    shard = shard_file(config, "body", 0)
    assert from_contents(read_netcdf(shard)).ids.tolist() == list(range(12))
    assert not parts_folder(shard).exists()
    aside = {file.name: file.read_bytes() for file in shard.parent.glob("*.damaged-*")}
    prefix = f"{shard.stem}.parts"
    assert aside == {f"{prefix}.{parts[3].name}.damaged-1": damaged, f"{prefix}.{parts[5].name}.damaged-1": b""}


def test_a_config_that_is_tried_and_taken_back_costs_no_shard(make_config, monkeypatch):
    run_shard(make_config(), "body", 0)
    shard = shard_file(make_config(), "body", 0)
    before = shard.read_bytes()
    tried = make_config("datasets.body.duration_s=2.0e-6")
    run_shard(tried, "body", 0)
    assert shard_file(tried, "body", 0) != shard
    assert shard_file(tried, "body", 0).exists()
    monkeypatch.setattr(runner.Simulator, "run", lambda *arguments: pytest.fail("computed again"))
    run_shard(make_config(), "body", 0)
    assert shard.read_bytes() == before


def test_a_shard_of_another_config_under_this_name_is_kept_and_computed(make_config):
    other, config = make_config("datasets.body.duration_s=2.0e-6"), make_config()
    run_shard(other, "body", 0)
    shard = shard_file(config, "body", 0)
    foreign = shard_file(other, "body", 0).rename(shard).read_bytes()
    run_shard(config, "body", 0)
    assert read_netcdf(shard).attributes["config_hash"].startswith(shard.stem.split("-")[1])
    assert shard.with_name(f"{shard.name}.damaged-1").read_bytes() == foreign


@pytest.fixture
def unreadable(monkeypatch):
    """Return a function after which a file cannot be opened, as when its server does not answer."""
    original = Path.open

    def lose(lost):
        def open_or_fail(self, *arguments, **settings):
            if self == lost:
                raise OSError(errno.ESTALE, os.strerror(errno.ESTALE))
            return original(self, *arguments, **settings)

        monkeypatch.setattr(Path, "open", open_or_fail)

    return lose


def test_a_shard_that_cannot_be_read_stays_where_it_is(make_config, unreadable):
    config = make_config()
    run_shard(config, "body", 0)
    shard = shard_file(config, "body", 0)
    size = shard.stat().st_size
    unreadable(shard)
    with pytest.raises(StoreError, match=r"cannot read .*Stale file handle"):
        run_shard(config, "body", 0)
    assert [file.name for file in shard.parent.glob("*.nc*")] == [shard.name]
    assert shard.stat().st_size == size


def test_a_part_that_cannot_be_read_stays_where_it_is(make_config, leave_parts, unreadable):
    config = make_config(seconds=1.0)
    parts = leave_parts(config)
    unreadable(parts[3])
    with pytest.raises(StoreError, match=r"cannot read .*Stale file handle"):
        run_shard(config, "body", 0)
    assert sorted(parts[3].parent.glob("*.nc*")) == parts


def test_parts_that_a_death_left_beside_their_shard_go_with_the_next_run(make_config, monkeypatch):
    config = make_config()
    with monkeypatch.context() as patch:
        patch.setattr(runner.PartFolder, "remove", lambda parts: None)
        run_shard(config, "body", 0)
    left = parts_folder(shard_file(config, "body", 0))
    assert left.is_dir()
    run_shard(config, "body", 0)
    assert not left.exists()


class OneOfTwo:
    """Rank 1 of two, whose rank 0 listens while there are tasks."""

    rank, size = 1, 2

    def __init__(self) -> None:
        self.listening, self.heard = True, []

    def chunks(self, count):
        yield from (range(task, task + 1) for task in range(count))
        self.listening = False

    def tell(self, done, failed):
        self.heard.append(self.listening)


def test_a_rank_tells_nothing_once_nobody_listens(make_config, tmp_path):
    config = make_config()
    outline = current_outline(config, "body")
    block, team = outline.block("train_random_walk"), OneOfTwo()
    with runner.Interruption() as interruption:
        worker = runner.Worker(team, interruption, runner.build_simulator(config, "body", outline, block, "mine"))
        worker.compute([0, 1], runner.PartFolder(tmp_path / "parts", "mine", 10.0), lambda done, failed: None)
    assert team.heard == [True, True]


def test_parts_of_another_config_are_kept_for_it(make_config, leave_parts, monkeypatch):
    config = make_config(seconds=1.0)
    parts = leave_parts(config)
    assert len(parts) == 12
    run_shard(make_config("datasets.body.rev.material=" + str(OTHER_MATERIAL), seconds=1.0), "body", 0)
    assert sorted(parts_folder(shard_file(config, "body", 0)).glob("*.nc")) == parts
    monkeypatch.setattr(runner.Simulator, "run", lambda *arguments: pytest.fail("computed again"))
    run_shard(config, "body", 0)
    assert from_contents(read_netcdf(shard_file(config, "body", 0))).ids.tolist() == list(range(12))


def test_ctrl_c_keeps_what_is_finished_and_means_the_same_as_before_afterwards(make_config, monkeypatch):
    config = make_config(seconds=1.0)
    write_dataset_design(config, "body")
    original, before = runner.Simulator.run, signal.getsignal(signal.SIGINT)

    def run_and_press(self, batch):
        (identifier,) = batch
        if identifier == 4:
            os.kill(os.getpid(), signal.SIGINT)
        return original(self, batch)

    monkeypatch.setattr(runner.Simulator, "run", run_and_press)
    with pytest.raises(CampaignError, match="interrupted"):
        run_shard(config, "body", 0)
    parts = parts_folder(shard_file(config, "body", 0)).glob("*.nc")
    assert [from_contents(read_netcdf(part)).ids.tolist() for part in parts] == [[0, 1, 2, 3, 4]]
    assert signal.getsignal(signal.SIGINT) is before


def test_scratch_folder_ends_empty_and_changes_no_bit(make_config, tmp_path, monkeypatch, caplog):
    caplog.set_level(logging.INFO)
    monkeypatch.setenv("DISK_OF_NODE", str(tmp_path))
    scratch = tmp_path / "scratch"
    results = run_all(make_config("datasets.body.shards.scratch=$DISK_OF_NODE/scratch"))
    assert f"unfinished work lies in {scratch} of each node: a lost node loses" in caplog.text
    assert_same_bits(results, run_all(make_config(results=tmp_path / "plain")))
    assert list(scratch.iterdir()) == []


def test_no_more_simulations_are_held_at_once_than_a_slab_has(make_config, monkeypatch, tmp_path):
    config = make_config(seconds=1.0)
    held = []
    append = SlabWriter.append

    def note(self, slab):
        held.append(len(slab["path"]))
        append(self, slab)

    monkeypatch.setattr(SlabWriter, "append", note)
    # A path of eleven times has some 1,300 bytes.
    monkeypatch.setattr(results, "SLAB_BYTES", 5000)
    run_shard(config, "body", 0)
    # Four parts of three simulations, then the shard in as many pieces.
    assert held == [3] * 8
    monkeypatch.undo()
    run_shard(make_config(seconds=1.0, results=tmp_path / "at_once"), "body", 0)
    shards = [
        shard_file(make_config(seconds=1.0, results=tmp_path / name), "body", 0) for name in ("results", "at_once")
    ]
    first, second = ({name: read_netcdf(shard).variables[name].data for name in PHYSICS} for shard in shards)
    assert_same_bits(first, second)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGUSR1, signal.SIGINT])
def test_who_waits_for_a_shard_of_another_process_ends_when_asked_to(make_config, tmp_path, number):
    config = make_config()
    with locked(lock_file(shard_file(config, "body", 0)), wait=False):
        command = [sys.executable, "-m", "hammerscale", "simulate", "--dataset", "body", "--shard", "0"]
        waiting = subprocess.Popen(
            [*command, "--configfile", str(tmp_path / "config.yaml")], stderr=subprocess.PIPE, text=True
        )
        assert waiting.stderr is not None
        assert "waiting for process" in waiting.stderr.readline()
        waiting.send_signal(number)
        _, said = waiting.communicate(timeout=20)
    assert waiting.returncode == CampaignError.exit_code
    assert f"interrupted while waiting for process {os.getpid()} on" in said


def test_a_finished_shard_is_not_computed_again(make_config, monkeypatch):
    config = make_config()
    run_all(config)
    monkeypatch.setattr(runner.Simulator, "run", lambda *arguments: pytest.fail("computed again"))
    run_shard(config, "body", 0)


def test_a_failed_simulation_is_stored_with_its_outcome_and_last_good_time(make_config, monkeypatch):
    def breaks_in_tension(stretch):
        volume = determinant(stretch)
        return np.where(volume < 1.0005, volume, np.nan)

    monkeypatch.setattr("hammerscale.cell.elastic_body.volume_ratio", breaks_in_tension)
    pull = "{family: uniaxial_true, split: test, count: 1, max_strain: 0.1}"
    config = make_config(f"datasets.body.paths=[{pull}]", "datasets.body.max_failed_fraction=1")
    results = run_all(config)
    good = results["stretch"][0, :, 0] < 1.0005
    assert 0 < good.sum() < good.size
    assert results["outcome"][0] == Outcome.NOT_FINITE
    assert results["last_good_time"][0] == results["time"][good][-1]
    assert np.isnan(results["stress"][0, ~good]).all()
    assert np.isfinite(results["stress"][0, good]).all()
