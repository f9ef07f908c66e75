"""Two MPI ranks of the program itself give what one process gives."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from hammerscale.errors import SetupError
from hammerscale.macro.records.vtkhdf_reader import read_fields
from hammerscale.ranks import ALONE, world
from hammerscale.store.netcdf import read_netcdf
from tests.macro.processes import in_processes

ROOT = Path(__file__).parents[2]
DECK = """
title: short bar
body: {kind: cylinder, length_mm: 5.0, radius_mm: 0.5, core: 1, rings: 1, layers: 4}
impact: {kind: wall, velocity_m_s: 200.0}
duration_us: 0.3
frames: 2
"""
LAW = """
law:
  kind: unit_cell
  rev: {kind: taylor, material: config/materials/magnesium.yaml, grains: 2}
"""


def run(folder, *launcher, ranks=1):
    """Run the verb and return its answer."""
    arguments = ["hammerscale", "impact", "deck.yaml", "--law", "law.yaml", "-o", f"on_{ranks}", "--ranks", str(ranks)]
    environment = os.environ | {"NUMBA_NUM_THREADS": "1", "PYTHONPATH": str(ROOT / "src")}
    command = [*launcher, sys.executable, *(["-m", "mpi4py"] if launcher else []), "-m", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600, check=False
    )


def test_two_ranks_write_the_bits_of_one_process(tmp_path):
    (tmp_path / "deck.yaml").write_text(DECK)
    (tmp_path / "law.yaml").write_text(LAW.replace("config/", f"{ROOT}/config/"))
    alone, two = run(tmp_path), run(tmp_path, Path(sys.executable).with_name("mpiexec"), "-n", "2", ranks=2)
    assert (alone.returncode, two.returncode) == (0, 0), two.stderr
    assert two.stdout.count("summary.json") == 1
    for name in ("position", "stress", "cost"):
        expected, found = (read_fields(tmp_path / f"on_{n}" / "fields.vtkhdf") for n in (1, 2))
        if name == "position":
            np.testing.assert_array_equal(found.displacement(-1), expected.displacement(-1))
        else:
            np.testing.assert_array_equal(found.on_elements(name, -1), expected.on_elements(name, -1))
    histories = [read_netcdf(tmp_path / f"on_{n}" / "history.nc").variables for n in (1, 2)]
    for name, variable in histories[0].items():
        np.testing.assert_array_equal(histories[1][name].data, variable.data)


def test_ranks_that_were_not_started_are_missed():
    with pytest.raises(SetupError, match="2 MPI ranks were asked for, but the communicator has 1"):
        world(2)


def test_one_process_is_a_group_of_its_own():
    assert (ALONE.rank, ALONE.size) == (0, 1)
    assert ALONE.collect("a") == ALONE.gather("a") == ALONE.exchange(["a"]) == ["a"]
    assert ALONE.first("a") == "a"


def test_everybody_learns_what_all_say_and_what_the_first_says():
    answers = in_processes(
        3, lambda group: (group.collect(group.rank), group.first(group.rank), group.gather(group.rank))
    )
    assert [answer[0] for answer in answers] == [[0, 1, 2]] * 3
    assert [answer[1] for answer in answers] == [0] * 3
    assert [answer[2] for answer in answers] == [[0, 1, 2], [], []]


def test_what_is_exchanged_arrives_in_the_order_of_its_senders():
    answers = in_processes(3, lambda group: group.exchange([f"{group.rank} to {other}" for other in range(3)]))
    assert answers[1] == ["0 to 1", "1 to 1", "2 to 1"]
