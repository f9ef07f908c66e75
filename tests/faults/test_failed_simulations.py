"""Simulations that break, diverge or never end are data: the others are not touched, and too many stop the campaign."""

from __future__ import annotations

import numpy as np

from hammerscale.arrays import Outcome
from hammerscale.production.gather import gather_dataset
from tests.faults.campaign import PHYSICS, SIMULATIONS, watched

# That a real kernel is stopped by the clock is shown in tests/production/test_time_limit.py.
FAILED = {3: "NOT_FINITE", 117: "STEP_FLOOR", 118: "STEP_LIMIT", 50: "TIME_LIMIT", 10_000_005: "TIME_LIMIT"}


def test_broken_diverging_and_endless_simulations_are_stored_and_disturb_no_other(fresh, undisturbed):
    with watched(fresh.folder):
        assert fresh.worker(outcomes=FAILED).wait(60) == 0, fresh.log[-2000:]
        gather_dataset(fresh.config, "body")
    physics = fresh.physics()
    assert physics["path"].size == np.unique(physics["path"]).size == SIMULATIONS
    ended = {identifier: Outcome[name] for identifier, name in FAILED.items()}
    failed = np.isin(physics["path"], list(ended))
    stored = dict(zip(physics["path"][failed].tolist(), physics["outcome"][failed].tolist(), strict=True))
    assert stored == ended
    for name in PHYSICS:
        if name != "time":
            assert physics[name][~failed].tobytes() == undisturbed[name][~failed].tobytes(), name


def test_too_many_failures_stop_the_campaign_with_their_ids(fresh):
    with watched(fresh.folder, at_least=1):
        assert fresh.worker(outcomes=dict.fromkeys(range(100, 111), "NOT_FINITE")).wait(60) == 5
    assert "11 of 1000 simulations" in fresh.log
    assert all(f"  {identifier}  not_finite" in fresh.log for identifier in range(100, 111))
    assert fresh.shard(2).exists()
    assert not fresh.shard(3).exists()
