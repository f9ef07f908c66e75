"""A unit cell made from its keys alone: as a data set has it, refused alike."""

from pathlib import Path

import numpy as np
import pytest

import hammerscale as hs

MAGNESIUM = Path(__file__).parents[2] / "config" / "materials" / "magnesium.yaml"


def test_keys_make_the_cell_of_a_config():
    texture = {"kind": "fibre", "crystal_axis": (0.0, 0.0, 1.0), "sample_axis": (1.0, 0.0, 0.0)}
    cell = hs.make_cell("taylor", MAGNESIUM, seed=3, grains=5, texture=texture)
    other = hs.make_cell("taylor", MAGNESIUM, seed=4, grains=5, texture=texture)
    assert cell.grains == 5
    times = np.array([0.5, 1.0])
    stress = [one.response(hs.uniaxial(0.02), times, 1e-6).stress for one in (cell, other)]
    assert not np.array_equal(*stress)


def test_a_wrong_key_is_refused_with_the_one_that_was_meant():
    with pytest.raises(hs.HammerscaleError, match=r"rev\.grain: unknown key; did you mean 'grains'\?"):
        hs.make_cell("taylor", MAGNESIUM, grain=5)


def test_an_unknown_kind_is_refused():
    with pytest.raises(hs.HammerscaleError, match=r"must be elastic, taylor or spectral|did you mean 'taylor'"):
        hs.make_cell("tailor", MAGNESIUM)
