"""Parts give back every finished simulation once, whatever else lies among them."""

import pytest

from hammerscale.campaign.parts import PartFolder
from hammerscale.rev.unit_cell import Outcome
from hammerscale.store.netcdf import read_netcdf
from tests.campaign.histories import made_up, write_part


@pytest.fixture
def parts(tmp_path):
    return PartFolder(tmp_path / "0003.parts", "mine", 10.0)


def add(parts, results, rank=0, **settings):
    file = parts.new_file(rank, results)
    write_part(file, results, **settings)
    return file


def test_no_part_is_no_result(parts):
    assert parts.read() is None


def test_simulations_come_back_ascending_and_each_once(parts):
    add(parts, made_up([7, 3], value=1.0), rank=0)
    add(parts, made_up([5, 3], value=2.0), rank=1)
    results = parts.read()
    assert results.ids.tolist() == [3, 5, 7]
    assert results.stress[:, 0, 0].tolist() == [1.0, 2.0, 1.0]


def test_names_say_what_parts_hold_and_never_meet(parts):
    results = made_up([1, 2, 3], outcomes=[0, 4, 1])
    names = {parts.new_file(2, results).name for _ in range(100)}
    assert len(names) == 100
    assert all(name.startswith("0002-") and name.endswith("-3s-2f.nc") for name in names)


def test_parts_of_another_config_are_neither_read_nor_moved(parts):
    foreign = add(parts, made_up([1, 2]), identity="theirs")
    add(parts, made_up([2]))
    parts.put_damaged_aside()
    assert parts.read().ids.tolist() == [2]
    assert foreign.exists()


def test_damaged_parts_survive_the_removal_of_the_folder(parts):
    file = add(parts, made_up([1]))
    file.write_bytes(file.read_bytes()[:-7])
    bytes_before = file.read_bytes()
    parts.put_damaged_aside()
    assert parts.read() is None
    parts.remove()
    (aside,) = parts.folder.parent.iterdir()
    assert aside.name == f"0003.parts.{file.name}.damaged-1"
    assert aside.read_bytes() == bytes_before


@pytest.mark.parametrize(("stored_s", "kept"), [(9.0, [1, 3]), (10.0, [1, 2, 3]), (11.0, [1, 2, 3])])
def test_what_ended_at_a_smaller_time_limit_does_not_count_as_finished(parts, stored_s, kept):
    outcomes = [Outcome.CONVERGED, Outcome.TIME_LIMIT, Outcome.STEP_LIMIT]
    add(parts, made_up([1, 2, 3], outcomes), time_limit_s=stored_s)
    assert parts.read().ids.tolist() == kept


def test_a_shard_can_become_a_part_that_names_its_contents(parts):
    shard = parts.folder.with_suffix(".nc")
    write_part(shard, made_up([4, 5], outcomes=[0, 3]))
    before = read_netcdf(shard).attributes
    parts.adopt(shard)
    (part,) = parts.folder.iterdir()
    assert part.name.endswith("-2s-1f.nc")
    assert read_netcdf(part).attributes == before
    assert not shard.exists()
