"""Shards on MPI ranks, of which any may die or be asked to stop: it costs at most what no part holds yet."""

from __future__ import annotations

import os
import random
import signal
from pathlib import Path

import pytest

from hammerscale.production.gather import gather_dataset
from hammerscale.store.lock import is_held
from hammerscale.store.netcdf import read_netcdf
from tests.faults.campaign import (
    assert_complete_and_equal,
    assert_one_at_a_time,
    intervals,
    running,
    simulations,
    wait_until,
    watched,
)
from tests.faults.worker import POINTS

SHARD = 5
IDS = set(range(250, 300))


def processes(parts: Path) -> dict[int, int]:
    """Rank → process, of the ranks that have saved something."""
    names = (file.name.split("-") for file in parts.glob("[0-9]*.nc"))
    return {int(rank): int(process) for rank, process, *_ in names}


def saved(parts: Path) -> set[int]:
    """Ids of the simulations that parts hold."""
    return {int(identifier) for file in parts.glob("*.nc") for identifier in read_netcdf(file).variables["path"].data}


@pytest.mark.parametrize("victim", ["rank 0", "rank 1", "launcher"])
def test_a_dead_process_ends_the_job_and_costs_only_what_no_part_holds(copied, undisturbed, tmp_path, victim):
    before, after = tmp_path / "before", tmp_path / "after"
    copied.forget(SHARD)
    parts, lock = copied.parts(SHARD), copied.shard(SHARD).with_suffix(".lock")
    with watched(copied.folder), running(copied.ranks(SHARD, sleep=0.03, flush=0.3, journal=str(before))) as job:
        wait_until(lambda: processes(parts).keys() == {0, 1}, 60, "a part of each rank")
        pids = {"launcher": job.pid} | {f"rank {rank}": process for rank, process in processes(parts).items()}
        os.kill(pids[victim], signal.SIGKILL)
        assert job.wait(60) != 0
        wait_until(lambda: not is_held(lock), 60, "the end of all ranks")
        kept = saved(parts)
        with running(copied.ranks(SHARD, journal=str(after))) as restarted:
            assert restarted.wait(120) == 0, copied.log[-2000:]
        gather_dataset(copied.config, "body")
    assert_complete_and_equal(copied, undisturbed)
    assert set(simulations(before)) < IDS, "the job was killed in the middle"
    assert sorted(simulations(after)) == sorted(IDS - kept)


@pytest.mark.parametrize(
    ("number", "whom"),
    [
        (signal.SIGTERM, "launcher"),
        (signal.SIGUSR1, "everybody"),
        (signal.SIGTERM, "one rank"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_ranks_that_are_asked_to_stop_keep_all_they_have_finished(copied, undisturbed, tmp_path, number, whom):
    journal = tmp_path / "journal"
    copied.forget(SHARD)
    with watched(copied.folder), running(copied.ranks(SHARD, sleep=0.03, journal=str(journal))) as job:
        wait_until(lambda: len(simulations(journal)) > 5, 60, "some simulations")
        if whom == "everybody":
            os.killpg(job.pid, number)
        else:
            some_rank = int(journal.read_text().split()[1].split(":")[1])
            os.kill({"launcher": job.pid, "one rank": some_rank}[whom], number)
        assert job.wait(60) == 5, copied.log[-2000:]
        assert "was interrupted" in copied.log
        assert saved(copied.parts(SHARD)) == set(simulations(journal)) < IDS
        with running(copied.ranks(SHARD, journal=str(journal))) as restarted:
            assert restarted.wait(120) == 0, copied.log[-2000:]
        gather_dataset(copied.config, "body")
    assert_complete_and_equal(copied, undisturbed)
    assert sorted(simulations(journal)) == sorted(IDS)


def test_kills_of_either_rank_around_write_close_and_rename_change_nothing(fresh, undisturbed, seed):
    moments = random.Random(seed)
    with watched(fresh.folder):
        for point in moments.sample(sorted(POINTS), 3):
            # Rank 0 writes the shards, too; the other one writes parts alone.
            kill = {"kill": [point, moments.randint(1, 8)], "victim": moments.randint(0, 1)}
            with running(fresh.worker(ranks=2, sleep=0.002, flush=0.02, **kill)) as job:
                assert job.wait(120) == signal.SIGKILL, (kill, fresh.log[-2000:])
        fresh.finish(ranks=2)
    assert_complete_and_equal(fresh, undisturbed)


def test_a_run_on_ranks_that_died_whole_is_taken_up_by_the_next(copied, undisturbed, tmp_path):
    before, after = tmp_path / "before", tmp_path / "after"
    # Two shards at once.
    on_ranks = ("--set-resources", "simulate_shard:tasks=2", "--cores", "4")
    copied.forget(SHARD, SHARD + 1)
    folders = [copied.parts(number) for number in (SHARD, SHARD + 1)]
    with watched(copied.folder):
        with running(copied.snakemake(*on_ranks, sleep=0.1, flush=0.5, journal=str(before))):
            wait_until(lambda: all(processes(parts).keys() == {0, 1} for parts in folders), 60, "parts of all ranks")
        assert copied.snakemake("--unlock").wait(60) == 0
        with running(copied.snakemake(*on_ranks, journal=str(after))) as second:
            assert second.wait(300) == 0, copied.log[-3000:]
    assert_complete_and_equal(copied, undisturbed)
    first, then = intervals(before), intervals(after)
    for subject in first.keys() & then.keys():
        assert_one_at_a_time(subject, first[subject] + then[subject])
    assert 0 < len(simulations(after)) < 100
