"""A path depends on seed, label and index alone, and keeps to its block."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hammerscale.errors import InputError
from hammerscale.loading.cavity import Cavity, cavity_constant
from hammerscale.loading.cyclic import Cyclic
from hammerscale.loading.file_path import FilePath
from hammerscale.loading.load_unload import LoadUnload
from hammerscale.loading.random_walk_entry import RandomWalk
from hammerscale.loading.uniaxial import Uniaxial
from hammerscale.production.draws import draw_path

HEADER = "t,U11,U22,U33,U12,U23,U13"
WALK = RandomWalk(family="random_walk", split="train", count=9, max_strain=0.1)
AMPLITUDES = [
    (Uniaxial(family="uniaxial", split="test", count=9, max_strain=0.1), 0.1),
    (LoadUnload(family="load_unload", split="test", count=9, max_strain=0.1), 0.1),
    (Cyclic(family="cyclic", split="test", count=9, max_strain=0.1, cycles=3), 0.1),
    (Cavity(family="cavity", split="test", count=9, max_strain=0.1), cavity_constant(0.1)),
]


def knots(block, index, dimension=3, seed=5):
    return draw_path(block, index, dimension, seed).knot_stretch.tolist()


def test_the_same_index_gives_the_same_bits_in_any_order():
    forwards = [knots(WALK, index) for index in range(5)]
    assert [knots(WALK, index) for index in reversed(range(5))] == forwards[::-1]


def test_index_seed_and_label_each_change_the_path():
    named = replace(WALK, name="other")
    drawn = [knots(WALK, 0), knots(WALK, 1), knots(WALK, 0, seed=6), knots(named, 0)]
    assert all(first != second for i, first in enumerate(drawn) for second in drawn[:i])


def test_a_walk_in_the_plane_stays_there():
    stretch = draw_path(WALK, 3, 2, 5).path().stretch(np.linspace(0.0, 1.0, 101))
    np.testing.assert_array_equal(stretch[:, [2, 4, 5]], np.tile([1.0, 0.0, 0.0], (101, 1)))


@pytest.mark.parametrize(("block", "largest"), AMPLITUDES, ids=lambda value: getattr(value, "family", ""))
def test_amplitudes_fill_the_range_above_zero(block, largest):
    amplitudes = np.array([draw_path(block, index, 3, 5).amplitude for index in range(300)])
    assert amplitudes.min() > 0.0
    assert 0.95 * largest < amplitudes.max() <= largest
    # The mean of a uniform distribution; 300 draws scatter by 3 %.
    assert abs(amplitudes.mean() / largest - 0.5) < 0.1


def test_cycles_are_those_of_the_block():
    assert draw_path(AMPLITUDES[2][0], 0, 3, 5).cycles == 3


def test_a_file_that_leaves_the_plane_is_refused_in_the_plane_only(tmp_path: Path):
    file = tmp_path / "path.csv"
    file.write_text(f"{HEADER}\n0,1,1,1,0,0,0\n1,1,1,1.1,0,0,0\n")
    block = FilePath(family="file", split="test", file=str(file))
    assert draw_path(block, 0, 3, 5).knot_times.tolist() == [0.0, 1.0]
    with pytest.raises(InputError, match="leaves the plane"):
        draw_path(block, 0, 2, 5)
