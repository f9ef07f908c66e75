"""A disk without room: one clear error, no torn file, and the campaign goes on when there is room again."""

from __future__ import annotations

import resource

import pytest

from tests.faults.campaign import assert_complete_and_equal, watched


@pytest.mark.parametrize("limit", [12_000, 60_000], ids=["no room for a part", "no room for a shard"])
def test_a_full_disk_stops_with_a_clear_error_and_loses_nothing(fresh, undisturbed, limit):
    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    with watched(fresh.folder):
        worker = fresh.worker()
        worker.kill()
        worker.wait(10)
        assert fresh.worker(limits=no_room).wait(60) == 4, fresh.log[-2000:]
        assert "no room to write" in fresh.log
        assert "Traceback" not in fresh.log
        fresh.finish()
    assert_complete_and_equal(fresh, undisturbed)
