"""Controllers that die or meet: their workers never compute or write the same thing at the same time."""

from __future__ import annotations

from pathlib import Path

from tests.faults.campaign import (
    assert_complete_and_equal,
    assert_one_at_a_time,
    intervals,
    running,
    wait_until,
    watched,
)


def started(journal: Path) -> int:
    return journal.read_text().count(" start ") if journal.exists() else 0


def test_a_second_controller_is_refused_and_names_the_first(fresh):
    with (
        watched(fresh.folder, at_least=0),
        running(fresh.snakemake("--quiet", sleep=60.0)) as first,
    ):
        wait_until(lambda: "rule simulate_shard" in fresh.log or list(fresh.data.rglob("*.lock")), 60, "a simulation")
        for options in ([], ["--unlock"]):
            before = len(fresh.log)
            assert fresh.snakemake(*options).wait(60) == 6
            said = fresh.log[before:]
            assert f"another controller runs this campaign: process {first.pid} on " in said
            assert "Traceback" not in said
        assert first.poll() is None
        # To look at the plan is no harm.
        assert fresh.snakemake("--dry-run", "--quiet").wait(60) == 0


def test_a_killed_controller_is_replaced_while_its_workers_live(fresh, undisturbed, tmp_path):
    orphans, heirs = tmp_path / "orphans", tmp_path / "heirs"
    # The orphans have work until the new controller's workers are there, however busy the machine is.
    faults = {"sleep": 2.0, "until": str(heirs), "flush": 1.0, "journal": str(orphans)}
    with watched(fresh.folder), running(fresh.snakemake(**faults)) as first:
        wait_until(lambda: started(orphans) >= 4, 60, "simulations of the first controller")
        first.kill()
        first.wait(10)
        assert fresh.snakemake("--unlock").wait(60) == 0
        # Two of three jobs want the shards of the orphans and have to wait; the third computes beside them.
        second = fresh.snakemake("--cores", "3", flush=0.1, journal=str(heirs))
        assert second.wait(300) == 0, fresh.log[-2000:]
    assert_complete_and_equal(fresh, undisturbed)
    by_orphans, by_heirs = intervals(orphans), intervals(heirs)
    assert max(end for entries in by_orphans.values() for _, end, _ in entries) > min(
        begin for entries in by_heirs.values() for begin, _, _ in entries
    ), "the orphans lived on beside the new controller's workers"
    for subject in by_orphans.keys() & by_heirs.keys():
        assert_one_at_a_time(subject, by_orphans[subject] + by_heirs[subject])
    simulations = [subject for subject in by_orphans if subject.isdigit()]
    assert not set(simulations) & by_heirs.keys(), "what orphans finished is not computed again"


def test_a_shard_that_was_finished_after_its_controller_died_is_kept(copied, undisturbed, tmp_path):
    orphan, heirs = tmp_path / "orphan", tmp_path / "heirs"
    copied.forget(8)
    with watched(copied.folder):
        with running(copied.snakemake(sleep=0.1, journal=str(orphan))) as first:
            wait_until(lambda: started(orphan) >= 4, 60, "simulations of the first controller")
            first.kill()
            first.wait(10)
            wait_until(copied.shard(8).exists, 60, "the shard of the orphan")
        assert copied.snakemake("--unlock").wait(60) == 0
        assert copied.snakemake(journal=str(heirs)).wait(120) == 0, copied.log[-2000:]
    assert_complete_and_equal(copied, undisturbed)
    assert not heirs.exists()
