"""What the figures of the model say is so, and they can be drawn."""

from pathlib import Path

import numpy as np
import pytest

from hammerscale.cell.cell_factory import crystal_material
from hammerscale.config import read_material
from hammerscale.study.figures.material_figures import draw_model, single_crystals_figure
from hammerscale.study.measure.material_curves import (
    C_AXIS,
    DIAGONAL,
    FAMILIES,
    TABLES,
    X1,
    X3,
    fibre,
    run_test,
    write_material_curves,
)
from hammerscale.study.tables.table import read_numbers

MATERIALS = Path(__file__).parents[3] / "config" / "materials"


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


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """Return the folder of all tables."""
    folder = tmp_path_factory.mktemp("model")
    write_material_curves(MATERIALS / "magnesium.yaml", MATERIALS / "square_crystal.yaml", folder)
    return folder


def test_every_table_has_its_columns_and_no_gap(tables):
    for name, columns in TABLES.items():
        frame = read_numbers(tables / name, columns)
        assert len(frame) > 10
        assert frame.notna().all(axis=None)


def test_the_fields_of_the_plane_cell_are_those_of_a_grid_that_is_stretched(tables):
    fields = read_numbers(tables / "plane_fields.csv", TABLES["plane_fields.csv"])
    assert len(fields) == (fields["row"].max() + 1) ** 2
    # |diag(0.1, 1/1.1 - 1)| on the mean; the bands make the mean norm larger.
    assert fields["strain"].mean() > np.hypot(0.1, 1.0 - 1.0 / 1.1)


def test_every_figure_is_drawn_as_svg_and_png(tables, tmp_path):
    files = draw_model(tables, tmp_path)
    assert len(files) == 8
    assert all(file.stat().st_size > 10_000 for file in files)


def test_the_figure_shows_the_mechanisms_of_its_table(tables):
    curves, mechanisms = (read_numbers(tables / name, ()) for name in ("single_crystals.csv", "mechanisms.csv"))
    left, right = single_crystals_figure(curves, mechanisms).axes
    last = curves.groupby("crystal", sort=False)["stress_mpa"].last()
    assert [line.get_ydata()[-1] for line in left.lines] == last.tolist()
    widths = [bar.get_width() for bar in right.patches]
    assert sorted(widths) == pytest.approx(sorted(mechanisms["shear"]), abs=1e-12)
