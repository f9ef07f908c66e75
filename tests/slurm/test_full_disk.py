"""A disk that is really full: a small file system of its own, which only root can mount."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.campaign import Campaign, assert_complete_and_equal, watched

pytestmark = pytest.mark.slurm


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[tuple[Path, Callable[[], None]]]:
    """A folder on a disk of one mebibyte, and a function that enlarges it."""
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=True)
    yield folder, lambda: subprocess.run(["mount", "-o", "remount,size=256m", folder], check=True)
    subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_full_disk_stops_with_a_clear_error_and_loses_nothing(
    small_disk: tuple[Path, Callable[[], None]], tmp_path: Path
) -> None:
    disk, enlarge = small_disk
    campaign = Campaign(tmp_path / "campaign").create()
    (campaign.folder / "results").symlink_to(disk)
    with watched(disk):
        assert campaign.worker().wait(60) == 4, campaign.log[-2000:]
        assert "no room to write" in campaign.log
        assert "Traceback" not in campaign.log
        enlarge()
        campaign.finish()
    local = Campaign(tmp_path / "local").create()
    local.finish()
    assert_complete_and_equal(campaign, local.physics())
