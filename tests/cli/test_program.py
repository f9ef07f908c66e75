"""The command line: refusals without tracebacks, threads, and its documentation."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
import yaml

from hammerscale import errors
from hammerscale.cli import THREADS, app

ROOT = Path(__file__).parents[2]
COMMANDS = (ROOT / "docs/reference/commands.md").read_text(encoding="utf-8")
CONFIG = {
    "campaign": {"name": "tiny"},
    "datasets": {
        "body": {
            "rev": {"kind": "elastic", "material": str(ROOT / "config/materials/magnesium.yaml")},
            "duration_s": 1e-6,
            "paths": [{"family": "uniaxial", "split": "train", "count": 3, "max_strain": 0.1}],
        }
    },
}


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program in a folder that holds the config `config/config.yaml`."""
    (folder / "config").mkdir(exist_ok=True)
    if not (folder / "config/config.yaml").exists():
        (folder / "config/config.yaml").write_text(yaml.safe_dump(CONFIG))
    return subprocess.run(
        [sys.executable, "-m", "hammerscale", *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("campaign.nmae", "campaign: {nmae: tiny}"),
        ("datasets.body.paths.0.count", "datasets: {body: {paths: [{family: uniaxial, split: test, count: 0}]}}"),
        ("datasets.body.rev.material", "datasets: {body: {rev: {material: no/such/file.yaml}}}"),
        ("campaign.results", "campaign: {results: '{dataset}'}"),
        ("campaign.seed", "campaign: {seed: 1, seed: 2}"),
    ],
)
def test_a_wrong_config_ends_with_code_2_and_its_key_before_anything_is_made(tmp_path, key, text):
    (tmp_path / "more.yaml").write_text(text)
    run_again = ("--configfile", "config/config.yaml", "--configfile", "more.yaml")
    result = run(tmp_path, "simulate", "--dataset", "body", "--shard", "0", *run_again)
    assert result.returncode == 2
    assert key in result.stderr
    assert "Traceback" not in result.stderr
    assert sorted(file.name for file in tmp_path.iterdir()) == ["config", "more.yaml"]


@pytest.mark.parametrize(
    "verb", [("design",), ("simulate", "--shard", "0"), ("gather",), ("emit-case", "--id", "0", "-o", "case.json")]
)
def test_a_data_set_that_is_not_there_is_refused_with_the_one_that_was_meant(tmp_path, verb):
    result = run(tmp_path, *verb, "--dataset", "bdoy")
    assert result.returncode == 3
    assert "no data set 'bdoy'; did you mean 'body'?" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_shard_that_is_not_there_is_refused_with_the_range(tmp_path):
    result = run(tmp_path, "simulate", "--dataset", "body", "--shard", "7")
    assert result.returncode == 3
    assert "there is no shard 7\nthe shards of this data set have the numbers 0 to 0" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_results_folder_that_cannot_be_made_is_refused_with_path_and_reason(tmp_path):
    (tmp_path / "results").write_text("a file")
    result = run(tmp_path, "simulate", "--dataset", "body", "--shard", "0")
    assert result.returncode == 4
    assert "cannot write results/tiny" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(("given", "found"), [({}, "1"), ({"NUMBA_NUM_THREADS": "2"}, "2")])
def test_a_verb_computes_on_one_thread_unless_told_otherwise(given, found):
    code = (
        "import os, sys\n"
        "from hammerscale.cli import main\n"
        "assert 'numba' not in sys.modules\n"
        "sys.argv = ['hammerscale', '--version']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "import numba\n"
        "print(numba.config.NUMBA_NUM_THREADS, os.environ['OPENBLAS_NUM_THREADS'])\n"
    )
    clean = {key: value for key, value in os.environ.items() if key not in THREADS}
    done = subprocess.run(
        [sys.executable, "-c", code], env=clean | given, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines()[-1].split() == [found, "1"]


def test_every_verb_is_documented_and_no_other():
    verbs = set(typer.main.get_command(app).commands)
    assert set(re.findall(r"^\| `hammerscale ([a-z-]+)", COMMANDS, re.MULTILINE)) == verbs


def test_every_exit_code_is_documented_with_its_error():
    kinds = {
        kind.exit_code: name for name, kind in vars(errors).items() if isinstance(kind, type) and kind.exit_code > 1
    }
    found = {int(code): name for code, name in re.findall(r"^\| (\d) \| `(\w+)`", COMMANDS, re.MULTILINE)}
    assert found == kinds


@pytest.mark.parametrize(
    "verb", ["design", "simulate --shard 0", "gather", "emit-case --id 0 -o case.json", "status", "check"]
)
def test_a_wrong_config_is_refused_before_numerics_are_loaded(tmp_path, verb):
    name, *options = verb.split()
    dataset = [] if name in ("status", "check") else ["--dataset", "body"]
    arguments = [name, *options, *dataset, "--config", "campaign.nmae=tiny"]
    program = (
        "import sys; from hammerscale.cli import main\n"
        "try: main()\n"
        "except SystemExit as end: print(end.code, sorted({'numba', 'scipy', 'netCDF4'} & set(sys.modules)))"
    )
    run(tmp_path, "--version")
    result = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert result.stdout == "2 []\n"
    assert "campaign.nmae" in result.stderr


def test_a_model_without_its_folder_is_refused(tmp_path):
    result = run(
        tmp_path, "measure-grains-per-point", "magnesium_taylor", "--dataset", "x.nc", "--model", "rno", "-o", "x.md"
    )
    assert result.returncode == 3
    assert "--model rno has no name and path" in result.stderr
