"""Whoever pulls, every number is handed out exactly once, in chunks that shrink."""

import sys
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType, SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammerscale.errors import SetupError
from hammerscale.production.work_queue import CHUNKS_PER_RANK, Alone, Queue, form_team

COUNTS, RANKS = st.integers(0, 3000), st.integers(1, 200)


@given(count=COUNTS, ranks=RANKS)
def test_every_number_is_handed_out_exactly_once_and_in_order(count, ranks):
    chunks = []
    queue = Queue(count, ranks)
    while chunk := queue.take():
        chunks.append(chunk)
    assert [number for chunk in chunks for number in chunk] == list(range(count))
    assert not queue.take()


@given(count=COUNTS, ranks=RANKS)
def test_chunks_shrink_and_never_hold_more_than_a_fair_share(count, ranks):
    queue, left, before = Queue(count, ranks), count, max(count, 1)
    while chunk := queue.take():
        assert 1 <= len(chunk) <= before
        assert len(chunk) <= max(1, left / (CHUNKS_PER_RANK * ranks))
        left, before = left - len(chunk), len(chunk)
    assert left == 0


def test_threads_that_pull_at_the_same_time_share_the_numbers():
    queue = Queue(20_000, 2)

    def pull(_):
        taken = []
        while chunk := queue.take():
            taken.extend(chunk)
        return taken

    with ThreadPoolExecutor(4) as pool:
        taken = [number for numbers in pool.map(pull, range(4)) for number in numbers]
    assert sorted(taken) == list(range(20_000))


def test_one_process_is_a_team_without_mpi():
    team = form_team(1)
    assert isinstance(team, Alone)
    assert list(team.chunks(4)) == [range(4)]
    assert (team.any(True), team.any(False)) == (True, False)


@pytest.fixture
def library(monkeypatch):
    """An MPI library in the place of the true one, started with two ranks."""
    world = SimpleNamespace(Get_size=lambda: 2, Get_rank=lambda: 0)
    module = ModuleType("mpi4py")
    module.MPI = SimpleNamespace(COMM_WORLD=world, THREAD_FUNNELED=1, THREAD_SERIALIZED=2, THREAD_MULTIPLE=3)
    monkeypatch.setitem(sys.modules, "mpi4py", module)
    return module.MPI


def test_a_library_that_only_the_main_thread_may_call_is_refused(library):
    library.Query_thread = lambda: library.THREAD_FUNNELED
    with pytest.raises(SetupError, match="without support for threads"):
        form_team(2)


def test_a_library_that_one_thread_at_a_time_may_call_is_enough(library):
    library.Query_thread = lambda: library.THREAD_SERIALIZED
    assert form_team(2).size == 2
