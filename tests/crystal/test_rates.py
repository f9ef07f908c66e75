"""The generated kernel against the law written out plainly, and against differences of the energy."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from tests.crystal.harness import kernel_rates, random_grains
from tests.crystal.materials import MAGNESIUM, MICROSECOND, SQUARE
from tests.crystal.plain import plain_crystal

seeds = st.integers(0, 2**32 - 1)
# The polynomial exponential and fused multiply-adds differ from NumPy by this, relative to the largest rate.
AGREEMENT = 1e-7
materials = pytest.mark.parametrize(
    ("material", "duration"), [(MAGNESIUM, MICROSECOND), (SQUARE, 1.0)], ids=["hcp", "square"]
)


def plain_rates(material, grains, duration, lane):
    """Return rates of G̃, slips, fractions and the two energies of one grain from the plain law, bounds applied."""
    crystal = plain_crystal(material, grains.rotation[lane])
    slip, fraction = grains.slip[lane], grains.fraction[lane]
    inelastic = grains.inelastic[lane]
    rate, growth, velocity, tau, force = crystal.rates(grains.stretch[lane], inelastic, slip, fraction, duration)
    present = (fraction > 0.0) | (grains.start[lane] > 0.0)
    if grains.start[lane].sum() >= 1.0:
        growth = np.minimum(growth, 0.0)
    growth = np.where((growth < 0.0) & (~present | (not material.detwinning)), 0.0, growth)
    if material.twin is not None:
        velocity = velocity + material.twin.shear * np.einsum("b,bij->ij", growth, crystal.twin_schmid())
    tilde = -np.linalg.inv(inelastic) @ velocity @ grains.rotation[lane]
    threshold = crystal.thresholds(slip)
    stored = threshold @ np.abs(rate)
    dissipated = (np.abs(tau) - threshold) @ np.abs(rate)
    if material.twin is not None:
        twin = material.twin
        hardening = (
            twin.latent_factor * twin.latent_modulus * (fraction.sum() - fraction) + twin.hardening_modulus * fraction
        )
        stored, dissipated = stored + hardening @ growth, dissipated + force @ growth
    return tilde, np.abs(rate), growth, stored, dissipated


def assert_agrees(material, grains, duration):
    found = kernel_rates(material, grains, duration)
    for lane in range(len(grains.slip)):
        for a, b in zip(found, plain_rates(material, grains, duration, lane), strict=True):
            scale = np.abs(b).max() if np.size(b) else 1.0
            np.testing.assert_allclose(a[lane], b, atol=AGREEMENT * scale + 1e-12, rtol=AGREEMENT)


@materials
@given(seed=seeds)
@settings(max_examples=20)
def test_kernel_equals_the_plain_law(material, duration, seed):
    assert_agrees(material, random_grains(material, seed), duration)


@given(seed=seeds)
@settings(max_examples=10)
def test_kernel_equals_the_plain_law_where_drag_is_a_threshold(seed):
    material = replace(MAGNESIUM, drag_is_threshold=True)
    assert_agrees(material, random_grains(material, seed), MICROSECOND)


@given(seed=seeds)
@settings(max_examples=10)
def test_absent_variants_do_not_shrink(seed):
    grains = random_grains(MAGNESIUM, seed)
    fraction = np.where(np.arange(6) < 3, 0.0, grains.fraction)
    assert_agrees(MAGNESIUM, replace(grains, fraction=fraction, start=fraction), MICROSECOND)


@given(seed=seeds)
@settings(max_examples=10)
def test_no_variant_grows_in_a_fully_twinned_crystal(seed):
    grains = random_grains(MAGNESIUM, seed)
    fraction = np.zeros((8, 6))
    fraction[np.arange(8), np.arange(8) % 6] = 1.0
    assert_agrees(MAGNESIUM, replace(grains, fraction=fraction, start=fraction), MICROSECOND)


@given(seed=seeds)
@settings(max_examples=10)
def test_twins_do_not_shrink_without_detwinning(seed):
    material = replace(MAGNESIUM, detwinning=False)
    assert_agrees(material, random_grains(material, seed), MICROSECOND)


def energy_after(crystal, grains, lane, tensor, amount):
    """We after the inelastic strain `amount` of the flow tensor, F held."""
    elastic = grains.stretch[lane] @ np.linalg.inv(expm(amount * tensor) @ grains.inelastic[lane])
    return crystal.elastic_energy(elastic)


def slope(function, step):
    """Fourth-order central difference at zero."""
    return (8.0 * (function(step) - function(-step)) - function(2 * step) + function(-2 * step)) / (12.0 * step)


def test_slip_rates_follow_minus_the_energy_slope():
    grains = replace(random_grains(MAGNESIUM, 3), slip=np.zeros((8, 12)))
    _, found, _, _, _ = kernel_rates(MAGNESIUM, grains, MICROSECOND)
    for lane in range(8):
        crystal = plain_crystal(MAGNESIUM, grains.rotation[lane])
        systems = crystal.schmid(grains.fraction[lane])
        tau = [-slope(lambda x, s=s, n=lane, c=crystal: energy_after(c, grains, n, s, x), 1e-3) for s in systems]
        expected = 0.1 * (np.array(tau) / crystal.per_system("drag_stress")) ** 2
        np.testing.assert_allclose(found[lane], expected, rtol=1e-6, atol=1e-8 * expected.max())


def test_twin_rates_follow_minus_the_energy_slope():
    grains = random_grains(MAGNESIUM, 5)
    _, _, found, _, _ = kernel_rates(MAGNESIUM, grains, MICROSECOND)
    twin = MAGNESIUM.twin
    for lane in range(8):
        crystal = plain_crystal(MAGNESIUM, grains.rotation[lane])
        for b, tensor in enumerate(crystal.twin_schmid()):
            unit = np.eye(6)[b]

            def energy(x, crystal=crystal, tensor=tensor, unit=unit, lane=lane):
                stored = crystal.twin_energy(grains.fraction[lane] + x * unit)
                return stored + energy_after(crystal, grains, lane, twin.shear * tensor, x)

            force = -slope(energy, 1e-3)
            expected = 0.1 * np.sign(force) * (force / twin.drag_stress) ** 2
            np.testing.assert_allclose(found[lane, b], expected, rtol=1e-5, atol=1e-6 * np.abs(found).max())


@given(seed=seeds)
@settings(max_examples=20)
def test_first_piola_stress_of_the_plain_law_is_the_energy_slope(seed):
    grains = random_grains(MAGNESIUM, seed)
    crystal = plain_crystal(MAGNESIUM, grains.rotation[0])
    gradient, inverse = grains.stretch[0], np.linalg.inv(grains.inelastic[0])
    first = crystal.elastic_stress(gradient @ inverse) @ inverse.T
    for unit in np.eye(9).reshape(9, 3, 3):
        numerical = slope(lambda x, u=unit: crystal.elastic_energy((gradient + x * u) @ inverse), 1e-3)
        assert np.einsum("ij,ij", first, unit) == pytest.approx(numerical, rel=1e-6, abs=1e-6 * np.abs(first).max())


@given(seed=seeds)
@settings(max_examples=20)
def test_thresholds_of_the_plain_law_are_the_hardening_energy_slope(seed):
    grains = random_grains(MAGNESIUM, seed)
    crystal = plain_crystal(MAGNESIUM, np.eye(3))
    slip = grains.slip[0] + 1e-4
    numerical = [slope(lambda x, u=u: crystal.hardening_energy(slip + x * u), 1e-6) for u in np.eye(12)]
    np.testing.assert_allclose(crystal.thresholds(slip), numerical, rtol=1e-4, atol=100.0)


@given(seed=seeds)
@settings(max_examples=20)
def test_volume_of_the_inelastic_part_does_not_change(seed):
    grains = random_grains(MAGNESIUM, seed)
    rate, *_ = kernel_rates(MAGNESIUM, grains, MICROSECOND)
    tilde = np.linalg.inv(grains.inelastic) @ grains.rotation
    relative = np.einsum("nij,nji->n", np.linalg.inv(tilde), rate)
    np.testing.assert_allclose(relative, 0.0, atol=1e-12 * np.abs(rate).max())


@given(seed=seeds)
@settings(max_examples=20)
def test_dissipation_is_never_negative(seed):
    *_, dissipated = kernel_rates(MAGNESIUM, random_grains(MAGNESIUM, seed), MICROSECOND)
    assert (dissipated >= 0.0).all()


def test_stretch_that_turns_matter_inside_out_gives_nan():
    grains = random_grains(MAGNESIUM, 1)
    rate, *_ = kernel_rates(
        MAGNESIUM, replace(grains, stretch=np.diag([-1.0, 1.0, 1.0]) * np.ones((8, 1, 1))), MICROSECOND
    )
    assert np.isnan(rate).all()
