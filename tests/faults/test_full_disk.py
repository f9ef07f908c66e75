"""A disk without room: one clear error, no torn file, and the campaign goes on when there is room again."""

from __future__ import annotations

import re
import resource

import pytest

from hammerscale.plan.campaign_plan import write_dataset_design
from tests.faults.campaign import assert_complete_and_equal, watched


# A part of one simulation takes 44 kB and a shard of fifty 160 kB. The design takes more, so it is there before.
@pytest.mark.parametrize(
    ("limit", "file"),
    [(30_000, r"shards/0000-\w+\.parts/[^/]+\.nc"), (100_000, r"shards/0000-\w+\.nc")],
    ids=["no room for a part", "no room for a shard"],
)
def test_a_full_disk_stops_with_a_clear_error_and_loses_nothing(fresh, undisturbed, limit, file):
    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    write_dataset_design(fresh.config, "body")
    with watched(fresh.folder):
        assert fresh.worker(limits=no_room, flush=0.001).wait(60) == 4, fresh.log[-2000:]
        assert re.search(rf"no room to write \S+/{file}: ", fresh.log), fresh.log[-2000:]
        assert "Traceback" not in fresh.log
        fresh.finish()
    assert_complete_and_equal(fresh, undisturbed)
