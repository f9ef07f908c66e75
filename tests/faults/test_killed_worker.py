"""Workers die at any moment: nothing is lost, nothing is there twice, no file under a final name is ever torn."""

from __future__ import annotations

import random
import signal
import time

import pytest

from hammerscale.plan.controller import WorkflowPlan as Controller
from tests.faults.campaign import assert_complete_and_equal, wait_until, watched
from tests.faults.worker import POINTS

KILLS = 7


def test_kills_at_random_moments_change_nothing(fresh, undisturbed, seed):
    moments = random.Random(seed)
    with watched(fresh.folder):
        for _ in range(KILLS):
            worker = fresh.worker(sleep=0.002, flush=0.05)
            time.sleep(moments.uniform(0.8, 3.0))
            worker.kill()
            worker.wait(10)
        fresh.finish()
    assert_complete_and_equal(fresh, undisturbed)


def test_kills_around_write_close_and_rename_change_nothing(fresh, undisturbed, seed):
    moments = random.Random(seed)
    with watched(fresh.folder):
        for point in POINTS:
            worker = fresh.worker(sleep=0.002, flush=0.01, kill=[point, moments.randint(1, 15)])
            assert worker.wait(120) == -signal.SIGKILL, fresh.log[-2000:]
        fresh.finish()
    assert_complete_and_equal(fresh, undisturbed)
    assert list(fresh.data.rglob("*.tmp"))
    Controller(fresh.config).prepare()
    assert not list(fresh.data.rglob("*.tmp")), "the next controller sweeps away what the dead left"


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGUSR1])
def test_a_time_limit_keeps_what_is_finished(fresh, undisturbed, tmp_path, signal_number):
    journal = tmp_path / "journal"
    with watched(fresh.folder):
        worker = fresh.worker(sleep=0.004, journal=str(journal))
        wait_until(lambda: journal.exists() and journal.read_text().count(" end ") > 120, 60, "some simulations")
        worker.send_signal(signal_number)
        assert worker.wait(60) == 5
        assert "was interrupted" in fresh.log
        assert fresh.worker(journal=str(journal)).wait(120) == 0
        fresh.finish()
    assert_complete_and_equal(fresh, undisturbed)
    computed = [line.split()[0] for line in journal.read_text().splitlines() if " end " in line]
    simulations = [name for name in computed if name.isdigit()]
    assert len(simulations) == len(set(simulations)) == 1000
