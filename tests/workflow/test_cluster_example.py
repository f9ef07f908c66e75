"""The example of a campaign for a cluster: what its jobs ask for with the command of its header, and what they cost."""

import re
import shlex
from pathlib import Path

import pytest

from hammerscale.config import load
from hammerscale.plan.controller import WorkflowPlan
from hammerscale.study.training_estimate import MINUTE_S, training_cost
from tests.workflow.conftest import ROOT

EXAMPLE = "config/campaigns/cluster.yaml"
HEADER = re.sub(r"\n# ?", " ", (ROOT / EXAMPLE).read_text(encoding="utf-8").partition("campaign:")[0])


def test_its_jobs_ask_for_cores_nodes_and_a_gpu(workflow):
    (command,) = re.findall(r"slurm/run (--configfile \S+ --set-resources(?: \w+:\w+=\d+)+)", HEADER)
    _, file, *resources = shlex.split(command)
    planned = workflow.snakemake("--dry-run", "--cores", "16", *resources, config=file).stdout
    jobs = re.split(r"^(?:local)?rule ", planned, flags=re.MULTILINE)[1:]
    asked = {(job.partition(":")[0], *re.findall(r"(?:tasks|nodes)=\d+", job)) for job in jobs}
    with_gpu = [job for job in jobs if "gpu=1" in job]
    assert ("simulate_shard", "tasks=8", "nodes=1") in asked
    assert ("run_impact", "tasks=16", "nodes=2") in asked
    assert len(with_gpu) == 1
    assert "surrogate=pca_net" in with_gpu[0]


def test_its_header_states_about_what_check_says(monkeypatch):
    monkeypatch.chdir(ROOT)
    config = load([Path(EXAMPLE)])
    campaign = WorkflowPlan(config)
    training_s = sum(training_cost(config, model) for model in campaign.models.models())
    random = config.datasets["random"]
    simulation_s = sum(block.count * random.cost(block.label) for block in campaign.outlines["random"].blocks)
    impacts = sum(len(campaign.impacts.laws_of(case.problem)) for case in campaign.impacts.cases.values())
    stated = {part: float(minutes) for minutes, part in re.findall(r"([\d.]+) CPU minutes of (\w+)", HEADER)}
    # Estimates for a reader: a new measurement changes them a little, and the header need not follow at once.
    expected = {"simulation": simulation_s / MINUTE_S, "training": training_s / MINUTE_S}
    assert stated == pytest.approx(expected, rel=0.3)
    assert re.findall(r"(\d+) impacts", HEADER) == [str(impacts)]
