"""Whatever a folder or file is called, every command gets its name as one argument, and no part of it is run."""

import re
import subprocess

import pytest

from tests.workflow.conftest import ROOT, Workflow

MARK = "a b&touch EXECUTED;(c)#!~|[d]"
FOLDER = f"{MARK}\\e-"
DECK_FILE = f"{MARK}.yaml"
CAMPAIGN = f"""
campaign: {{name: tiny, seed: 5, results: "{MARK}\\\\e-"}}
datasets:
  body:
    rev: {{kind: taylor, material: config/materials/magnesium.yaml, grains: 4}}
    duration_s: 1.0e-6
    output_times: 11
    paths:
      - {{family: random_walk, split: train, count: 10, max_strain: 0.1}}
      - {{family: uniaxial, split: test, count: 4, max_strain: 0.1}}
surrogates:
  few: {{kind: pressure, dataset: body, train_paths: [5, 10]}}
  body: {{kind: elastic, dataset: body}}
comparisons:
  table1:
    file: config/reference/liu_2022_errors.csv
    rows: [{{row: 13, surrogate: body, tested_on: body, family: uniaxial}}]
laws:
  fit: {{kind: johnson_cook, dataset: body}}
  polycrystal: {{kind: unit_cell, dataset: body}}
problems:
  block:
    deck: "{DECK_FILE}"
    laws: [polycrystal, fit, few]
    reference: polycrystal
    sweep: {{velocity_m_s: [25]}}
  bar:
    deck: config/decks/plane_bar.yaml
    laws: [square_crystal_cell]
"""
DECK = """
title: block
body: {kind: box, size_mm: [0.5, 0.5, 2.0], elements: [2, 2, 8]}
impact: {kind: wall, velocity_m_s: 50.0}
duration_us: 0.5
"""
# Notes its arguments instead of doing something.
RECORDER = """#!/bin/sh
printf '%s\\0' "$@" >>"$RECORDED"
"""
SHELL_COMMAND = "Shell command: "


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """Return the number of commands, the arguments that all of them hand on, and what the folder holds then."""
    workflow = Workflow(tmp_path_factory.mktemp("quoting"))
    (workflow.folder / "tiny.yaml").write_text(CAMPAIGN)
    (workflow.folder / DECK_FILE).write_text(DECK)
    result = workflow.snakemake("--dry-run", "--printshellcmds")
    assert result.returncode == 0, result.stderr
    lines = (result.stdout + result.stderr).splitlines()
    commands = [line.removeprefix(SHELL_COMMAND) for line in lines if line.startswith(f"{SHELL_COMMAND}NUMBA")]
    for line in lines:
        if (log := line.strip()).startswith("log: "):
            (workflow.folder / log.removeprefix("log: ")).parent.mkdir(parents=True, exist_ok=True)
    arguments = run_with_recorders(workflow.folder, commands)
    return len(commands), arguments, {file.name for file in workflow.folder.iterdir()}


def run_with_recorders(folder, commands):
    """Run commands with recorders in place of the programs that they start, and return all arguments."""
    (folder / "bin").mkdir()
    for program in (folder / "bin" / "python", folder / "slurm" / "bin" / "ranks"):
        program.write_text(RECORDER)
        program.chmod(0o755)
    records = folder / "records"
    environment = {"PATH": f"{folder / 'bin'}:/usr/bin:/bin", "RECORDED": str(records)}
    subprocess.run(["bash"], input="\n".join(commands), text=True, cwd=folder, env=environment, check=False)
    return records.read_text().split("\0")


def test_every_command_is_recorded(recorded):
    commands, arguments, _ = recorded
    assert commands > 40
    assert arguments.count("hammerscale") == commands


def test_every_name_arrives_as_one_argument(recorded):
    _, arguments, _ = recorded
    touched = [argument for argument in arguments if "EXECUTED" in argument]
    assert len(touched) > 100
    whole = (f"{FOLDER}/tiny", f"few={FOLDER}/tiny/", DECK_FILE)
    assert [argument for argument in touched if not argument.startswith(whole)] == []


def test_every_part_of_a_name_stays_with_it(recorded):
    _, arguments, _ = recorded
    assert {"a", "b", "b&touch", "few=a", "EXECUTED", "c"}.isdisjoint(arguments)


def test_no_part_of_a_name_is_run(recorded):
    _, _, files = recorded
    assert "EXECUTED" not in files


@pytest.mark.parametrize("rules", sorted((ROOT / "workflow" / "rules").glob("*.smk")), ids=lambda file: file.stem)
def test_rules_put_nothing_unquoted_into_a_command(rules):
    commands = re.findall(r"    shell:\n((?: {8}\".*\"\n)+)", rules.read_text())
    assert commands
    named = {name for command in commands for name in re.findall(r"\{([^}]*)\}", command)}
    assert {name for name in named if not name.endswith(":q")} <= {"threads"}


@pytest.mark.parametrize("folder", ["-x", "./-x", "a<b>c"])
def test_a_folder_that_options_or_rules_would_take_for_something_else_is_refused(workflow, folder):
    result = workflow.snakemake("--dry-run", "--config", f'campaign={{results: "{folder}"}}')
    assert result.returncode == 2
    assert "campaign.results" in result.stderr
    assert "Traceback" not in result.stderr
