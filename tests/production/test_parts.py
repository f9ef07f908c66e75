"""Parts give back every finished simulation once, whatever else lies among them."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammerscale.arrays import Outcome
from hammerscale.production.parts import PartFolder, sweep_parts
from hammerscale.store.lock import locked
from hammerscale.store.netcdf import read_netcdf
from tests.production.histories import made_up, write_part


@pytest.fixture
def parts(tmp_path):
    return PartFolder(tmp_path / "0003.parts", "mine", 10.0)


def add(parts, results, rank=0, **settings):
    file = parts.new_file(rank, results.outcome)
    write_part(file, results, **settings)
    return file


def test_no_part_is_no_result(parts):
    index = parts.index()
    assert index.ids.size == 0
    assert list(index.slabs(3)) == []


def test_simulations_come_back_ascending_and_each_once(parts):
    add(parts, made_up([7, 3], value=1.0), rank=0)
    add(parts, made_up([5, 3], value=2.0), rank=1)
    index = parts.index()
    assert index.ids.tolist() == [3, 5, 7]
    (results,) = index.slabs(3)
    assert results.ids.tolist() == [3, 5, 7]
    assert results.stress[:, 0, 0].tolist() == [1.0, 2.0, 1.0]


@given(data=st.data(), rows=st.integers(1, 12))
def test_slabs_of_any_size_give_every_simulation_in_order(data, rows):
    """Ids lie in parts as ranks happen to finish them, some twice; an id's numbers are those of its first part."""
    parts_of_ids = data.draw(st.lists(st.lists(st.integers(0, 30), min_size=1, unique=True), min_size=1, max_size=4))
    with tempfile.TemporaryDirectory() as folder:
        parts = PartFolder(Path(folder), "mine", 10.0)
        files = [add(parts, made_up(ids, value=float(number))) for number, ids in enumerate(parts_of_ids)]
        slabs = list(parts.index().slabs(rows))
    by_name = sorted(range(len(files)), key=lambda number: files[number])
    ids = sorted(set().union(*parts_of_ids))
    first = [next(number for number in by_name if identifier in parts_of_ids[number]) for identifier in ids]
    assert [identifier for slab in slabs for identifier in slab.ids.tolist()] == ids
    assert [value for slab in slabs for value in slab.stress[:, -1, 5].tolist()] == first
    assert all(slab.ids.size == rows for slab in slabs[:-1])


def test_names_say_what_parts_hold_and_never_meet(parts):
    results = made_up([1, 2, 3], outcomes=[0, 4, 1])
    names = {parts.new_file(2, results.outcome).name for _ in range(100)}
    assert len(names) == 100
    assert all(name.startswith("0002-") and name.endswith("-3s-2f.nc") for name in names)


def test_parts_of_another_config_are_neither_read_nor_moved(parts):
    foreign = add(parts, made_up([1, 2]), identity="theirs")
    add(parts, made_up([2]))
    parts.put_damaged_aside()
    assert parts.index().ids.tolist() == [2]
    assert foreign.exists()


def test_damaged_parts_survive_the_removal_of_the_folder(parts):
    file = add(parts, made_up([1]))
    file.write_bytes(file.read_bytes()[:-7])
    bytes_before = file.read_bytes()
    parts.put_damaged_aside()
    assert parts.index().ids.size == 0
    parts.remove()
    (aside,) = parts.folder.parent.iterdir()
    assert aside.name == f"0003.parts.{file.name}.damaged-1"
    assert aside.read_bytes() == bytes_before


@pytest.mark.parametrize(("stored_s", "kept"), [(9.0, [1, 3]), (10.0, [1, 2, 3]), (11.0, [1, 2, 3])])
def test_what_ended_at_a_smaller_time_limit_does_not_count_as_finished(parts, stored_s, kept):
    outcomes = [Outcome.CONVERGED, Outcome.TIME_LIMIT, Outcome.STEP_LIMIT]
    add(parts, made_up([1, 2, 3], outcomes), time_limit_s=stored_s)
    assert parts.index().ids.tolist() == kept


def test_a_shard_can_become_a_part_that_names_its_contents(parts):
    shard = parts.folder.with_suffix(".nc")
    write_part(shard, made_up([4, 5], outcomes=[0, 3]))
    before = read_netcdf(shard).attributes
    parts.adopt(shard)
    (part,) = parts.folder.iterdir()
    assert part.name.endswith("-2s-1f.nc")
    assert read_netcdf(part).attributes == before
    assert not shard.exists()


@pytest.mark.parametrize("kind", ["folder", "pipe", "link to nothing"])
def test_what_is_no_part_but_has_the_name_of_one_is_put_aside_and_blocks_nothing(parts, kind):
    add(parts, made_up([1, 2]))
    odd = parts.folder / "0000-odd.nc"
    make = {"folder": odd.mkdir, "pipe": lambda: os.mkfifo(odd), "link to nothing": lambda: odd.symlink_to("nowhere")}
    make[kind]()
    parts.put_damaged_aside()
    assert parts.index().ids.tolist() == [1, 2]
    assert [os.path.lexists(file) for file in parts.folder.parent.glob("*0000-odd.nc.damaged-1")] == [True]


@pytest.fixture
def shard_beside_parts(parts):
    """A finished shard whose parts were not removed."""
    add(parts, made_up([1, 2]))
    shard = parts.folder.with_suffix(".nc")
    write_part(shard, made_up([1, 2]))
    return shard


def test_parts_that_their_shard_has_replaced_are_swept(parts, shard_beside_parts):
    sweep_parts(shard_beside_parts, "mine")
    assert not parts.folder.exists()
    assert shard_beside_parts.exists()


def test_parts_of_a_shard_that_is_not_there_are_not_swept(parts):
    add(parts, made_up([1, 2]))
    sweep_parts(parts.folder.with_suffix(".nc"), "mine")
    assert parts.index().ids.tolist() == [1, 2]


def test_parts_beside_a_damaged_shard_are_not_swept(parts, shard_beside_parts):
    shard_beside_parts.write_bytes(shard_beside_parts.read_bytes()[:-7])
    sweep_parts(shard_beside_parts, "mine")
    assert parts.index().ids.tolist() == [1, 2]


def test_parts_beside_a_shard_of_another_config_are_not_swept(parts, shard_beside_parts):
    sweep_parts(shard_beside_parts, "theirs")
    assert parts.index().ids.tolist() == [1, 2]


def test_parts_that_another_process_works_with_are_not_swept(parts, shard_beside_parts):
    with locked(shard_beside_parts.with_suffix(".lock"), wait=False):
        sweep_parts(shard_beside_parts, "mine")
    assert parts.index().ids.tolist() == [1, 2]
