"""Grains are independent of one another, of threads and of how a path is cut, because every lane has its own step."""

import numba
import numpy as np
import pytest

from hammerscale.cell.taylor import TaylorPolycrystal
from hammerscale.crystal.integrator import run_in_threads
from hammerscale.loading.load_unload import load_unload
from hammerscale.loading.uniaxial import uniaxial
from hammerscale.microstructure.texture import random_texture
from tests.crystal.materials import MAGNESIUM, MICROSECOND

TIMES = np.linspace(0.0, 1.0, 21)
ORIENTATIONS = random_texture(np.random.default_rng(4), 19)


def grain_rows(orientations):
    cell = TaylorPolycrystal(MAGNESIUM, orientations)
    _, states = cell.responses_and_states([load_unload(0.05)], TIMES, MICROSECOND)
    return states.reshape(1 + len(orientations), -1)[1:]


def test_grain_gets_the_same_bits_whatever_its_neighbours():
    together = grain_rows(ORIENTATIONS)
    for chosen in ([0], [18], [3, 4, 5, 6, 7, 8, 9, 10, 11], [17, 2, 11]):
        np.testing.assert_array_equal(grain_rows(ORIENTATIONS[chosen]), together[chosen])


@pytest.mark.parametrize("threads", [2, 3])
def test_threads_do_not_change_a_bit(monkeypatch, threads):
    cell = TaylorPolycrystal(MAGNESIUM, ORIENTATIONS)
    paths = [uniaxial(c) for c in np.linspace(0.01, 0.05, 7)]
    monkeypatch.setattr(numba.config, "NUMBA_NUM_THREADS", 1)
    alone = cell.responses(paths, TIMES, MICROSECOND)
    monkeypatch.setattr(numba.config, "NUMBA_NUM_THREADS", threads)
    for one, many in zip(alone, cell.responses(paths, TIMES, MICROSECOND), strict=True):
        np.testing.assert_array_equal(one.stress, many.stress)
        np.testing.assert_array_equal(one.dissipation, many.dissipation)


@pytest.mark.parametrize(("threads", "count"), [(1, 5), (3, 2), (4, 101)])
def test_parts_cover_every_path_once(monkeypatch, threads, count):
    monkeypatch.setattr(numba.config, "NUMBA_NUM_THREADS", threads)
    seen = np.zeros(count, dtype=int)

    def mark(part):
        seen[slice(*part)] += 1

    run_in_threads(mark, count)
    np.testing.assert_array_equal(seen, 1)


def test_output_times_do_not_change_the_state():
    cell = TaylorPolycrystal(MAGNESIUM, ORIENTATIONS[:5])
    coarse = cell.responses_and_states([uniaxial(0.05)], np.array([1.0]), MICROSECOND)[1]
    fine = cell.responses_and_states([uniaxial(0.05)], np.linspace(0.0, 1.0, 1001), MICROSECOND)[1]
    # The whole's row holds sums over grains, taken in the order in which grains end; the grains' own rows are equal
    # bits.
    np.testing.assert_array_equal(fine.reshape(6, -1)[1:], coarse.reshape(6, -1)[1:])
