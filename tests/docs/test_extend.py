"""What docs/how-to/extend.md shows can be plugged in as it stands there, into a copy of the package."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "how-to" / "extend.md"
BLOCK = re.compile(r"^```(python|diff)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LAW = """
import numpy as np
from hammerscale.config.law_file import LawFile
from hammerscale.laws.law_factory import build_law
from tests.contracts import law as contract

given = {"source": "test", "status": "our choice, unverified"}
constants = {"youngs_modulus": (70, "GPa"), "poisson_ratio": (0.3, "1"), "density": (2700, "kg/m^3")}
settings = {name: {"value": value, "unit": unit, **given} for name, (value, unit) in constants.items()}
law = build_law(LawFile.model_validate({"law": {"kind": "neo_hookean", **settings}}))
gradient = np.eye(3) + 0.05 * np.random.default_rng(1).normal(size=(4, 3, 3))
contract.check_rest(law)
contract.check_purity(law, gradient, 1e-8)
contract.check_objectivity(law, gradient, 1e-8)
contract.check_failure_is_a_status(law, 1e-8)
contract.check_impossible_steps_are_statuses(law, 1e-8)
# Small strain: Hooke's law of the same constants, lateral stress ν/(1-ν) of the axial one.
strained = np.diag([1.0 + 1e-6, 1.0, 1.0])[None]
cauchy, _ = law.advance(law.initial_state(1), np.eye(3)[None], strained, 1e-8, law.initial_state(1))
np.testing.assert_allclose(cauchy[0, 1, 1] / cauchy[0, 0, 0], 0.3 / 0.7, rtol=1e-4)
"""
CAMPAIGN = """
campaign: {name: extended}
datasets:
  pores:
    rev: {kind: porous, material: config/materials/magnesium.yaml, porosity: 0.1}
    duration_s: 1.0e-6
    output_times: 11
    paths:
      - {family: random_walk, split: train, count: 8, max_strain: 0.005}
      - {family: pure_shear, split: test, count: 2, max_strain: 0.005}
  crystals:
    rev: {kind: taylor, material: config/materials/magnesium.yaml, grains: 2, texture: {kind: aligned}}
    duration_s: 1.0e-6
    paths: [{family: pure_shear, split: test, count: 1, max_strain: 0.005}]
surrogates:
  hooke: {kind: hooke, dataset: pores}
"""
RUN = """
import json
from pathlib import Path
from hammerscale.cell.cases.case import read_case
from hammerscale.production.emitted_case import simulation_case, write_simulation_case
from hammerscale.production.gather import gather_dataset
from hammerscale.plan.campaign_plan import write_dataset_design
from hammerscale.production.runner import run_shard
from hammerscale.config import load
from hammerscale.surrogate.evaluate import evaluate_model
from hammerscale.surrogate.training_request import Order
from hammerscale.surrogate.train import train_surrogate

config = load([Path("campaign.yaml")])
grains = config.datasets["crystals"].rev.draw_grains(0)
assert grains.quaternions.tolist() == [[1.0, 0.0, 0.0, 0.0]] * 2
write_simulation_case(config, "crystals", 0, Path("case.json"))
recipe, drawn = (one.recipe for one in (read_case(Path("case.json")), simulation_case(config, "crystals", 0)))
assert (recipe.rule, recipe.amplitude) == ("pure_shear", drawn.amplitude)
write_dataset_design(config, "pores")
run_shard(config, "pores", 0)
run_shard(config, "pores", 1)
file = gather_dataset(config, "pores")
train_surrogate(file, Order(config.surrogate("hooke").kind), Path("model"))
print(json.dumps(evaluate_model(Path("model"), file, "test")["families"]))
"""


def apply(difference: str, root: Path) -> None:
    """Apply a `diff` block: what stands behind - and blanks must be there, once, and makes way for the rest."""
    file = old = new = None
    for line in [*difference.splitlines(), "@@"]:
        if line == "@@" or line.startswith("--- "):
            if file and (old or new):
                text = file.read_text()
                assert text.count("".join(old)) == 1, f"{file} holds {text.count(''.join(old))} times:\n{''.join(old)}"
                file.write_text(text.replace("".join(old), "".join(new)))
            file, old, new = (root / line[4:] if line != "@@" else file), [], []
        else:
            old += [line[1:] + "\n"] * (line[0] in " -")
            new += [line[1:] + "\n"] * (line[0] in " +")


@pytest.fixture(scope="module")
def extended(tmp_path_factory):
    """Return a folder with a copy of the package and all of the page's blocks in it."""
    folder = tmp_path_factory.mktemp("extended")
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    (folder / "config").symlink_to(ROOT / "config")
    for language, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if language == "diff":
            apply(text, folder)
        else:
            path, _, content = text.partition("\n")
            (folder / path.removeprefix("# ")).write_text(content)
    return folder


def run(folder, script):
    """Return what a script says that is run with the extended package."""
    environment = {**os.environ, "PYTHONPATH": f"{folder / 'src'}{os.pathsep}{ROOT}"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_law_keeps_the_contract(extended):
    run(extended, LAW)


def test_cell_texture_path_family_and_surrogate_run_in_a_campaign(extended):
    (extended / "campaign.yaml").write_text(CAMPAIGN)
    said = run(extended, RUN)
    # Strains of half a percent: a linear law is right to about a percent.
    error = float(re.search(r'"pure_shear": .*?"total": ([\d.e-]+)', said).group(1))
    assert 0.0 < error < 0.02


def test_every_kind_is_one_file_and_one_line(extended):
    blocks = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    files = [text.partition("\n")[0].removeprefix("# ") for language, text in blocks if language == "python"]
    changes = [text.splitlines() for language, text in blocks if language == "diff"]
    assert len(files) == len(changes) == 5
    assert all((extended / file).exists() for file in files)
    assert {lines[0] for lines in changes} == {"--- src/hammerscale/registry.py"}
    assert [sum(line.startswith("+") for line in lines) for lines in changes] == [1] * 5
    checked = subprocess.run(
        [Path(sys.executable).parent / "ruff", "check", "--config", ROOT / "pyproject.toml", extended / "src"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout
