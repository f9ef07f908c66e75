"""The Taylor polycrystal as one would first write it in Numba: one grain at a time, loops over systems, the
library's exp and pow.

Same law, same Bogacki-Shampine pair, same controller, weights and events as the package: the yardstick for its
vector kernels.
"""

import math

import numpy as np
from numba import njit

from hammerscale.arrays import FloatArray
from hammerscale.crystal.geometry import crystal_geometry
from hammerscale.crystal.material import CrystalMaterial
from hammerscale.loading.path import StrainPath
from hammerscale.loading.path_kernels import evaluate_stretch

FRACTION_WEIGHT, WEIGHT_DECAY = 100.0, 1000.0
EVENT_STEP, SATURATED = 1e-8, 1.0 - 1e-10
# Bogacki-Shampine: node and weights of the second and third stage and of the new state.
TABLEAU = ((0.5, 0.5, 0.0, 0.0), (0.75, 0.0, 0.75, 0.0), (1.0, 2.0 / 9.0, 1.0 / 3.0, 4.0 / 9.0))


def system_table(material: CrystalMaterial, duration_s: float) -> tuple[FloatArray, ...]:
    """Return Schmid tensors, constants per slip system (n, 5), latent matrix, twin tensors, reflections and twin
    constants.
    """
    geometry = crystal_geometry(material)
    family = np.repeat(np.arange(len(material.slip)), geometry.family_sizes)
    rows = [material.slip[f] for f in family]
    table = np.array(
        [
            [
                r.hardening_modulus,
                r.saturation_stress,
                r.drag_stress,
                r.reference_rate * duration_s,
                1 / r.rate_exponent,
            ]
            for r in rows
        ]
    )
    same = (family[:, None] == family) & ~np.eye(len(family), dtype=bool)
    latent = np.where(same, np.array([r.latent_modulus for r in rows])[:, None], 0.0)
    t = material.twin
    assert t is not None
    twin = np.array(
        [t.hardening_modulus, t.latent_factor * t.latent_modulus, t.drag_stress, t.reference_rate * duration_s, t.shear]
    )
    return geometry.slip_tensors, table, latent, geometry.twin_tensors, geometry.reflections, twin


@njit(error_model="numpy")
def contract(a, b):
    """Return A : B of 3×3 matrices."""
    total = 0.0
    for i in range(3):
        for j in range(3):
            total += a[i, j] * b[i, j]
    return total


@njit(error_model="numpy")
def add_turned(weight, mirror, a, scratch, out):
    """Add weight R A R to `out` for a reflection R."""
    for i in range(3):
        for j in range(3):
            scratch[i, j] = mirror[i, 0] * a[0, j] + mirror[i, 1] * a[1, j] + mirror[i, 2] * a[2, j]
    for i in range(3):
        for j in range(3):
            turned = scratch[i, 0] * mirror[0, j] + scratch[i, 1] * mirror[1, j] + scratch[i, 2] * mirror[2, j]
            out[i, j] += weight * turned


@njit(error_model="numpy")
def mandel_stress(y, stretch, modulus, u, v, mandel):
    """Write G J^(-2/3) C_e of a grain's G̃ = y[:9]; its trace does no work on slip."""
    u[0, 0], u[1, 1], u[2, 2], u[0, 1], u[1, 2], u[0, 2] = stretch
    u[1, 0], u[2, 1], u[2, 0] = u[0, 1], u[1, 2], u[0, 2]
    volume = u[0, 0] * (u[1, 1] * u[2, 2] - u[1, 2] ** 2) - u[0, 1] * (u[0, 1] * u[2, 2] - u[1, 2] * u[0, 2])
    volume += u[0, 2] * (u[0, 1] * u[1, 2] - u[1, 1] * u[0, 2])
    scale = modulus * volume ** (-2.0 / 3.0)
    for i in range(3):
        for j in range(3):
            v[i, j] = u[i, 0] * y[j] + u[i, 1] * y[3 + j] + u[i, 2] * y[6 + j]
    for i in range(3):
        for j in range(3):
            mandel[i, j] = scale * (v[0, i] * v[0, j] + v[1, i] * v[1, j] + v[2, i] * v[2, j])


@njit(error_model="numpy")
def rates(y, start, stretch, modulus, schmid, table, latent, twins, reflections, twin, k, scratch):
    """Write the rates of a grain's state (G̃, slips, fractions) into k (27,); scratch (6, 3, 3)."""
    n, variants = len(schmid), len(twins)
    spare, mandel, mixed, flow, velocity = scratch[0], scratch[1], scratch[2], scratch[3], scratch[4]
    mandel_stress(y, stretch, modulus, spare, scratch[5], mandel)
    total, begun = 0.0, 0.0
    for b in range(variants):
        total += y[9 + n + b]
        begun += start[b]
    for i in range(3):
        for j in range(3):
            mixed[i, j], flow[i, j] = (1.0 - total) * mandel[i, j], 0.0
    for b in range(variants):
        if y[9 + n + b] > 0.0:
            add_turned(y[9 + n + b], reflections[b], mandel, spare, mixed)
    for a in range(n):
        tau = contract(mixed, schmid[a])
        threshold = table[a, 1] * (1.0 - math.exp(-table[a, 0] * y[9 + a] / table[a, 1]))
        for c in range(n):
            threshold += latent[a, c] * y[9 + c]
        over = max(abs(tau) - threshold, 0.0) / table[a, 2]
        rate = table[a, 3] * (over * over if table[a, 4] == 2.0 else over ** table[a, 4])
        k[9 + a] = rate
        for i in range(3):
            for j in range(3):
                flow[i, j] += (rate if tau > 0.0 else -rate) * schmid[a, i, j]
    for i in range(3):
        for j in range(3):
            velocity[i, j] = (1.0 - total) * flow[i, j]
    for b in range(variants):
        fraction = y[9 + n + b]
        if fraction > 0.0:
            add_turned(fraction, reflections[b], flow, spare, velocity)
        force = twin[4] * contract(mandel, twins[b]) - twin[1] * (total - fraction) - twin[0] * fraction
        rate = twin[3] * (force / twin[2]) ** 2
        if force < 0.0:
            rate = -rate if fraction > 0.0 or start[b] > 0.0 else 0.0
        elif begun >= SATURATED:
            rate = 0.0
        k[9 + n + b] = rate
        for i in range(3):
            for j in range(3):
                velocity[i, j] += twin[4] * rate * twins[b, i, j]
    for i in range(3):
        for j in range(3):
            g = y[3 * i] * velocity[0, j] + y[3 * i + 1] * velocity[1, j] + y[3 * i + 2] * velocity[2, j]
            k[3 * i + j] = -g


@njit(error_model="numpy")
def first_crossing(y, k0, new, h, first, allowed):
    """Return the fraction of the step at which a twin fraction or their sum leaves its bounds."""
    x, totals = 1.0, np.zeros(3)
    for b in range(first, y.size + 1):
        if b < y.size:
            start, slope, end, bound = y[b], h * k0[b], new[b], -0.5 * allowed
            totals += np.array([start, slope, end])
            out = end < -allowed
        else:
            start, slope, end, bound = totals[0], totals[1], totals[2], 1.0 + 0.5 * allowed
            out = end > 1.0 + allowed
        root = slope * slope - 4.0 * (end - start - slope) * (start - bound)
        if out and root >= 0.0:
            divisor = -slope + math.sqrt(root) * (1.0 if start > bound else -1.0)
            if divisor != 0.0 and 0.0 < 2.0 * (start - bound) / divisor < x:
                x = 2.0 * (start - bound) / divisor
    return min(max(x, 0.02), 0.98)


@njit(error_model="numpy")
def run_grain(
    rotation, breakpoints, cubics, exponents, times, modulus, schmid, table, latent, twins, reflections, twin,
    tolerance, history
):  # fmt: skip
    """Integrate one grain and add G̃G̃ᵀ at `times` to history (m, 3, 3)."""
    n, variants = len(schmid), len(twins)
    size, first, allowed = 9 + n + variants, 9 + n, 0.1 * tolerance
    y, stage, new, free, u = np.zeros(size), np.empty(size), np.empty(size), np.empty(size), np.empty(6)
    k, scratch, nodes = np.zeros((4, size)), np.empty((6, 3, 3)), np.array(TABLEAU)
    y[:9] = rotation.ravel()
    time, step, previous, segment, output, refresh, cap, saturated = 0.0, 1e-3, 0.1, 0, 0, True, 1.0, False
    while time < 1.0:
        if refresh:
            evaluate_stretch(time, segment, breakpoints, cubics, exponents, u)
            rates(y, y[first:], u, modulus, schmid, table, latent, twins, reflections, twin, k[0], scratch)
            refresh = False
        end = breakpoints[segment + 1]
        h = min(step, cap, end - time)
        for s in range(3):
            for q in range(size):
                stage[q] = y[q] + h * (nodes[s, 1] * k[0, q] + nodes[s, 2] * k[1, q] + nodes[s, 3] * k[2, q])
            if s == 2:
                free[:] = stage
                g = stage[:9]
                det = (
                    g[0] * (g[4] * g[8] - g[5] * g[7])
                    - g[1] * (g[3] * g[8] - g[5] * g[6])
                    + g[2] * (g[3] * g[7] - g[4] * g[6])
                )
                for q in range(9):
                    stage[q] *= (4.0 - det) / 3.0
                total = 0.0
                for q in range(first, size):
                    stage[q] = max(stage[q], 0.0)
                    total += stage[q]
                for q in range(first, size):
                    stage[q] /= max(total, 1.0)
                new[:] = stage
            evaluate_stretch(time + nodes[s, 0] * h, segment, breakpoints, cubics, exponents, u)
            rates(stage, y[first:], u, modulus, schmid, table, latent, twins, reflections, twin, k[s + 1], scratch)
        error, lowest = 0.0, 0.0
        weight = FRACTION_WEIGHT / (1.0 + WEIGHT_DECAY * min(total, 1.0))
        for q in range(size):
            difference = abs(-5 / 72 * k[0, q] + k[1, q] / 12 + k[2, q] / 9 - k[3, q] / 8)
            error = max(error, difference * (weight if q >= first else 1.0))
            lowest = min(lowest, free[q]) if q >= first else lowest
        error *= h / tolerance
        overshoot = max(-lowest, total - 1.0)
        if overshoot > allowed and h > EVENT_STEP:
            step = min(step, h * max(0.1, 0.9 * error ** (-1 / 3))) if error > 0.7 else step
            cap = max(h * first_crossing(y, k[0], free, h, first, allowed), 0.5 * EVENT_STEP)
            continue
        if error > 1.0:
            step = h * max(0.1, 0.9 * error ** (-1 / 3))
            continue
        while output < times.size and times[output] <= time + h:
            x = (times[output] - time) / h
            g = ((1 - x) ** 2 * (1 + 2 * x) * y[:9] + x * x * (3 - 2 * x) * new[:9]).reshape(3, 3).copy()
            g += (h * x * (1 - x) * ((1 - x) * k[0, :9] - x * k[3, :9])).reshape(3, 3)
            history[output] += g @ g.T
            output += 1
        refresh = overshoot > 0.0 or (total >= SATURATED) != saturated
        saturated = total >= SATURATED
        bounded = max(error, 1e-5)
        grown = h * min(5.0, max(0.2, 0.9 * bounded**-0.236 * previous**0.13))
        step, previous = (max(step, grown) if h < step else grown), bounded
        time, cap = (end if h == end - time else time + h), 1.0
        y[:], k[0] = new, k[3]
        if time == end and time < 1.0:
            segment += 1


def mean_left_tensor(
    material: CrystalMaterial,
    rotations: FloatArray,
    path: StrainPath,
    times: FloatArray,
    duration_s: float,
    tolerance: float,
) -> FloatArray:
    """Return the mean of G̃G̃ᵀ over grains (m, 3, 3), from which the stress follows."""
    table = system_table(material, duration_s)
    history = np.zeros((times.size, 3, 3))
    for rotation in rotations:
        run_grain(
            rotation, path.breakpoints, path.coefficients, path.exponents, times, material.shear_modulus, *table,
            tolerance, history
        )  # fmt: skip
    return history / len(rotations)
