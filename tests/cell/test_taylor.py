import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hammerscale.arrays import Outcome
from hammerscale.cell.taylor import TaylorPolycrystal
from hammerscale.errors import InputError
from hammerscale.laws.unit_cell_law import UnitCellLaw
from hammerscale.loading.knots import piecewise_linear
from hammerscale.loading.load_unload import load_unload
from hammerscale.loading.random_walk import random_walk
from hammerscale.loading.uniaxial import uniaxial
from hammerscale.loading.uniaxial_true import uniaxial_true
from hammerscale.microstructure.texture import random_texture
from hammerscale.tensor.voigt import IDENTITY, deviator, to_matrix
from tests.contracts import law as law_contract
from tests.contracts import unit_cell as contract
from tests.crystal.materials import MAGNESIUM, MICROSECOND, SQUARE

TIMES = np.linspace(0.0, 1.0, 51)
ORIENTATIONS = random_texture(np.random.default_rng(8), 11)


def polycrystal(**options) -> TaylorPolycrystal:
    return TaylorPolycrystal(MAGNESIUM, ORIENTATIONS, **options)


def test_contract_of_a_law_through_the_adapter():
    law = UnitCellLaw(polycrystal())
    gradient = np.eye(3) + 0.01 * np.random.default_rng(3).normal(size=(4, 3, 3))
    law_contract.check_rest(law)
    law_contract.check_purity(law, gradient, 1e-7)
    # The stretch of R F differs from that of F by round-off, which the step control amplifies.
    law_contract.check_objectivity(law, gradient, 1e-7, tolerance=1e-9)
    law_contract.check_failure_is_a_status(law, 1e-7)
    law_contract.check_impossible_steps_are_statuses(law, 1e-7)


def test_stress_is_the_derivative_of_the_stored_energy_at_frozen_flow():
    # After a path that left slip and twins behind: in 1e-18 s nothing flows, so J σ U⁻¹ = ∂W/∂U.
    cell = polycrystal()
    path = random_walk(np.random.default_rng(4), 0.1)[0]
    state = cell.responses_and_states([path], TIMES, MICROSECOND)[1]
    end = path.stretch(np.ones(1))
    assert cell.outputs(state)["twin_fraction"][0] > 0.01

    def frozen(stretch):
        new = np.empty_like(state)
        stress, status = cell.advance(state, end, stretch, 1e-18, new)
        assert status[0] == Outcome.CONVERGED
        return to_matrix(stress[0]), cell.outputs(new)["stored_energy"][0]

    stress, _ = frozen(end)
    stretch = to_matrix(end)[0]
    conjugate = np.linalg.det(stretch) * stress @ np.linalg.inv(stretch)
    for k, change in enumerate(1e-5 * np.eye(6)):
        slope = (frozen(end + change)[1] - frozen(end - change)[1]) / 2e-5
        expected = (conjugate * to_matrix(np.eye(6)[k])).sum()
        assert slope == pytest.approx(expected, rel=1e-6, abs=1e-7 * np.abs(conjugate).max())


def random_stretches(points: int) -> np.ndarray:
    return IDENTITY + 0.01 * np.random.default_rng(2).normal(size=(points, 6))


def test_contract_shapes_at_rest():
    contract.check_shapes_at_rest(polycrystal())


def test_contract_purity():
    contract.check_purity(polycrystal(), random_stretches(4), 1e-7)


def test_contract_points_are_independent():
    contract.check_points_are_independent(polycrystal(), random_stretches(4), 1e-7)


def test_contract_impossible_stretch_is_an_outcome():
    contract.check_impossible_stretch_is_an_outcome(polycrystal(), 1e-7)


@pytest.mark.parametrize("steps", [7, 200])
def test_contract_stepping_equals_path(steps):
    contract.check_stepping_equals_path(polycrystal(), random_stretches(1)[0], MICROSECOND, steps, tolerance=1e-3)


def test_stepping_and_path_agree_in_what_they_store_and_dissipate():
    cell = polycrystal()
    path = piecewise_linear(np.array([0.0, 1.0]), np.stack([IDENTITY, random_stretches(1)[0]]))
    (whole,), state = cell.responses_and_states([path], TIMES, MICROSECOND)
    stretch = path.stretch(TIMES)
    old, new = cell.initial_state(1), cell.initial_state(1)
    for before, after in itertools.pairwise(stretch):
        cell.advance(old, before[None], after[None], MICROSECOND / 50, new)
        old, new = new, old
    for name, expected in cell.outputs(state).items():
        np.testing.assert_allclose(cell.outputs(old)[name], expected, rtol=1e-3)
    assert cell.outputs(state)["stored_energy"][0] == pytest.approx(whole.stored_energy[-1], rel=1e-9)
    assert cell.outputs(state)["dissipation"][0] == pytest.approx(whole.dissipation[-1], rel=1e-9)


def test_work_is_stored_or_dissipated():
    # dW/dt = J σ : D for the rotation-free part; with F = diag(f, 1/f, 1) this is (σ11 - σ22) f'/f.
    times = np.linspace(0.0, 1.0, 2001)
    response = polycrystal().response(uniaxial(0.1), times, MICROSECOND)
    power = (response.stress[:, 0] - response.stress[:, 1]) * 0.1 / (1.0 + 0.1 * times)
    work = np.concatenate([[0.0], np.cumsum(0.5 * (power[1:] + power[:-1]) * np.diff(times))])
    np.testing.assert_allclose(response.stored_energy + response.dissipation, work, atol=2e-4 * work[-1])


def test_weights_act_like_repeated_grains():
    twice = np.concatenate([ORIENTATIONS[:2], ORIENTATIONS[:1]])
    repeated = TaylorPolycrystal(MAGNESIUM, twice).response(uniaxial(0.05), TIMES, MICROSECOND)
    weighted = TaylorPolycrystal(MAGNESIUM, ORIENTATIONS[:2], weights=np.array([2 / 3, 1 / 3]))
    np.testing.assert_allclose(
        weighted.response(uniaxial(0.05), TIMES, MICROSECOND).stress,
        repeated.stress,
        atol=1e-9 * np.abs(repeated.stress).max(),
    )


def test_order_of_grains_does_not_matter():
    order = np.random.default_rng(0).permutation(len(ORIENTATIONS))
    shuffled = TaylorPolycrystal(MAGNESIUM, ORIENTATIONS[order]).response(uniaxial(0.05), TIMES, MICROSECOND)
    stress = polycrystal().response(uniaxial(0.05), TIMES, MICROSECOND).stress
    np.testing.assert_allclose(shuffled.stress, stress, atol=1e-9 * np.abs(stress).max())


def test_paths_of_a_batch_do_not_touch_each_other():
    cell = polycrystal()
    paths = [uniaxial(0.05), load_unload(0.03), uniaxial_true(0.02)]
    for path, together in zip(paths, cell.responses(paths, TIMES, np.array([1e-6, 2e-6, 1e-6])), strict=True):
        duration = 2e-6 if path.kind == "load_unload" else 1e-6
        np.testing.assert_array_equal(cell.response(path, TIMES, duration).stress, together.stress)


@given(seed=st.integers(0, 2**32 - 1), strain=st.sampled_from([0.05, 0.1, 0.3]))
@settings(max_examples=12)
def test_invariants_hold_on_random_paths_and_orientations(seed, strain):
    rng = np.random.default_rng(seed)
    cell = TaylorPolycrystal(MAGNESIUM, random_texture(rng, 9))
    (response,), states = cell.responses_and_states([random_walk(rng, strain)[0]], TIMES, MICROSECOND)
    assert response.outcome == Outcome.CONVERGED
    assert np.isfinite(response.stress).all()
    assert (np.diff(response.dissipation) >= -1e-9 * response.dissipation[-1]).all()
    grains = cell.grain_variables(states[0])
    np.testing.assert_allclose(np.linalg.det(grains.inelastic_gradient), 1.0, atol=1e-9)
    assert (grains.twin_fraction >= 0.0).all()
    assert (grains.twin_fraction.sum(axis=1) <= 1.0 + 1e-9).all()


def test_accumulated_slip_never_decreases():
    cell, path = polycrystal(), random_walk(np.random.default_rng(1), 0.1)[0]
    stretch = path.stretch(np.linspace(0.0, 1.0, 31))
    old, new = cell.initial_state(1), cell.initial_state(1)
    for before, after in itertools.pairwise(stretch):
        _, status = cell.advance(old, before[None], after[None], MICROSECOND / 30, new)
        assert status[0] == Outcome.CONVERGED
        assert (cell.grain_variables(new[0]).slip >= cell.grain_variables(old[0]).slip).all()
        old, new = new, old


def test_path_that_turns_matter_inside_out_fails_with_the_good_part_kept():
    end = IDENTITY - 1.2 * np.array([1.0, 0, 0, 0, 0, 0])
    path = piecewise_linear(np.array([0.0, 1.0]), np.stack([IDENTITY, end]))
    response = polycrystal().response(path, TIMES, MICROSECOND)
    assert response.outcome == Outcome.STEP_FLOOR
    assert 1.0 / 1.2 - 0.05 < response.last_good_time <= 1.0 / 1.2
    good = response.times <= response.last_good_time
    assert np.isfinite(response.stress[good]).all()
    assert np.isnan(response.stress[~good]).all()


def test_step_limit_is_an_outcome():
    response = polycrystal(max_steps=30).response(uniaxial(0.1), TIMES, MICROSECOND)
    assert response.outcome == Outcome.STEP_LIMIT
    assert response.last_good_time < 1.0
    assert np.isnan(response.stress[-1]).all()


def test_failed_point_keeps_its_state():
    cell = polycrystal()
    state, new = cell.initial_state(1), cell.initial_state(1)
    _, status = cell.advance(state, IDENTITY[None], np.full((1, 6), np.nan), 1e-7, new)
    assert status[0] == Outcome.NOT_FINITE
    np.testing.assert_array_equal(new, state)


def test_counts_are_reported():
    response = polycrystal().response(uniaxial(0.05), TIMES, MICROSECOND)
    assert set(response.diagnostics) == set(TaylorPolycrystal.diagnostic_names)
    assert response.diagnostics["rate_evaluations"] == 3.0 * response.diagnostics["steps"]
    assert response.diagnostics["rejections"] < response.diagnostics["steps"]


def test_outputs_start_at_zero():
    cell = polycrystal()
    assert all((values == 0.0).all() for values in cell.outputs(cell.initial_state(3)).values())


def test_energy_of_the_final_state_is_that_of_the_end_of_the_path():
    cell = polycrystal()
    states = [cell.responses_and_states([uniaxial(0.05)], times, MICROSECOND)[1] for times in (TIMES, TIMES[:20])]
    whole, early = (cell.outputs(state)["stored_energy"][0] for state in states)
    assert early == pytest.approx(whole, rel=1e-12)


def test_sound_speed_at_rest_is_that_of_the_elastic_moduli():
    speed = polycrystal().sound_speed(polycrystal().initial_state(2))
    np.testing.assert_allclose(speed, np.sqrt((2 * 24e9 + 4 / 3 * 25e9) / 1e4))


def test_mean_stress_is_the_exact_function_of_volume():
    path = random_walk(np.random.default_rng(5), 0.1)[0]
    stress = polycrystal().response(path, TIMES, MICROSECOND).stress
    volume = np.linalg.det(path.stretch(TIMES)[:, [0, 3, 5, 3, 1, 4, 5, 4, 2]].reshape(-1, 3, 3))
    np.testing.assert_allclose(stress[:, :3].mean(axis=1), 48e9 * (volume - 1.0), rtol=1e-9, atol=1.0)


def test_single_crystal_of_the_square_lattice_runs_through_the_same_code():
    response = TaylorPolycrystal(SQUARE, np.array([[1.0, 0.0, 0.0, 0.0]])).response(uniaxial(0.05), TIMES, 1.0)
    # Stretched along its axes this crystal has no slip system to yield on: it stays elastic.
    assert response.dissipation[-1] == pytest.approx(0.0, abs=1e-3)
    assert np.abs(deviator(response.stress)).max() > 1e9


@pytest.mark.parametrize(
    ("quaternions", "options", "message"),
    [
        (np.full((1, 4), np.nan), {}, "not a rotation"),
        (np.zeros((1, 4)), {}, "not a rotation"),
        (np.empty((0, 4)), {}, "at least one grain"),
        (np.eye(4), {"weights": np.full(4, 0.2)}, "sum to 0.8"),
        (np.eye(4), {"weights": np.array([2.0, -1.0, 0.0, 0.0])}, "weight of grain 1"),
        (np.eye(4), {"tolerance": 0.0}, "tolerance"),
    ],
)
def test_impossible_polycrystals_are_refused(quaternions, options, message):
    with pytest.raises(InputError, match=message):
        TaylorPolycrystal(MAGNESIUM, quaternions, **options)


@pytest.mark.parametrize("duration", [0.0, -1.0, np.nan])
def test_duration_must_be_positive(duration):
    with pytest.raises(InputError, match="duration"):
        polycrystal().response(uniaxial(0.05), TIMES, duration)


@pytest.mark.parametrize("times", [[], [0.5, 0.5], [0.0, 1.5], [np.nan]])
def test_output_times_must_rise_within_the_path(times):
    with pytest.raises(InputError, match="output times"):
        polycrystal().response(uniaxial(0.05), np.array(times), MICROSECOND)


def test_unknown_family_is_refused_when_the_polycrystal_is_built():
    wrong = replace(MAGNESIUM, slip=(replace(MAGNESIUM.slip[0], name="octahedral"),))
    with pytest.raises(InputError, match="octahedral"):
        TaylorPolycrystal(wrong, ORIENTATIONS)
