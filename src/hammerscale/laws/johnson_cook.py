"""Johnson and Cook's metal: strength from strain, rate and temperature, heated by its own plastic work.

σ_y = (A + B p^n) (1 + C ln(max(ṗ/ṗ0, 1))) (1 - T*^m) with T* = (T - T0)/(Tm - T0) between 0 and 1; it melts at T* = 1.
Elasticity and frame are those of `j2_lanes`; the return to the yield surface is implicit in p and ṗ, the temperature
is that of the start of the step.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit

from hammerscale.laws.j2_lanes import (
    DISSIPATION,
    INCREMENT,
    OLD_STRETCH,
    PLASTIC_STRAIN,
    STRESS,
    WORK,
    strain_increment,
)
from hammerscale.rev.unit_cell import Outcome, StatusArray
from hammerscale.tensor.lanes import CAUCHY, GRADIENT, LAW, ROWS, VOLUME, WIDTH, polar_lanes, rotate_lanes
from hammerscale.tensor.voigt import FloatArray

TEMPERATURE = 15
STATES = 16
MAX_ITERATIONS = 60
# Of the stress: far below what any constant is known to.
TOLERANCE = 1e-10
# The slope of p^n is infinite at p = 0.
SMALLEST_STRAIN = 1e-12


@dataclass(frozen=True)
class JohnsonCookLaw:
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

    def initial_state(self, n: int) -> FloatArray:
        """Return states (n, 16): unrotated stress, stretch, plastic strain, dissipation, work, temperature."""
        state = np.zeros((n, STATES))
        state[:, OLD_STRETCH : OLD_STRETCH + 3] = 1.0
        state[:, TEMPERATURE] = self.reference_temperature
        return state

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

    def sound_speed(self, state: FloatArray) -> FloatArray:
        """Return the longitudinal wave speed of the undeformed metal (n,) [m/s]."""
        return np.full(len(state), np.sqrt((self.bulk_modulus + 4.0 / 3.0 * self.shear_modulus) / self.density))

    def outputs(self, state: FloatArray) -> dict[str, FloatArray]:
        """Return plastic strain [-], temperature [°C], dissipation and stored energy per reference volume [J/m³]."""
        return {
            "plastic_strain": state[:, PLASTIC_STRAIN],
            "temperature": state[:, TEMPERATURE],
            "dissipation": state[:, DISSIPATION],
            "stored_energy": state[:, WORK] - state[:, DISSIPATION],
        }


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
        filled = min(WIDTH, points - start)
        for lane in range(WIDTH):
            # The last block is filled up with copies of the last point.
            p = min(start + lane, points - 1)
            for k in range(9):
                w[(GRADIENT + k) * WIDTH + lane] = flat_gradient[p, k]
            for k in range(STATES):
                w[(LAW + k) * WIDTH + lane] = state_old[p, k]
        polar_lanes(w)
        strain_increment(w)
        _return_points(w, elastic, strength, thermal, dt, filled)
        rotate_lanes(w)
        for lane in range(filled):
            p = start + lane
            for k in range(STATES):
                state_new[p, k] = w[(LAW + k) * WIDTH + lane]
            finite = 0.0
            for k in range(9):
                row = (0, 3, 5, 3, 1, 4, 5, 4, 2)[k]
                flat_cauchy[p, k] = w[(CAUCHY + row) * WIDTH + lane]
                finite += flat_cauchy[p, k]
            good = w[VOLUME * WIDTH + lane] > 0.0 and np.isfinite(finite)
            status[p] = 0 if good else Outcome.NOT_FINITE.value
