"""What was spent on a result counts also where a process was ended before the result was there."""

import os
import signal
import subprocess
import sys

import pytest

from hammerscale.store.sealed_json import write_sealed_json
from hammerscale.store.spending import noting, spent_folder, spent_on


def note(folder, number, cpu_s, begun, ended, finished=False):
    folder.mkdir(exist_ok=True)
    content = {"identity": "a", "finished": finished, "cpu_s": cpu_s, "begun": begun, "ended": ended}
    write_sealed_json(folder / f"host-{number}.json", content)


def test_interrupted_processes_add_up_and_ranks_of_one_time_share_the_clock(tmp_path):
    result = tmp_path / "run"
    note(spent_folder(result), 1, 10.0, 100.0, 110.0)
    note(spent_folder(result), 2, 9.0, 101.0, 111.0)
    note(spent_folder(result), 3, 5.0, 200.0, 206.0)
    note(spent_folder(result), 4, 7.0, 300.0, 307.0, finished=True)
    assert spent_on(result, finished=False) == pytest.approx((24.0, 17.0))
    assert spent_on(result, finished=True) == pytest.approx((31.0, 24.0))


def test_a_process_that_ends_well_is_finished_and_one_that_fails_is_not(tmp_path):
    with noting(tmp_path / "good", "a"):
        pass
    with pytest.raises(ValueError, match="broken"), noting(tmp_path / "bad", "a"):
        raise ValueError("broken")
    assert spent_on(tmp_path / "good", finished=False) == (0.0, 0.0)
    assert spent_on(tmp_path / "good", finished=True).cpu_s > 0.0
    assert spent_on(tmp_path / "bad", finished=False).cpu_s > 0.0


def test_a_killed_process_has_noted_what_it_spent(tmp_path):
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom hammerscale.store import spending\nspending.EVERY_S = 0.1\n"
        "with spending.noting(Path(sys.argv[1]), 'a'):\n"
        "    end = time.process_time() + 0.5\n    while time.process_time() < end: pass\n"
        "    time.sleep(0.3)\n    print('spent', flush=True)\n    time.sleep(60)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "run")], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "spent\n"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert spent_on(tmp_path / "run", finished=False).cpu_s > 0.5


def test_what_was_spent_on_a_result_of_another_identity_does_not_count(tmp_path):
    note(spent_folder(tmp_path / "run"), 1, 10.0, 100.0, 110.0)
    with noting(tmp_path / "run", "b"):
        pass
    assert spent_on(tmp_path / "run", finished=False) == (0.0, 0.0)


def test_a_damaged_note_is_left_out(tmp_path):
    note(spent_folder(tmp_path / "run"), 1, 10.0, 100.0, 110.0)
    (spent_folder(tmp_path / "run") / "host-2.json").write_text('{"cpu_s": 1')
    assert spent_on(tmp_path / "run", finished=False).cpu_s == 10.0
