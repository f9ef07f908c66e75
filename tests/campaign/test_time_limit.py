"""The time limit of a simulation ends what would not end, and is gone afterwards."""

import signal
import time

import pytest

from hammerscale.campaign.time_limit import TimeUpError, time_limit


def compute_for_ever():
    while True:
        time.sleep(0.001)


def test_what_takes_too_long_is_interrupted():
    with pytest.raises(TimeUpError), time_limit(0.05):
        compute_for_ever()


def test_nothing_rings_after_the_block():
    before = signal.getsignal(signal.SIGALRM)
    with time_limit(0.05):
        pass
    time.sleep(0.1)
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
