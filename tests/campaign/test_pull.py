"""Whoever pulls, every number is handed out exactly once, in chunks that shrink."""

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from hammerscale.campaign.pull import CHUNKS_PER_RANK, Alone, Queue, form_team

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
    assert list(team.tasks(4)) == [0, 1, 2, 3]
    assert (team.any(True), team.any(False)) == (True, False)
