from dataclasses import replace

import numba
import numpy as np
import pytest

from hammerscale.arrays import Outcome
from hammerscale.cell.spectral.spectral_cell import SpectralCell
from hammerscale.crystal.material import TwinFamily
from hammerscale.errors import InputError
from hammerscale.loading.knots import piecewise_linear
from hammerscale.loading.load_unload import load_unload
from hammerscale.loading.uniaxial import uniaxial
from hammerscale.loading.uniaxial_true import uniaxial_true
from hammerscale.tensor.voigt import IDENTITY
from tests.cells import curved_path, grains, relative_error, square_material
from tests.contracts import unit_cell as contract

N = 16
TIMES = np.linspace(0.0, 1.0, 11)
MAP, ANGLES = grains(N, 4)


def cell(**options):
    options = {"steps": 200} | options
    return SpectralCell(square_material(options.pop("m", 0.5)), MAP, ANGLES, **options)


def walk_through(unit_cell, path, times, n=1):
    """Advance n equal points along the path, one call per interval; return stresses (times, n, 6) and the state."""
    state = unit_cell.initial_state(n)
    stretch = np.repeat(path.stretch(times)[:, None], n, axis=1)
    stresses = [np.zeros((n, 6))]
    for k in range(times.size - 1):
        new = np.empty_like(state)
        stress, status = unit_cell.advance(state, stretch[k], stretch[k + 1], times[k + 1] - times[k], new)
        assert not status.any()
        stresses.append(stress)
        state = new
    return np.array(stresses), state


@pytest.fixture(scope="module")
def kinked():
    knots = curved_path().stretch(TIMES)
    return piecewise_linear(TIMES, knots)


def test_contract_of_a_unit_cell():
    unit_cell, ends = cell(), curved_path().stretch(np.array([0.3, 0.6, 1.0]))
    contract.check_shapes_at_rest(unit_cell)
    contract.check_purity(unit_cell, ends, 1.0)
    contract.check_points_are_independent(unit_cell, ends, 1.0)
    contract.check_impossible_stretch_is_an_outcome(unit_cell, 1.0)
    contract.check_stepping_equals_path(cell(steps=1000, tolerance=1e-7), ends[0], 1.0, steps=7, tolerance=1e-3)


def test_advance_gives_the_stress_of_response(kinked):
    unit_cell = cell(tolerance=1e-7)
    stresses, _ = walk_through(unit_cell, kinked, TIMES)
    expected = unit_cell.response(kinked, TIMES, 1.0).stress
    assert relative_error(stresses[:, 0][:, [0, 1, 3]], expected) < 2e-4


def test_advance_never_writes_the_old_state_and_repeats_bit_for_bit(kinked):
    unit_cell = cell()
    _, state = walk_through(unit_cell, kinked, TIMES[:4], n=2)
    before, ends = state.copy(), kinked.stretch(TIMES[3:5])
    results = []
    for _ in range(2):
        new = np.empty_like(state)
        stress, _status = unit_cell.advance(state, np.repeat(ends[:1], 2, 0), np.repeat(ends[1:], 2, 0), 0.1, new)
        results.append((stress, new))
    np.testing.assert_array_equal(state, before)
    np.testing.assert_array_equal(results[0][0], results[1][0])
    np.testing.assert_array_equal(results[0][1], results[1][1])


def test_points_of_a_batch_do_not_touch_each_other(kinked):
    unit_cell = cell()
    ends = np.stack([kinked.stretch(TIMES[1:2])[0], IDENTITY, kinked.stretch(TIMES[2:3])[0]])
    state, start = unit_cell.initial_state(3), np.tile(IDENTITY, (3, 1))
    together, _ = unit_cell.advance(state, start, ends, 0.1, np.empty_like(state))
    alone = [
        unit_cell.advance(state[:1], start[:1], ends[k : k + 1], 0.1, np.empty_like(state[:1]))[0] for k in range(3)
    ]
    np.testing.assert_array_equal(together, np.concatenate(alone))


def test_the_out_of_plane_stress_completes_the_pressure_law_of_small_volume_changes():
    unit_cell = cell()
    state = unit_cell.initial_state(1)
    end = np.array([[1.001, 1.0, 1.0, 0.0, 0.0, 0.0]])
    stress, _ = unit_cell.advance(state, IDENTITY[None], end, 1e-3, np.empty_like(state))
    assert stress[0, :3].sum() / 3 == pytest.approx(2 * 24e9 * 0.001, rel=1e-3)
    assert not stress[0, 4:].any()


def test_a_point_that_fails_keeps_its_state_and_has_no_stress():
    unit_cell = cell()
    state = unit_cell.initial_state(2)
    end = np.array([[0.02, 1, 1, 0, 0, 0], [1.0, 1, 1, 0, 0, 0]])
    new = np.empty_like(state)
    stress, status = unit_cell.advance(state, np.tile(IDENTITY, (2, 1)), end, 1.0, new)
    assert status.tolist() == [Outcome.STEP_FLOOR, Outcome.CONVERGED]
    assert np.isnan(stress[0, :4]).all()
    assert np.isfinite(stress[1]).all()
    np.testing.assert_array_equal(new[0], state[0])


def test_a_nan_stretch_is_a_recorded_failure():
    unit_cell = cell()
    state = unit_cell.initial_state(1)
    stress, status = unit_cell.advance(state, IDENTITY[None], np.full((1, 6), np.nan), 1.0, np.empty_like(state))
    assert status[0] != Outcome.CONVERGED
    assert np.isnan(stress[0, :4]).all()


def test_a_path_that_crushes_the_cell_fails_with_its_last_good_time_and_nan_after_it():
    response = cell().response(uniaxial_true(-0.97), TIMES, 1.0)
    assert response.outcome == Outcome.STEP_FLOOR
    assert 0.5 < response.last_good_time < 1.0
    good = response.last_good_time >= TIMES
    assert np.isfinite(response.stress[good]).all()
    assert np.isnan(response.stress[~good]).all()


def test_too_many_steps_end_the_run():
    response = cell(steps=1).response(uniaxial(0.1), TIMES, 1.0)
    assert response.outcome == Outcome.STEP_LIMIT
    assert response.diagnostics["steps"] + response.diagnostics["rejected_steps"] == 20


def test_threads_do_not_change_a_bit():
    unit_cell, paths = cell(steps=50), [uniaxial(0.02), curved_path(), load_unload(0.01)]
    threads = numba.get_num_threads()
    try:
        numba.set_num_threads(1)
        serial = [response.stress for response in unit_cell.responses(paths, TIMES, 1.0)]
        numba.set_num_threads(min(2, numba.config.NUMBA_NUM_THREADS))
        parallel = [response.stress for response in unit_cell.responses(paths, TIMES, 1.0)]
    finally:
        numba.set_num_threads(threads)
    np.testing.assert_array_equal(serial, parallel)


def test_a_used_cell_answers_like_a_new_one():
    used = cell(steps=50)
    used.response(uniaxial(-0.03), TIMES, 1.0)
    again, fresh = (c.response(curved_path(), TIMES, 1.0).stress for c in (used, cell(steps=50)))
    np.testing.assert_array_equal(again, fresh)


def test_output_times_do_not_change_the_stress_beyond_the_integration_error():
    unit_cell = cell(steps=400, tolerance=1e-7)
    coarse = unit_cell.response(curved_path(), TIMES[::5], 1.0).stress
    fine = unit_cell.response(curved_path(), np.linspace(0, 1, 71), 1.0).stress[::35]
    assert relative_error(coarse, fine) < 1e-5


def test_the_pixel_average_differs_and_agrees_with_the_fields():
    path = curved_path(3.0)
    response = cell(stress_average="pixel").response(path, np.array([1.0]), 1.0)
    fields = cell().fields(path, 1.0, 1.0)
    f = fields.deformation_gradient
    cauchy = (fields.piola_stress @ np.swapaxes(f, -1, -2) / np.linalg.det(f)[..., None, None]).mean((0, 1))
    np.testing.assert_allclose(response.stress[0], [cauchy[0, 0], cauchy[1, 1], cauchy[0, 1]], rtol=1e-9)
    deformed = cell().response(path, np.array([1.0]), 1.0).stress[0]
    assert relative_error(deformed, response.stress[0]) > 1e-7


def test_outputs_are_the_energies_of_the_response(kinked):
    unit_cell = cell(tolerance=1e-7)
    _, state = walk_through(unit_cell, kinked, TIMES)
    response, outputs = unit_cell.response(kinked, TIMES, 1.0), unit_cell.outputs(state)
    assert outputs["stored_energy"][0] == pytest.approx(response.stored_energy[-1], rel=1e-3)
    assert outputs["dissipation"][0] == pytest.approx(response.dissipation[-1], rel=1e-3)
    assert outputs["plastic_slip"][0] > 0.0


def test_the_sound_speed_is_the_elastic_one_at_the_volume_of_the_state():
    unit_cell = cell()
    state = unit_cell.initial_state(1)
    np.testing.assert_allclose(unit_cell.sound_speed(state), np.sqrt((48e9 + 4 / 3 * 19e9) / 1e4))
    new, end = np.empty_like(state), np.array([[0.98, 1.0, 1.0, 0.0, 0.0, 0.0]])
    unit_cell.advance(state, IDENTITY[None], end, 1.0, new)
    expected = np.sqrt((48e9 * 0.98**2 + 4 / 3 * 19e9 * 0.98 ** (-2 / 3)) / 1e4)
    np.testing.assert_allclose(unit_cell.sound_speed(new), expected)


@pytest.mark.parametrize("times", [[], [0.5, 1.5], [-0.1, 1.0], [0.5, 0.4], [0.5, 0.5], [np.nan], [0.0, np.nan]])
def test_output_times_must_rise_within_the_path(times):
    with pytest.raises(InputError, match="output times"):
        cell().response(uniaxial(0.01), np.array(times), 1.0)


@pytest.mark.parametrize("duration", [0.0, -1.0, np.nan, np.inf])
def test_duration_must_be_positive(duration):
    unit_cell = cell()
    state = unit_cell.initial_state(1)
    with pytest.raises(InputError, match="duration"):
        unit_cell.response(uniaxial(0.01), TIMES, duration)
    with pytest.raises(InputError, match="duration"):
        unit_cell.fields(uniaxial(0.01), 1.0, duration)
    with pytest.raises(InputError, match="duration"):
        unit_cell.advance(state, IDENTITY[None], IDENTITY[None], duration, np.empty_like(state))


def test_fields_exist_only_within_the_path():
    with pytest.raises(InputError, match="output times"):
        cell().fields(uniaxial(0.01), 1.5, 1.0)


def test_the_largest_tolerance_of_a_config_is_accepted():
    assert cell(tolerance=0.1, steps=10).response(uniaxial(0.01), TIMES, 1.0).outcome == Outcome.CONVERGED


def test_a_path_out_of_the_plane_is_refused():
    with pytest.raises(InputError, match="plane strain"):
        cell().response(piecewise_linear(np.array([0.0, 1.0]), np.array([IDENTITY, IDENTITY * 1.01])), TIMES, 1.0)


def test_a_batch_out_of_the_plane_is_refused():
    unit_cell = cell()
    state = unit_cell.initial_state(1)
    with pytest.raises(InputError, match="plane strain"):
        unit_cell.advance(state, IDENTITY[None], np.array([[1.0, 1, 1, 0, 0.01, 0]]), 1.0, np.empty_like(state))


@pytest.mark.parametrize(
    ("grain_map", "angles", "part"),
    [
        (np.zeros((1, 1), dtype=int), np.zeros(1), "single pixel"),
        (np.zeros((4, 6), dtype=int), np.zeros(1), "square"),
        (np.zeros((4, 4, 4), dtype=int), np.zeros(1), "square"),
        (np.zeros((4, 4)), np.zeros(1), "integers"),
        (np.ones((4, 4), dtype=int), np.zeros(1), "angles"),
        (-np.ones((4, 4), dtype=int), np.zeros(2), "grains -1"),
        (np.zeros((4, 4), dtype=int), np.array([np.nan]), "finite"),
        (np.zeros((4, 4), dtype=int), np.zeros((1, 2)), "angles"),
        (np.zeros((4, 4), dtype=int), np.zeros(0), "angles"),
    ],
)
def test_a_bad_microstructure_is_refused_by_name(grain_map, angles, part):
    with pytest.raises(InputError, match=part):
        SpectralCell(square_material(), grain_map, angles)


@pytest.mark.parametrize(
    ("option", "part"),
    [({"scheme": "willot"}, "scheme"), ({"stress_average": "mean"}, "average"), ({"tolerance": 0.0}, "tolerance")],
)
def test_a_bad_option_is_refused_by_name(option, part):
    with pytest.raises(InputError, match=part):
        cell(**option)


BASE = square_material()
TWIN = TwinFamily("tensile_twin", 1.0, 1.0, 2.0, 1.0, 0.5, 1.0, 0.1)


@pytest.mark.parametrize(
    ("material", "part"),
    [
        (replace(BASE, lattice="hexagonal"), "lattice"),
        (replace(BASE, slip=(replace(BASE.slip[0], name="square"),)), "no family 'square'"),
        (replace(BASE, twin=TWIN), "twin"),
        (replace(BASE, slip=BASE.slip * 2), "slip families"),
        (replace(BASE, slip=(replace(BASE.slip[0], hardening_modulus=1e9),)), "hardens"),
        (replace(BASE, drag_is_threshold=True), "threshold"),
        (replace(BASE, shear_modulus=np.nan), "shear_modulus"),
        (replace(BASE, slip=(replace(BASE.slip[0], rate_exponent=0.0),)), "rate_exponent"),
        (replace(BASE, slip=(replace(BASE.slip[0], drag_stress=-1.0),)), "drag_stress"),
    ],
)
def test_physics_that_the_cell_lacks_is_refused_by_name(material, part):
    with pytest.raises(InputError, match=part):
        SpectralCell(material, MAP, ANGLES)
