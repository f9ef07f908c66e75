"""The verb that runs one case: a line and a CSV for a good one, a message and an exit code for a bad one."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from hammerscale.errors import CampaignError, InputError

CASE = Path(__file__).parents[1] / "verification" / "reference" / "xt_s1_uniaxial.json"


def run_path(folder, case):
    command = [sys.executable, "-m", "hammerscale", "run-path", str(case), "-o", "out.csv"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)


def test_a_good_case_run_from_another_folder_gives_a_csv(tmp_path):
    done = run_path(tmp_path, CASE)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("out.csv: converged; ")
    lines = (tmp_path / "out.csv").read_text().splitlines()
    assert lines[0] == "t,s11,s22,s33,s12,s23,s13"
    assert len(lines) == 1 + len(json.loads(CASE.read_text())["t"])


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"kind": "grain"}, InputError, "the field 'kind' is 'grain'"),
        ({"numerics": {"max_steps": 3}}, CampaignError, "step_limit"),
    ],
)
def test_a_bad_case_is_a_message_and_an_exit_code(tmp_path, change, error, message):
    (tmp_path / "bad.json").write_text(json.dumps(json.loads(CASE.read_text()) | change))
    done = run_path(tmp_path, "bad.json")
    assert done.returncode == error.exit_code
    assert message in done.stderr
    assert "Traceback" not in done.stderr
