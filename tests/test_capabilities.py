"""Capabilities are found where the methods are, and what holds without them is what callers get."""

import numpy as np
import pytest

from hammerscale.capabilities import (
    Batched,
    differentiable,
    last_costs,
    longest_run_s,
    longest_step_s,
    remembering,
    responses,
    takes_plane_strain_only,
)
from hammerscale.cell.elastic_body import ElasticBody
from hammerscale.cell.spectral.spectral_cell import SpectralCell
from hammerscale.cell.taylor import TaylorPolycrystal
from hammerscale.laws.elastic_law import ElasticLaw
from hammerscale.laws.unit_cell_law import UnitCellLaw
from hammerscale.loading.uniaxial import uniaxial
from tests.cells import square_material
from tests.contracts import capabilities as contract
from tests.crystal.materials import MAGNESIUM, MICROSECOND
from tests.macro.bodies import COPPER, taylor_magnesium

BODY = ElasticBody(shear_modulus=25e9, volumetric_modulus=24e9, density=1e4)
TAYLOR = TaylorPolycrystal(MAGNESIUM, np.eye(4)[:2], tolerance=1e-4)
PLANE = SpectralCell(square_material(), np.zeros((16, 16), dtype=int), np.zeros(1))


def deformed(size, points=4):
    """Return gradients (n, 3, 3) near the identity."""
    return np.eye(3) + size * np.random.default_rng(1).standard_normal((points, 3, 3))


@pytest.mark.parametrize("law", [ElasticLaw(BODY), COPPER], ids=["elastic", "j2"])
@pytest.mark.parametrize("size", [1e-4, 0.03])
def test_tangents_in_closed_form_are_slopes_of_the_step(law, size):
    assert differentiable(law) is law
    old = deformed(0.05)
    state, new = law.initial_state(len(old)), old + size * np.random.default_rng(2).standard_normal(old.shape)
    after = np.empty_like(state)
    law.advance(state, np.tile(np.eye(3), (len(old), 1, 1)), old, MICROSECOND, after)
    contract.check_tangent(law, after, old, new, MICROSECOND)


@pytest.mark.parametrize("law", [ElasticLaw(BODY), COPPER], ids=["elastic", "j2"])
def test_newton_converges_quadratically(law):
    contract.check_newton_is_quadratic(law, 1.05, MICROSECOND)


@pytest.mark.parametrize("law", [ElasticLaw(BODY), COPPER], ids=["elastic", "j2"])
def test_an_impossible_gradient_has_no_tangent(law):
    new = np.stack([np.eye(3), np.zeros((3, 3)), np.diag([-1.0, 1.0, 1.0])])
    tangent = law.tangent(law.initial_state(3), np.tile(np.eye(3), (3, 1, 1)), new, MICROSECOND)
    assert np.isfinite(tangent[0]).all()
    assert np.isnan(tangent[1:]).all()


def test_paths_run_together_as_alone():
    lengths = MICROSECOND * np.array([1.0, 3.0])
    assert isinstance(TAYLOR, Batched)
    assert isinstance(PLANE, Batched)
    contract.check_batch(TAYLOR, [uniaxial(0.02), uniaxial(-0.01)], lengths)
    contract.check_batch(PLANE, [uniaxial(0.002), uniaxial(-0.001)], 1e-3 * lengths)


def test_a_cell_that_knows_one_path_at_a_time_runs_them_one_after_the_other():
    assert not isinstance(BODY, Batched)
    contract.check_batch(BODY, [uniaxial(0.02), uniaxial(-0.01)], MICROSECOND * np.ones(2))
    found = responses(BODY, [uniaxial(0.02)] * 2, np.array([1.0]), MICROSECOND)
    assert len(found) == 2


def test_a_polycrystal_at_every_point_is_weighed_and_can_write_its_paths(tmp_path):
    law = taylor_magnesium(2)
    contract.check_concurrent(law)
    contract.check_costs(law, deformed(0.01), MICROSECOND)
    contract.check_written_path(law, tmp_path / "point.json")


def test_a_law_without_capabilities_has_no_limits_no_costs_no_paths_and_no_tangent():
    law = ElasticLaw(BODY)
    assert longest_run_s(law) == longest_step_s(law) == np.inf
    assert last_costs(law, law.initial_state(1)) is None
    assert remembering(law) is None
    assert not takes_plane_strain_only(law)
    assert differentiable(UnitCellLaw(BODY)) is None


def test_a_cell_whose_grains_are_unknown_writes_no_path_and_a_plane_one_is_plane():
    assert remembering(UnitCellLaw(TAYLOR)) is None
    assert takes_plane_strain_only(UnitCellLaw(PLANE, plane=True))
