"""Order of the time integration, and its error at the default tolerance, against a run at a thousandth of it."""

import numpy as np

from hammerscale.cell.taylor import TaylorPolycrystal
from hammerscale.loading.cavity import cavity
from hammerscale.loading.load_unload import load_unload
from hammerscale.loading.random_walk import random_walk
from hammerscale.microstructure.texture import random_texture
from hammerscale.tensor.voigt import NORM_WEIGHTS, deviator
from tests.crystal.materials import MAGNESIUM, MICROSECOND, SQUARE

TIMES = np.linspace(0.0, 1.0, 201)


def error(found, expected):
    weigh = lambda stress: np.sqrt((deviator(stress) ** 2 * NORM_WEIGHTS).sum())  # noqa: E731
    return weigh(found - expected) / weigh(expected)


def observed_order(material, orientations, path, duration, tolerances):
    """Slope of the error against the number of steps, on logarithmic scales."""
    tight = TaylorPolycrystal(material, orientations, tolerance=1e-11).response(path, TIMES, duration).stress
    runs = [TaylorPolycrystal(material, orientations, tolerance=t).response(path, TIMES, duration) for t in tolerances]
    errors = [error(run.stress, tight) for run in runs]
    steps = [run.diagnostics["steps"] for run in runs]
    return -np.polyfit(np.log(steps), np.log(errors), 1)[0]


def test_order_is_three_where_the_law_is_smooth():
    orientations = np.array([[0.9659258262890683, 0.0, 0.0, 0.25881904510252074]])
    order = observed_order(SQUARE, orientations, load_unload(0.1), 1.0, (1e-7, 1e-8, 1e-9))
    assert 2.7 < order < 3.7


def test_order_survives_twin_races_and_events():
    orientations = random_texture(np.random.default_rng(2), 8)
    order = observed_order(MAGNESIUM, orientations, load_unload(0.1), MICROSECOND, (1e-6, 1e-7, 1e-8))
    assert 2.4 < order < 3.9


def test_default_tolerance_keeps_the_deviator_within_a_thousandth():
    rng = np.random.default_rng(9)
    orientations = random_texture(rng, 32)
    paths = [random_walk(rng, 0.1)[0], random_walk(rng, 0.5)[0], load_unload(0.1), cavity(0.2)]
    found = TaylorPolycrystal(MAGNESIUM, orientations).responses(paths, TIMES, MICROSECOND)
    tight = TaylorPolycrystal(MAGNESIUM, orientations, tolerance=1e-9).responses(paths, TIMES, MICROSECOND)
    assert max(error(a.stress, b.stress) for a, b in zip(found, tight, strict=True)) < 1e-3
