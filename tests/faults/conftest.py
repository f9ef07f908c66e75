"""The run without faults, once per session, through the real workflow."""

from __future__ import annotations

import os

import pytest

from tests.faults.campaign import Campaign

ROUNDS = int(os.environ.get("HAMMERSCALE_FAULT_ROUNDS", "1"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Repeat tests that draw random moments; HAMMERSCALE_FAULT_ROUNDS says how often."""
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", range(ROUNDS))


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """A campaign that Snakemake finished; tests work on copies of it."""
    campaign = Campaign(tmp_path_factory.mktemp("faults") / "undisturbed").create()
    assert campaign.snakemake().wait(300) == 0, campaign.log[-3000:]
    return campaign


@pytest.fixture(scope="session")
def undisturbed(finished):
    """What it computed."""
    return finished.physics()


@pytest.fixture
def fresh(tmp_path):
    """A campaign that nothing is done of yet."""
    return Campaign(tmp_path / "fresh").create()


@pytest.fixture
def copied(finished, tmp_path):
    """A finished campaign to do harm to."""
    return finished.copy(tmp_path / "copied")
