"""Elastic equilibrium of the cell with Fin frozen: Newton steps, each solved by conjugate gradients."""

import numpy as np

from hammerscale.cell.spectral.spectral_fourier import VECTOR_MATH
from hammerscale.cell.spectral.spectral_kernels import (
    clear,
    least_of,
    linearise_row,
    multiply_tangent_row,
    shear_row,
    stress_row,
)
from hammerscale.cell.spectral.spectral_operators import (
    add_divergence_row,
    close_divergence,
    close_periodic,
    copy_row,
    gradient_row,
    open_divergence,
    precondition,
    spectral_divergence,
    spectral_gradient,
)
from hammerscale.compiler import njit

# Pixels squeezed below this relative volume mean that the step was too large.
LEAST_VOLUME = 0.1
MAX_NEWTON = 12
MAX_CONJUGATE = 400
# Stress below this share of G counts as none: the scale of the relative residual at the start of a path.
STRESS_FLOOR = 1e-6
# The neglected second-order stress of a Newton step is below this factor times the mean square of δF (in units of G).
CURVATURE = 100.0


@njit(cache=True, error_model="numpy", fastmath=VECTOR_MATH)
def linearise(w, scheme, volumetric):  # type: ignore[no-untyped-def]
    """Write Dᵀ P to `w.residual` and dP/dF to `w.tangent`; return Σ P² and the least J."""
    n = w.cosh.shape[0]
    squares = 0.0
    clear(w.extreme, 1e30)
    if len(scheme) == 1:
        close_periodic(w.displacement)
        open_divergence(w.residual)
        for i in range(n):
            gradient_row(w.displacement, i, w.row)
            squares += linearise_row(w, i, volumetric)
            add_divergence_row(w.row, i, w.residual)
        close_divergence(w.residual)
    else:
        spectral_gradient(w, w.displacement, w.field)
        for i in range(n):
            copy_row(w.field[i], w.row)
            squares += linearise_row(w, i, volumetric)
            copy_row(w.row, w.field[i])
        spectral_divergence(w, w.field, w.residual)
    return squares, least_of(w.extreme)


@njit(cache=True, error_model="numpy", fastmath=VECTOR_MATH)
def apply_tangent(w, scheme):  # type: ignore[no-untyped-def]
    """Write Dᵀ K D of `w.direction` to `w.image` and return the quadratic form."""
    n = w.cosh.shape[0]
    work = 0.0
    if len(scheme) == 1:
        close_periodic(w.direction)
        open_divergence(w.image)
        for i in range(n):
            gradient_row(w.direction, i, w.flux)
            work += multiply_tangent_row(w, i)
            add_divergence_row(w.flux, i, w.image)
        close_divergence(w.image)
    else:
        spectral_gradient(w, w.direction, w.field)
        for i in range(n):
            copy_row(w.field[i], w.flux)
            work += multiply_tangent_row(w, i)
            copy_row(w.flux, w.field[i])
        spectral_divergence(w, w.field, w.image)
    return work


@njit(cache=True, error_model="numpy", fastmath=VECTOR_MATH, inline="always")
def dot_residual(w):  # type: ignore[no-untyped-def]
    """Return the product of the residual with its image under the Green operator."""
    total = 0.0
    for plane in range(2):
        for i in range(w.spectrum.shape[1]):
            part = 0.0
            for j in range(w.spectrum.shape[1]):
                part += w.residual[plane, i, j] * w.spectrum[plane, i, j]
            total -= part
    return total


@njit(cache=True, error_model="numpy", fastmath=VECTOR_MATH, inline="always")
def new_direction(w, ratio):  # type: ignore[no-untyped-def]
    """Direction = preconditioned residual + ratio · direction."""
    for plane in range(2):
        for i in range(w.spectrum.shape[1]):
            for j in range(w.spectrum.shape[1]):
                w.direction[plane, i, j] = w.spectrum[plane, i, j] + ratio * w.direction[plane, i, j]


@njit(cache=True, error_model="numpy", fastmath=VECTOR_MATH, inline="always")
def move_along(w, step):  # type: ignore[no-untyped-def]
    """Displacement += step · direction, residual += step · image."""
    for plane in range(2):
        for i in range(w.spectrum.shape[1]):
            for j in range(w.spectrum.shape[1]):
                w.displacement[plane, i, j] += step * w.direction[plane, i, j]
                w.residual[plane, i, j] += step * w.image[plane, i, j]


@njit(cache=True, error_model="numpy")
def conjugate_gradients(w, scheme, first, target):  # type: ignore[no-untyped-def]
    """Solve Dᵀ K D δu = -residual from the preconditioned start, up to residual·M⁻¹ residual ≤ target; adds δu.

    Return (iterations, energy δu·K·δu, whether it converged).
    """
    rho, energy = first, 0.0
    new_direction(w, 0.0)
    for iteration in range(1, MAX_CONJUGATE + 1):
        work = apply_tangent(w, scheme)
        if not work > 0.0:
            return iteration, energy, False
        step = rho / work
        energy += step * rho
        move_along(w, step)
        precondition(w, scheme)
        last, rho = rho, dot_residual(w)
        if rho <= target:
            return iteration, energy, True
        new_direction(w, rho / last)
    return MAX_CONJUGATE, energy, False


@njit(cache=True, error_model="numpy")
def find_equilibrium(w, scheme, volumetric, tolerance, audit, counts):  # type: ignore[no-untyped-def]
    """Bring `w.displacement` to equilibrium under the mean gradient `w.mean`; return whether it succeeded.

    tolerance : largest |G:P|/|P| (root mean squares); audit : 1 if the last residual must be evaluated, 0 if an
    estimate will do; counts (4,) : Newton steps and conjugate-gradient iterations are added, largest residual and
    least J kept.
    """
    pixels = float(w.inelastic.size)
    # r·M⁻¹·r is an energy; this factor turns it into a bound of the squared norm of G:P.
    bound = 2.0 * volumetric + 4.0 / 3.0
    for _newton in range(MAX_NEWTON):
        squares, least = linearise(w, scheme, volumetric)
        if not (least > LEAST_VOLUME and squares < 1e12 * pixels):
            return False
        counts[0] += 1.0
        counts[3] = min(counts[3], least)
        scale = max(squares, pixels * STRESS_FLOOR**2)
        target = tolerance * tolerance * scale / bound
        precondition(w, scheme)
        rho = dot_residual(w)
        if rho <= target:
            counts[2] = max(counts[2], np.sqrt(rho * bound / scale))
            return True
        iterations, energy, converged = conjugate_gradients(w, scheme, rho, max(0.7 * target, 1e-4 * rho))
        counts[1] += iterations
        if not converged:
            return False
        remainder = CURVATURE * energy / pixels
        if audit == 0.0 and 1e-4 * rho <= target and remainder * remainder * pixels <= 0.3 * target * bound:
            return True
    return False


@njit(cache=True, error_model="numpy", fastmath=VECTOR_MATH)
def measure_shear(w, scheme):  # type: ignore[no-untyped-def]
    """Write τ to `w.shear` and -∂τ/∂γ to `w.stiffness`, in units of G."""
    if len(scheme) == 1:
        close_periodic(w.displacement)
        for i in range(w.cosh.shape[0]):
            gradient_row(w.displacement, i, w.row)
            shear_row(w, i)
    else:
        spectral_gradient(w, w.displacement, w.field)
        for i in range(w.cosh.shape[0]):
            copy_row(w.field[i], w.row)
            shear_row(w, i)


@njit(cache=True, error_model="numpy", fastmath=VECTOR_MATH)
def measure_stress(w, scheme, volumetric):  # type: ignore[no-untyped-def]
    """Write the pixel means of the quantities in `stress_row` to `w.sums`."""
    n = w.cosh.shape[0]
    clear(w.sums, 0.0)
    if len(scheme) == 1:
        close_periodic(w.displacement)
        for i in range(n):
            gradient_row(w.displacement, i, w.row)
            stress_row(w, i, volumetric)
    else:
        spectral_gradient(w, w.displacement, w.field)
        for i in range(n):
            copy_row(w.field[i], w.row)
            stress_row(w, i, volumetric)
    for k in range(w.sums.shape[0]):
        w.sums[k] /= n * n
