"""An impact with a representative volume at every point, its points shared out among ranks on two nodes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
import yaml

from hammerscale.store.netcdf import read_netcdf
from tests.faults.campaign import Campaign, running

from .campaign import SlurmCampaign
from .conftest import cancel_jobs_of

pytestmark = pytest.mark.slurm

DECK = {
    "title": "block of a few elements",
    "body": {"kind": "box", "size_mm": [0.5, 0.5, 2.0], "elements": [1, 1, 4]},
    "impact": {"kind": "wall", "velocity_m_s": 100.0},
    "duration_us": 1.0,
    "frames": 2,
}
LAW = {
    "law": {"kind": "unit_cell", "rev": {"kind": "taylor", "material": "config/materials/magnesium.yaml", "grains": 3}}
}
RUN = Path("results/faults/runs/block/few_grains")
# Kernels are compiled on both nodes.
RUN_S, ALONE_S = 400, 200


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    """A campaign whose impact has run on two ranks through the profile, and once more on one, in `alone`."""
    campaign = SlurmCampaign(tmp_path_factory.mktemp("slurm") / "impact").create()
    profile_file = campaign.folder / "profile" / "config.yaml"
    profile = yaml.safe_load(profile_file.read_text())
    profile["set-resources"] = {"run_impact": {"tasks": 2, "nodes": 2}}
    profile_file.write_text(yaml.safe_dump(profile))
    (campaign.folder / "config" / "laws").mkdir()
    (campaign.folder / "config" / "laws" / "few_grains.yaml").write_text(yaml.safe_dump(LAW))
    (campaign.folder / "block.yaml").write_text(yaml.safe_dump(DECK))
    problems = {"problems": {"block": {"deck": "block.yaml", "laws": ["few_grains"]}}}
    campaign.config_file.write_text(campaign.config_file.read_text() + yaml.safe_dump(problems))
    try:
        with running(campaign.slurm("slurm/run", str(RUN / "summary.json"))) as run:
            assert run.wait(RUN_S) == 0, campaign.log[-2000:]
        command = "slurm/bin/ranks 1 1 hammerscale impact block.yaml --law few_grains -o alone"
        with running(campaign.start(command.split(), {})) as alone:
            assert alone.wait(ALONE_S) == 0, campaign.log[-2000:]
    finally:
        cancel_jobs_of(campaign.folder)
    return campaign


def test_the_ranks_of_an_impact_run_on_both_nodes(finished: Campaign) -> None:
    verbs = (finished.folder / "verbs").read_text()
    nodes = re.findall(r"^(cpu\d) .*-m mpi4py -m hammerscale impact ", verbs, re.MULTILINE)
    assert sorted(nodes) == ["cpu1", "cpu2"]
    assert json.loads((finished.folder / RUN / "summary.json").read_text())["ranks"] == 2


def test_an_impact_on_two_nodes_has_the_bits_of_one_process(finished: Campaign) -> None:
    two, one = (read_netcdf(finished.folder / folder / "history.nc").variables for folder in (RUN, "alone"))
    assert np.abs(one["internal"].data).max() > 0.0
    for name, variable in one.items():
        np.testing.assert_array_equal(two[name].data, variable.data)
