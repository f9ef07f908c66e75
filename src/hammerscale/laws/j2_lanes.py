"""J2 plasticity with linear hardening for a block of points (see `hammerscale.tensor.lanes`).

The law lives in the frame that rotates with R (Green and Naghdi's objective rate): the strain increment is
d = sym(ΔU Ū⁻¹) with Ū the mean of the old and new stretch, and the stress is turned back by R. A superposed rotation,
however large, therefore changes nothing but the frame.
"""

import numpy as np

from hammerscale.arrays import Outcome
from hammerscale.compiler import njit
from hammerscale.tensor.lanes import CAUCHY, CONTRACT, LAW, STRETCH, VOLUME, WIDTH, polar_lanes, rotate_lanes

# Rows of the state, counted from LAW.
STRESS = 0  # unrotated Cauchy stress, six rows [Pa]; first, where `rotate_lanes` looks for it
OLD_STRETCH = 6  # U at the end of the last step, six rows
PLASTIC_STRAIN = 12
DISSIPATION = 13  # plastic work per reference volume [J/m³]
WORK = 14  # work of the stress per reference volume [J/m³]
STATES = 15
# The strain increment, after the state.
INCREMENT = 16
TINY_STRESS = 1e-30
NOT_FINITE = int(Outcome.NOT_FINITE)


@njit(cache=True, error_model="numpy", fastmath=CONTRACT)
def j2_lanes(w, bulk, shear, yield_stress, hardening):  # type: ignore[no-untyped-def]
    """Advance the states of a block to its gradients F and write the Cauchy stress in the current frame.

    Parameters
    ----------
    w : the block's buffer; F at GRADIENT, states at LAW, replaced by the new ones
    bulk, shear : K and G [Pa]
    yield_stress, hardening : of the uniaxial curve σ = yield_stress + hardening times plastic strain [Pa]
    """
    polar_lanes(w)
    strain_increment(w)
    _radial_return(w, bulk, shear, yield_stress, hardening)
    rotate_lanes(w)


@njit(cache=True, error_model="numpy", fastmath=CONTRACT)
def strain_increment(w):  # type: ignore[no-untyped-def]
    """D = sym(ΔU Ū⁻¹) from the old and the new stretch; adds half of J_old σ_old : d to the work."""
    for lane in range(WIDTH):
        i, o = STRETCH * WIDTH + lane, (LAW + OLD_STRETCH) * WIDTH + lane
        s, x = (LAW + STRESS) * WIDTH + lane, (LAW + INCREMENT) * WIDTH + lane
        ua, ub, uc = w[o], w[WIDTH + o], w[2 * WIDTH + o]
        ud, ue, uf = w[3 * WIDTH + o], w[4 * WIDTH + o], w[5 * WIDTH + o]
        da, db, dc = w[i] - ua, w[WIDTH + i] - ub, w[2 * WIDTH + i] - uc
        dd, de, df = w[3 * WIDTH + i] - ud, w[4 * WIDTH + i] - ue, w[5 * WIDTH + i] - uf
        old_volume = ua * (ub * uc - ue * ue) - ud * (ud * uc - ue * uf) + uf * (ud * ue - ub * uf)
        a, b, c = ua + 0.5 * da, ub + 0.5 * db, uc + 0.5 * dc
        d, e, f = ud + 0.5 * dd, ue + 0.5 * de, uf + 0.5 * df
        ca, cb, cc = b * c - e * e, a * c - f * f, a * b - d * d
        cd, ce, cf = e * f - d * c, d * f - a * e, d * e - b * f
        inverse = 1.0 / (a * ca + d * cd + f * cf)
        xa = inverse * (da * ca + dd * cd + df * cf)
        xb = inverse * (dd * cd + db * cb + de * ce)
        xc = inverse * (df * cf + de * ce + dc * cc)
        xd = 0.5 * inverse * (da * cd + dd * cb + df * ce + dd * ca + db * cd + de * cf)
        xe = 0.5 * inverse * (dd * cf + db * ce + de * cc + df * cd + de * cb + dc * ce)
        xf = 0.5 * inverse * (da * cf + dd * ce + df * cc + df * ca + de * cd + dc * cf)
        w[x] = xa
        w[WIDTH + x] = xb
        w[2 * WIDTH + x] = xc
        w[3 * WIDTH + x] = xd
        w[4 * WIDTH + x] = xe
        w[5 * WIDTH + x] = xf
        power = w[s] * xa + w[WIDTH + s] * xb + w[2 * WIDTH + s] * xc
        power += 2.0 * (w[3 * WIDTH + s] * xd + w[4 * WIDTH + s] * xe + w[5 * WIDTH + s] * xf)
        w[(LAW + WORK) * WIDTH + lane] += 0.5 * old_volume * power
        w[o] = w[i]
        w[WIDTH + o] = w[WIDTH + i]
        w[2 * WIDTH + o] = w[2 * WIDTH + i]
        w[3 * WIDTH + o] = w[3 * WIDTH + i]
        w[4 * WIDTH + o] = w[4 * WIDTH + i]
        w[5 * WIDTH + o] = w[5 * WIDTH + i]


@njit(cache=True, error_model="numpy", fastmath=CONTRACT)
def _radial_return(w, bulk, shear, yield_stress, hardening):  # type: ignore[no-untyped-def]
    """Elastic trial stress, closed-form return to the yield surface, plastic strain, dissipation and work."""
    for lane in range(WIDTH):
        s, x = (LAW + STRESS) * WIDTH + lane, (LAW + INCREMENT) * WIDTH + lane
        p, q = (LAW + PLASTIC_STRAIN) * WIDTH + lane, (LAW + DISSIPATION) * WIDTH + lane
        xa, xb, xc = w[x], w[WIDTH + x], w[2 * WIDTH + x]
        xd, xe, xf = w[3 * WIDTH + x], w[4 * WIDTH + x], w[5 * WIDTH + x]
        third = (xa + xb + xc) / 3.0
        old_mean = (w[s] + w[WIDTH + s] + w[2 * WIDTH + s]) / 3.0
        mean = old_mean + 3.0 * bulk * third
        double = 2.0 * shear
        a = w[s] - old_mean + double * (xa - third)
        b = w[WIDTH + s] - old_mean + double * (xb - third)
        c = w[2 * WIDTH + s] - old_mean + double * (xc - third)
        d = w[3 * WIDTH + s] + double * xd
        e = w[4 * WIDTH + s] + double * xe
        f = w[5 * WIDTH + s] + double * xf
        trial = (1.5 * (a * a + b * b + c * c) + 3.0 * (d * d + e * e + f * f)) ** 0.5 + TINY_STRESS
        strength = yield_stress + hardening * w[p]
        beyond = trial - strength
        slip = (beyond if beyond > 0.0 else 0.0) / (3.0 * shear + hardening)
        scale = 1.0 - 3.0 * shear * slip / trial
        volume = w[VOLUME * WIDTH + lane]
        w[p] += slip
        w[q] += volume * slip * (strength + 0.5 * hardening * slip)
        a, b, c = scale * a + mean, scale * b + mean, scale * c + mean
        d, e, f = scale * d, scale * e, scale * f
        w[s] = a
        w[WIDTH + s] = b
        w[2 * WIDTH + s] = c
        w[3 * WIDTH + s] = d
        w[4 * WIDTH + s] = e
        w[5 * WIDTH + s] = f
        power = a * xa + b * xb + c * xc + 2.0 * (d * xd + e * xe + f * xf)
        w[(LAW + WORK) * WIDTH + lane] += 0.5 * volume * power


@njit(cache=True, error_model="numpy")
def empty_stress(w, cauchy, status, first):  # type: ignore[no-untyped-def]
    """Write the Cauchy stresses (n, 9) and statuses (n,) of the points from `first` on, as many as there are."""
    filled = min(WIDTH, status.shape[0] - first)
    here, there, answer = w[CAUCHY * WIDTH :], cauchy.reshape(-1)[first * 9 :], status[first:]
    for lane in range(filled):
        xx, yy, zz = here[lane], here[WIDTH + lane], here[2 * WIDTH + lane]
        xy, yz, xz = here[3 * WIDTH + lane], here[4 * WIDTH + lane], here[5 * WIDTH + lane]
        there[9 * lane] = xx
        there[9 * lane + 1] = xy
        there[9 * lane + 2] = xz
        there[9 * lane + 3] = xy
        there[9 * lane + 4] = yy
        there[9 * lane + 5] = yz
        there[9 * lane + 6] = xz
        there[9 * lane + 7] = yz
        there[9 * lane + 8] = zz
        good = w[VOLUME * WIDTH + lane] > 0.0 and np.isfinite((xx + yy + zz) + (xy + yz + xz))
        answer[lane] = 0 if good else NOT_FINITE
