"""Impacts in the workflow: which runs are planned, what they make, what they depend on."""

import json

import pytest

DECK = """
title: tiny block
body: {kind: box, size_mm: [0.5, 0.5, 2.0], elements: [2, 2, 8]}
impact: {kind: wall, velocity_m_s: 50.0}
duration_us: 0.5
frames: 4
"""
PROBLEMS = """
problems:
  block:
    deck: block.yaml
    laws: [magnesium_elastic, magnesium_johnson_cook]
    sweep: {velocity_m_s: [25]}
"""
RUN = "results/tiny/runs/block.velocity_m_s_25/magnesium_elastic"
FIGURE = "results/tiny/figures/impact/block/magnesium_elastic/velocity_m_s.svg"
# The option before the target must have a value of its own.
TARGET = ("--cores", "2", FIGURE)


@pytest.fixture
def impacts(workflow):
    """Return a workflow folder whose campaign has one problem with two laws."""
    (workflow.folder / "block.yaml").write_text(DECK)
    (workflow.folder / "tiny.yaml").open("a").write(PROBLEMS)
    return workflow


def test_every_pair_of_case_and_law_is_one_run(impacts):
    planned = impacts.planned()
    assert planned["run_impact"] == 4
    assert planned["plot_impact"] == 2
    assert planned["plot_impact_sweep"] == 2
    assert planned["plot_impact_laws"] == 2
    assert planned["plot_impact_histories"] == 1


def test_a_sweep_runs_to_its_figure_and_follows_its_law_and_deck_alone(impacts):
    result = impacts.snakemake(*TARGET)
    assert result.returncode == 0, result.stdout + result.stderr
    summary = json.loads((impacts.folder / RUN / "summary.json").read_text())
    assert summary["law"] == "magnesium_elastic"
    assert (impacts.folder / FIGURE).stat().st_size > 10_000
    assert impacts.planned(*TARGET) == {}
    law = "config/laws/magnesium_elastic.yaml"
    impacts.edit("kind: unit_cell", "kind: unit_cell\n  seed: 7", law)
    assert impacts.planned(*TARGET)["run_impact"] == 2
    impacts.edit("kind: unit_cell\n  seed: 7", "kind: unit_cell", law)
    impacts.edit("frames: 4", "frames: 5", "block.yaml")
    assert impacts.planned(*TARGET)["run_impact"] == 2


def test_a_law_that_is_nowhere_ends_before_any_job_with_what_was_meant(impacts):
    impacts.edit("magnesium_elastic,", "magnesium_elastik,")
    result = impacts.snakemake("--dry-run")
    assert result.returncode == 2
    assert "did you mean 'magnesium_elastic'" in result.stderr
    assert "Traceback" not in result.stderr


GRAINS = """
  grains:
    rev: {kind: taylor, material: config/materials/magnesium.yaml, grains: 2}
    duration_s: 1.0e-6
    paths: [{family: uniaxial, split: test, count: 1, max_strain: 0.1}]
laws:
  polycrystal: {kind: unit_cell, dataset: grains}
  fit: {kind: johnson_cook, dataset: grains}
  energy: {kind: elastic, dataset: grains}
problems:
  block: {deck: block.yaml, laws: [energy, fit, polycrystal], reference: polycrystal}
"""
OF_GRAINS = "results/tiny/runs/block/polycrystal/summary.json"


def test_a_reference_that_stands_for_data_runs_again_when_its_grains_change(workflow):
    (workflow.folder / "block.yaml").write_text(DECK)
    (workflow.folder / "tiny.yaml").open("a").write(GRAINS)
    target = ("--cores", "1", OF_GRAINS)
    result = workflow.snakemake(*target)
    assert result.returncode == 0, result.stdout + result.stderr
    assert json.loads((workflow.folder / OF_GRAINS).read_text())["stands_for"]["grains"] == 2
    assert workflow.planned(*target) == {}
    workflow.edit("grains: 2}", "grains: 3}")
    assert workflow.planned(*target) == {"write_law": 1, "run_impact": 1}
    everything = workflow.planned()
    assert (everything["write_law"], everything["run_impact"]) == (3, 3)


def test_a_law_file_of_other_grains_than_the_data_ends_before_any_job(workflow):
    (workflow.folder / "block.yaml").write_text(DECK)
    surrogate = "surrogates: {few: {kind: pressure, dataset: grains}}\n"
    train = "{family: random_walk, split: train, count: 9, max_strain: 0.1}"
    text = GRAINS.replace("paths: [", f"paths: [{train}, ")
    text = text.replace("[energy, fit, polycrystal]", "[few, magnesium_taylor]")
    text = text.replace("reference: polycrystal", "reference: magnesium_taylor")
    (workflow.folder / "tiny.yaml").open("a").write(text + surrogate)
    result = workflow.snakemake("--dry-run")
    assert result.returncode == 2
    assert "stands for another grains and seed than magnesium_taylor" in result.stderr
    assert "Traceback" not in result.stderr
