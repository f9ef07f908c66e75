"""One edit of the default campaign's config, and only what depends on it is computed again, as dry runs tell."""

import contextlib
import csv
import hashlib
import re
import shutil
from pathlib import Path

import pytest

from hammerscale.config import load
from hammerscale.plan.controller import WorkflowPlan
from hammerscale.study.tables.job_records import record_names
from tests.workflow.conftest import Workflow

CONFIG = "tiny.yaml"
# Rules that compute; figures and tables follow them.
COMPUTING = ("design_paths", "simulate_shard", "train_surrogate", "write_law", "run_impact")
FIBRE = "{kind: fibre, crystal_axis: [0, 0, 1], sample_axis: [1, 0, 0]}"


@pytest.fixture(scope="module")
def default(tmp_path_factory):
    """Return a workflow folder in which Snakemake takes the default campaign for done; its files are empty."""
    workflow = Workflow(tmp_path_factory.mktemp("default"))
    shutil.copy(workflow.folder / "config" / "config.yaml", workflow.folder / CONFIG)
    material = (workflow.folder / "config/materials/magnesium.yaml").read_text()
    assert "value: 25, unit: GPa" in material
    (workflow.folder / "mine.yaml").write_text(material.replace("value: 25, unit: GPa", "value: 26, unit: GPa"))
    with contextlib.chdir(workflow.folder):
        # The cut into shards has to be a real one.
        WorkflowPlan(load([Path(CONFIG)])).prepare()
    listed = workflow.snakemake("--summary")
    assert listed.returncode == 0, listed.stderr
    for row in csv.DictReader(listed.stdout.splitlines(), delimiter="\t"):
        file = workflow.folder / row["output_file"]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
        if file.suffix == ".csv":
            file.with_name(f"{file.name}.sha256").write_text(f"{hashlib.sha256(b'').hexdigest()}  {file.name}\n")
    result = workflow.snakemake("--touch", "--forceall", "--cores", "1")
    assert result.returncode == 0, result.stderr
    return workflow


@pytest.fixture(scope="module")
def sizes(default):
    """Return how many jobs of the default campaign hang on its crystal, its polycrystal, its operator and its deck."""
    with contextlib.chdir(default.folder):
        campaign = WorkflowPlan(load([Path(CONFIG)]))
        shards = len(campaign.shard_files("taylor"))
    learners = {name for name in campaign.models.surrogates if campaign.models.dataset(name) == "taylor"}
    models = [model.surrogate for model in campaign.models.models()]
    cases = [case.problem for case in campaign.impacts.cases.values()]
    laws = {problem: set(campaign.impacts.laws_of(problem)) for problem in campaign.impacts.problems}
    assert all("rno" in learners & known for known in laws.values())
    own = {name for name, law in campaign.config.own_laws.items() if law.dataset == "taylor"}
    of_grains = {name for name in own if campaign.config.own_laws[name].kind != "elastic"}

    def all_but_paths(followers):
        return {
            "simulate_shard": shards,
            "train_surrogate": sum(name in learners for name in models),
            "write_law": len(followers & own),
            "run_impact": sum(len(followers & laws[problem]) for problem in cases),
        }

    return {
        "crystal": all_but_paths(learners | own),
        "polycrystal": all_but_paths(learners | of_grains),
        "operator": {"train_surrogate": models.count("rno"), "run_impact": len(cases)},
        "deck": {"run_impact": cases.count("anvil") * len(laws["anvil"])},
        "nothing": {},
    }


@pytest.mark.parametrize(
    ("edit", "part"),
    [
        ("campaign={seed: 2022}", "nothing"),
        ("datasets={taylor: {rev: {material: mine.yaml}}}", "crystal"),
        (f"datasets={{taylor: {{rev: {{texture: {FIBRE}}}}}}}", "polycrystal"),
        ("datasets={taylor: {rev: {grains: 64}}}", "polycrystal"),
        ("problems={anvil: {deck: config/decks/taylor_anvil.yaml}}", "deck"),
        ("surrogates={rno: {states: 8}}", "operator"),
    ],
    ids=["seed as it is", "material", "texture", "grains", "deck", "surrogate"],
)
def test_an_edit_computes_again_what_depends_on_it_and_nothing_else(default, sizes, edit, part):
    planned = default.planned("--config", edit)
    assert {rule: jobs for rule, jobs in planned.items() if rule in COMPUTING} == sizes[part]


def test_the_table_of_cost_knows_every_record_that_jobs_leave(default):
    planned = default.snakemake("--dry-run", "--forceall").stdout
    records = re.findall(r"benchmark: results/default/logs/(\S+)\.tsv$", planned, re.MULTILINE)
    assert len(records) > 50
    with contextlib.chdir(default.folder):
        assert set(records) <= record_names(WorkflowPlan(load([Path(CONFIG)])))
