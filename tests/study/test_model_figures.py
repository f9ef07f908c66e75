"""What the figures of the model say is so, and they can be drawn."""

from pathlib import Path

import numpy as np
import pytest

from hammerscale.config import read_material
from hammerscale.rev.factory import crystal_material
from hammerscale.study.model_figures import C_AXIS, DIAGONAL, FAMILIES, X1, X3, draw_model, fibre, run_test

MATERIALS = Path(__file__).parents[2] / "config" / "materials"


@pytest.fixture(scope="module")
def magnesium():
    return crystal_material(read_material(MATERIALS / "magnesium.yaml"))


@pytest.mark.parametrize(
    ("axis", "strain", "family"), [(DIAGONAL, 0.1, "basal"), (X3, 0.1, "prismatic"), (X1, -0.1, "pyramidal")]
)
def test_each_orientation_favours_the_mechanism_it_is_labelled_with(magnesium, axis, strain, family):
    slip = run_test(magnesium, fibre(axis, 1, 3.0), strain).slip[-1]
    assert list(FAMILIES)[int(np.argmax(slip))] == family


def test_crystals_stretched_along_c_twin_and_compressed_ones_do_not(magnesium):
    assert run_test(magnesium, fibre(X1, 1, 3.0), 0.1).twin_fraction[-1] > 0.95
    assert run_test(magnesium, fibre(X1, 1, 3.0), -0.1).twin_fraction[-1] < 0.05


def test_textured_magnesium_is_softer_in_tension_along_c_than_in_compression(magnesium):
    texture = fibre(C_AXIS[[2, 1, 0]], 64, 15.0)
    tension, compression = (run_test(magnesium, texture, strain) for strain in (0.1, -0.1))
    half = len(tension.stress) // 2
    assert tension.stress[half] < 0.8 * compression.stress[half]


def test_every_figure_is_drawn_as_svg_and_png(tmp_path):
    files = draw_model(MATERIALS / "magnesium.yaml", MATERIALS / "square_crystal.yaml", tmp_path)
    assert len(files) == 8
    assert all(file.stat().st_size > 10_000 for file in files)
