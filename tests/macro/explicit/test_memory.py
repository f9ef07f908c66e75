"""What a run needs is known before it begins."""

import threading
from contextlib import nullcontext

import pytest

from hammerscale.errors import SetupError
from hammerscale.macro.explicit import memory
from hammerscale.macro.explicit.memory import available_memory, require_memory
from tests.macro.bodies import taylor_magnesium
from tests.macro.processes import in_processes

LAW = taylor_magnesium(16)
ROW = LAW.initial_state(1).nbytes


def test_the_memory_of_this_machine_is_known():
    assert 1e8 < available_memory() < 1e15


def test_states_that_do_not_fit_are_refused_with_their_size(monkeypatch):
    monkeypatch.setattr(memory, "available_memory", lambda: 3.0e9)
    points = int(3.0e9 / ROW / memory.COPIES) + 1
    with pytest.raises(SetupError, match=rf"{points} points of {ROW / 1e3:.4g} kB, .* has 3 GB free"):
        require_memory(LAW, points)


def test_processes_of_one_machine_share_its_memory(monkeypatch):
    monkeypatch.setattr(memory, "available_memory", lambda: 3.0e9)
    points = int(3.0e9 / ROW / memory.COPIES) + 1
    with pytest.raises(SetupError, match="on this machine"):
        in_processes(2, lambda group: require_memory(LAW, points, group))


def test_a_machine_beside_the_first_needs_its_share_alone_and_all_tell_of_the_one_that_lacks(monkeypatch):
    here = threading.local()
    monkeypatch.setattr(memory.platform, "node", lambda: here.name)
    monkeypatch.setattr(memory, "available_memory", lambda: here.free)

    def work(group, free):
        here.name, here.free = f"machine {group.rank}", free[group.rank]
        with pytest.raises(SetupError) if min(free) < ROW else nullcontext() as caught:
            require_memory(LAW, 100, group)
        return str(caught.value) if caught else ""

    enough = (1e3 * 100 * ROW, 1.01 * 100 * ROW)
    assert in_processes(2, lambda group: work(group, enough)) == ["", ""]
    told = in_processes(2, lambda group: work(group, (enough[0], 0.0)))
    assert all("on this machine (machine 1), which has 0 GB free" in text for text in told)


def test_states_that_fit_are_told_before_the_run(caplog):
    with caplog.at_level("INFO"):
        require_memory(LAW, 20_000)
    assert "20000 points" in caplog.text
