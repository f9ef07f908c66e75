"""A representative volume at every point of a deck against laws that must give the same, and what it refuses."""

import re
from dataclasses import replace

import numpy as np
import pytest

from hammerscale.cell.cases.run_case import run_case
from hammerscale.cell.cell_factory import build_unit_cell
from hammerscale.cell.elastic_body import ElasticBody
from hammerscale.cell.spectral.spectral_cell import SpectralCell
from hammerscale.cell.taylor import TaylorPolycrystal
from hammerscale.config.deck import Deck
from hammerscale.config.loader import read_material
from hammerscale.errors import CampaignError, ImpactError, InputError
from hammerscale.laws.unit_cell_law import UnitCellLaw
from hammerscale.macro.explicit.impact import Names, run_impact
from hammerscale.macro.explicit.run import Run
from hammerscale.macro.explicit.setup import build_solver
from hammerscale.microstructure.texture import random_texture
from hammerscale.provenance import collect
from tests.cells import grains, square_material
from tests.crystal.materials import MAGNESIUM
from tests.macro.bodies import CONFIG, taylor_magnesium

WALL = {"kind": "wall", "velocity_m_s": 200.0}
CYLINDER = {"kind": "cylinder", "length_mm": 5.0, "radius_mm": 0.5, "core": 1, "rings": 1, "layers": 6}
PLANE = {"kind": "box", "size_mm": [0.4, 0.2, 1.2], "elements": [2, 1, 6], "lateral": "plane_strain"}
NAMES, ORIGIN = Names("deck", "law"), collect("0" * 64, {})
# So much drag that nothing flows.
ENDLESS = 1e30


def deck(body, **changes):
    return Deck.model_validate({"title": "a deck", "body": body, "impact": WALL, "duration_us": 0.5} | changes)


def end_of(body, law):
    """Return positions and stresses at the end of a deck."""
    run = Run(deck(body), build_solver(deck(body), law))
    run.advance(run.duration_s)
    return run.solver.position, run.solver.material.cauchy(run.solver.gradient())


def assert_same(body, law, other, tolerance=1e-10):
    (position, stress), (expected_position, expected_stress) = end_of(body, law), end_of(body, other)
    assert np.abs(expected_stress).max() > 1e8
    np.testing.assert_allclose(position, expected_position, rtol=0.1 * tolerance, atol=1e-14)
    np.testing.assert_allclose(stress, expected_stress, atol=tolerance * np.abs(expected_stress).max())


def without_flow(material):
    slip = tuple(replace(family, drag_stress=ENDLESS) for family in material.slip)
    twin = replace(material.twin, drag_stress=ENDLESS) if material.twin else None
    return replace(material, slip=slip, twin=twin)


def elastic_body(material):
    return UnitCellLaw(ElasticBody(material.shear_modulus, material.volumetric_modulus, material.density))


def test_a_polycrystal_in_which_nothing_flows_is_the_elastic_law():
    cell = TaylorPolycrystal(without_flow(MAGNESIUM), random_texture(np.random.default_rng(1), 3))
    assert_same(CYLINDER, UnitCellLaw(cell), elastic_body(MAGNESIUM))


def test_a_plane_cell_in_which_nothing_flows_is_the_elastic_law():
    material = without_flow(square_material())
    cell = SpectralCell(material, *grains(16, 4))
    assert_same(PLANE, UnitCellLaw(cell, plane=True), elastic_body(material))


# The mean of two equal numbers is exact. That of five is not, and round-off may tip a decision of the integrator, whose
# tolerance is 1e-6.
@pytest.mark.parametrize(("grains", "tolerance"), [(2, 1e-10), (5, 1e-4)])
def test_a_polycrystal_of_one_orientation_is_the_single_crystal(grains, tolerance):
    one = random_texture(np.random.default_rng(2), 1)
    many, single = (UnitCellLaw(TaylorPolycrystal(MAGNESIUM, np.repeat(one, n, axis=0))) for n in (grains, 1))
    assert_same(CYLINDER, many, single, tolerance)


def test_a_plane_cell_of_one_grain_turns_with_the_body():
    # A square of crystals along the axes of the plane looks the same along z and x.
    cell = UnitCellLaw(SpectralCell(square_material(), np.zeros((16, 16), dtype=int), np.zeros(1)), plane=True)
    along_z, along_x = np.tile(np.eye(3), (2, 1, 1, 1))
    along_z[:, 2, 2] = along_x[:, 0, 0] = 1.01
    stresses = []
    for gradient in (along_z, along_x):
        state = cell.initial_state(1)
        stresses.append(cell.advance(state, np.eye(3)[None], gradient, 0.1, np.empty_like(state))[0][0])
    np.testing.assert_allclose(stresses[0][2, 2], stresses[1][0, 0], rtol=1e-9)
    np.testing.assert_allclose(stresses[0][0, 0], stresses[1][2, 2], rtol=1e-9)
    assert stresses[0][2, 2] > 2.0 * abs(stresses[0][1, 1]) > 0.0


def test_a_plane_cell_in_a_body_that_is_free_to_move_is_refused_before_the_start(tmp_path):
    law = UnitCellLaw(SpectralCell(square_material(), *grains(16, 4)), plane=True)
    with pytest.raises(InputError, match="is a cell in plane strain, and the body of this deck is not"):
        run_impact(deck(CYLINDER), law, NAMES, tmp_path, ORIGIN)


def test_a_point_that_fails_stops_the_run_with_element_time_and_a_path_that_fails_alone(tmp_path):
    law = taylor_magnesium(2)
    settings = replace(law.description.settings, max_steps=10)
    description = replace(law.description, settings=settings)
    material = read_material(CONFIG / "materials/magnesium.yaml")
    hasty = UnitCellLaw(build_unit_cell(settings, material, 2022), description)
    with pytest.raises(ImpactError, match=r"the law fails in element \d+ \(step limit, .* µs, step \d+") as caught:
        run_impact(deck(CYLINDER), hasty, NAMES, tmp_path, ORIGIN)
    element = int(re.search(r"element (\d+)", caught.value.what).group(1))
    file = tmp_path / f"element_{element}.json"
    assert f"hammerscale run-path {file}" in caught.value.remedy
    with pytest.raises(CampaignError, match="step_limit"):
        run_case(file, tmp_path / "alone.csv")


def test_the_path_of_a_point_run_alone_gives_its_stress(tmp_path):
    law = taylor_magnesium(2)
    run = Run(deck(CYLINDER), build_solver(deck(CYLINDER), law))
    run.advance(run.duration_s)
    paths = run.solver.material.points.paths
    law.write_path(tmp_path / "foot.json", np.array(paths.times), paths.history()[:, 0])
    response = run_case(tmp_path / "foot.json", tmp_path / "foot.csv")
    gradient = run.solver.gradient()
    stress = run.solver.material.cauchy(gradient)[0]
    assert np.isclose(response.stress[-1, :3].sum(), np.trace(stress), rtol=1e-6)
    # Between two steps the path is a cubic there and a line here.
    invariant = (stress**2).sum()
    alone = (response.stress[-1, :3] ** 2).sum() + 2.0 * (response.stress[-1, 3:] ** 2).sum()
    assert np.isclose(alone, invariant, rtol=1e-2)
