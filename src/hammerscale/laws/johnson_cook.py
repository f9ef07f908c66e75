"""Johnson and Cook's metal: strength from strain, rate and temperature, heated by its own plastic work.

σ_y = (A + B p^n) (1 + C ln(max(ṗ/ṗ0, 1))) (1 - T*^m) with T* = (T - T0)/(Tm - T0) between 0 and 1; it melts at T* = 1.
Elasticity and frame are those of `j2_lanes`; the return to the yield surface is implicit in p and ṗ, the temperature
is that of the start of the step.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from hammerscale.arrays import FloatArray, StatusArray
from hammerscale.compiler import njit
from hammerscale.laws.isotropic_metal import IsotropicMetal
from hammerscale.laws.j2_lanes import (
    DISSIPATION,
    INCREMENT,
    PLASTIC_STRAIN,
    STRESS,
    WORK,
    empty_stress,
    strain_increment,
)
from hammerscale.laws.j2_lanes import STATES as J2_STATES
from hammerscale.laws.law import checked_step
from hammerscale.tensor.lanes import (
    GRADIENT,
    LAW,
    ROWS,
    VOLUME,
    WIDTH,
    empty_rows,
    fill_rows,
    polar_lanes,
    rotate_lanes,
)

TEMPERATURE = J2_STATES
MAX_ITERATIONS = 60
# Relative error of the stress, far below the uncertainty of any constant.
TOLERANCE = 1e-10
# The slope of p^n is infinite at p = 0.
SMALLEST_STRAIN = 1e-12


@dataclass(frozen=True)
class JohnsonCookLaw(IsotropicMetal):
    """An isotropic, hypoelastic metal with Johnson and Cook's strength.

    Attributes
    ----------
    bulk_modulus, shear_modulus : K and G [Pa]
    yield_stress, hardening, exponent : A [Pa], B [Pa], n [-]
    rate_factor, reference_rate : C [-], ṗ0 [1/s]
    reference_temperature, melting_temperature, softening : T0, Tm [°C], m [-]
    heat_capacity : [J/(kg K)]
    heat_fraction : part of the plastic work that becomes heat [-]
    density : ρ [kg/m³]
    """

    bulk_modulus: float
    shear_modulus: float
    yield_stress: float
    hardening: float
    exponent: float
    rate_factor: float
    reference_rate: float
    reference_temperature: float
    melting_temperature: float
    softening: float
    heat_capacity: float
    heat_fraction: float
    density: float
    states: ClassVar[int] = TEMPERATURE + 1

    def initial_state(self, n: int) -> FloatArray:
        """Return states (n, 16) at rest: those of every metal, and the temperature."""
        state = super().initial_state(n)
        state[:, TEMPERATURE] = self.reference_temperature
        return state

    @checked_step
    def advance(
        self,
        state_old: FloatArray,
        gradient_old: FloatArray,
        gradient_new: FloatArray,
        duration_s: float,
        state_new: FloatArray,
    ) -> tuple[FloatArray, StatusArray]:
        """Advance n points (see `Law.advance`); the old stretch stands in the state."""
        cauchy = np.empty_like(gradient_new)
        status = np.empty(len(state_old), np.int32)
        elastic = self.bulk_modulus, self.shear_modulus, self.heat_fraction / (self.density * self.heat_capacity)
        span = self.melting_temperature - self.reference_temperature
        strength = (self.yield_stress, self.hardening, self.exponent, self.rate_factor, self.reference_rate)
        thermal = (self.reference_temperature, span, self.softening)
        _advance_points(elastic, strength, thermal, duration_s, state_old, gradient_new, state_new, cauchy, status)
        return cauchy, status

    def outputs(self, state: FloatArray) -> dict[str, FloatArray]:
        """Return plastic strain [-], temperature [°C], dissipation and stored energy per reference volume [J/m³]."""
        return super().outputs(state) | {"temperature": state[:, TEMPERATURE]}


@njit(cache=True, error_model="numpy")
def static_strength(strength, plastic):  # type: ignore[no-untyped-def]
    """Return A + B p^n [Pa]."""
    yield_stress, hardening, exponent, _, _ = strength
    return yield_stress + hardening * max(plastic, SMALLEST_STRAIN) ** exponent


@njit(cache=True, error_model="numpy")
def rate_strength(strength, rate):  # type: ignore[no-untyped-def]
    """Return 1 + C ln(max(ṗ/ṗ0, 1))."""
    _, _, _, factor, reference = strength
    return 1.0 + factor * np.log(max(rate / reference, 1.0))


@njit(cache=True, error_model="numpy")
def thermal_strength(thermal, temperature):  # type: ignore[no-untyped-def]
    """Return 1 - T*^m, zero above melting."""
    reference, span, softening = thermal
    homologous = min(max((temperature - reference) / span, 0.0), 1.0)
    return 1.0 - homologous**softening


@njit(cache=True, error_model="numpy")
def plastic_increment(trial, plastic, soft, triple_shear, strength, dt):  # type: ignore[no-untyped-def]
    """Solve trial - 3 G Δp = σ_y(p + Δp, Δp/dt) for Δp; the left falls and the right rises, so there is one root."""
    if trial <= soft * static_strength(strength, plastic):
        return 0.0
    # Regula falsi in the bracket with Illinois' halving of the side that stays.
    low, high = 0.0, trial / triple_shear
    value_low = trial - soft * static_strength(strength, plastic)
    value_high = -soft * static_strength(strength, plastic + high) * rate_strength(strength, high / dt)
    if value_high == 0.0:
        return high
    side = 0
    increment = high
    for _ in range(MAX_ITERATIONS):
        increment = (low * value_high - high * value_low) / (value_high - value_low)
        limit = soft * static_strength(strength, plastic + increment) * rate_strength(strength, increment / dt)
        value = trial - triple_shear * increment - limit
        if abs(value) < TOLERANCE * trial:
            break
        if value > 0.0:
            low, value_low = increment, value
            if side == 1:
                value_high *= 0.5
            side = 1
        else:
            high, value_high = increment, value
            if side == -1:
                value_low *= 0.5
            side = -1
    return increment


@njit(cache=True, error_model="numpy")
def _return_points(w, elastic, strength, thermal, dt, points):  # type: ignore[no-untyped-def]
    """Elastic trial stress and return of the first points of a block."""
    bulk, shear, heating = elastic
    for lane in range(points):
        s, x = (LAW + STRESS) * WIDTH + lane, (LAW + INCREMENT) * WIDTH + lane
        p, q = (LAW + PLASTIC_STRAIN) * WIDTH + lane, (LAW + DISSIPATION) * WIDTH + lane
        temperature = (LAW + TEMPERATURE) * WIDTH + lane
        third = (w[x] + w[x + WIDTH] + w[x + 2 * WIDTH]) / 3.0
        old_mean = (w[s] + w[s + WIDTH] + w[s + 2 * WIDTH]) / 3.0
        square = 0.0
        for k in range(6):
            volumetric, mean = (third, old_mean) if k < 3 else (0.0, 0.0)
            w[s + k * WIDTH] += 2.0 * shear * (w[x + k * WIDTH] - volumetric) - mean
            square += (1.0 if k < 3 else 2.0) * w[s + k * WIDTH] ** 2
        trial = np.sqrt(1.5 * square)
        soft = thermal_strength(thermal, w[temperature])
        slip = plastic_increment(trial, w[p], soft, 3.0 * shear, strength, dt)
        scale = 1.0 - 3.0 * shear * slip / trial if slip > 0.0 else 1.0
        w[p] += slip
        heat = w[VOLUME * WIDTH + lane] * slip * scale * trial
        w[q] += heat
        w[temperature] += heating * heat
        power = 0.0
        for k in range(6):
            w[s + k * WIDTH] = scale * w[s + k * WIDTH] + (old_mean + 3.0 * bulk * third if k < 3 else 0.0)
            power += (1.0 if k < 3 else 2.0) * w[s + k * WIDTH] * w[x + k * WIDTH]
        w[(LAW + WORK) * WIDTH + lane] += 0.5 * w[VOLUME * WIDTH + lane] * power


@njit(cache=True, error_model="numpy")
def _advance_points(elastic, strength, thermal, dt, state_old, gradient, state_new, cauchy, status):  # type: ignore[no-untyped-def]
    """Advance n points in blocks: states (n, 16), gradients and stresses (n, 3, 3), status (n,)."""
    w = np.zeros(ROWS * WIDTH)
    points = state_old.shape[0]
    flat_gradient, flat_cauchy = gradient.reshape(points, 9), cauchy.reshape(points, 9)
    for start in range(0, points, WIDTH):
        fill_rows(flat_gradient, start, w, GRADIENT)
        fill_rows(state_old, start, w, LAW)
        polar_lanes(w)
        strain_increment(w)
        _return_points(w, elastic, strength, thermal, dt, min(WIDTH, points - start))
        rotate_lanes(w)
        empty_rows(w, LAW, state_new, start)
        empty_stress(w, flat_cauchy, status, start)
