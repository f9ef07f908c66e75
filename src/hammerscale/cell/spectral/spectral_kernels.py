"""The crystal of the cell, pixel by pixel: stress, tangent and slip rate (Liu et al., A.3, A.8, A.10 in plane strain).

The energy and the flow rate are those of `crystal.elasticity` and `crystal.flow`; here stands what the plane makes of
their arguments.

The resolved stresses of the two systems are opposite, so they always slip together and Fin is the exponential of a
single scalar: Fin⁻¹Fin⁻ᵀ = A = cosh(2γ) I - sinh(2γ) N, with N = s1⊗m1 + m1⊗s1 in sample axes; det Fin = 1 exactly. A
pixel carries x = e^(2γ). With |F|² = F:F and f = F:FN, everything in units of the shear modulus G and l = λe/G:

    T = cosh |F|² - sinh f          W = ½ (J^(-2/3) (T + 1) - 3) + l (J - 1)²
    S = cosh f - sinh |F|²          τ = ½ J^(-2/3) S = -½ ∂W/∂γ
    P = g FA + h cof F              g = J^(-2/3),  h = 2 l (J - 1) - g (T + 1) / (3 J)

Rows of a field are 11, 12, 21, 22 and hold pixel j in column j + 1.
"""

from hammerscale.cell.spectral.spectral_fourier import VECTOR_MATH
from hammerscale.compiler import njit
from hammerscale.crystal.backend.scalar_kernels import (
    fluidity,
    shape_stress,
    softening,
    stored_energy,
    volume_curvature,
    volume_slope,
)


@njit(cache=True, error_model="numpy", inline="always")
def clear(values, start):  # type: ignore[no-untyped-def]
    """Fill values (n,) with `start`."""
    for k in range(values.shape[0]):
        values[k] = start


@njit(cache=True, error_model="numpy", inline="always")
def least_of(values):  # type: ignore[no-untyped-def]
    """Return the least of values (n,), NaN if there is one."""
    least = values[0]
    for k in range(values.shape[0]):
        if values[k] < least or values[k] != values[k]:
            least = values[k]
    return least


@njit(cache=True, error_model="numpy", inline="always")
def most_of(values):  # type: ignore[no-untyped-def]
    """Return the largest of values (n,), NaN if there is one."""
    most = values[0]
    for k in range(values.shape[0]):
        if values[k] > most or values[k] != values[k]:
            most = values[k]
    return most


@njit(cache=True, error_model="numpy", fastmath=VECTOR_MATH, inline="always")
def inverse_cube_root_squared(j):  # type: ignore[no-untyped-def]
    """Return J^(-2/3): a rational start and three Newton steps without divisions, so that it vectorises.

    To round-off for 0.4 < J < 2.5, to 1e-10 for 0.2 < J < 5.
    """
    y = (j * j + 16.0 * j + 10.0) / (10.0 * j * j + 16.0 * j + 1.0)
    target = j * j / 3.0
    y = y * (4.0 / 3.0 - target * y * y * y)
    y = y * (4.0 / 3.0 - target * y * y * y)
    return y * (4.0 / 3.0 - target * y * y * y)


@njit(cache=True, error_model="numpy", fastmath=VECTOR_MATH, inline="always")
def linearise_row(w, i, volumetric):  # type: ignore[no-untyped-def]
    """Replace ∇u of pixel row i in `w.row` by P and write dP/dF to `w.tangent`; return Σ P².

    `w.extreme` (n,) keeps the least J of every column: a minimum over lanes would not vectorise.

    Order of the tangent: upper triangle by rows, 1111, 1112, 1121, 1122, 1212, 1221, 1222, 2121, 2122, 2222.
    """
    squares = 0.0
    u11, u12, u21, u22 = w.mean[0], w.mean[1], w.mean[2], w.mean[3]
    for j in range(w.cosh.shape[1]):
        f11, f12, f21, f22 = w.row[0, j + 1] + u11, w.row[1, j + 1] + u12, w.row[2, j + 1] + u21, w.row[3, j + 1] + u22
        cosh, sinh, n11, n12 = w.cosh[i, j], w.sinh[i, j], w.orientation[0, i, j], w.orientation[1, i, j]
        # A = Fin⁻¹Fin⁻ᵀ, X = FA and J
        a11, a12, a22 = cosh - sinh * n11, -sinh * n12, cosh + sinh * n11
        x1, x2 = f11 * a11 + f12 * a12, f11 * a12 + f12 * a22
        x3, x4 = f21 * a11 + f22 * a12, f21 * a12 + f22 * a22
        jac = f11 * f22 - f12 * f21
        w.extreme[j] = jac if jac < w.extreme[j] or jac != jac else w.extreme[j]
        # g = J^(-2/3), and 1/J = J g³ without a division.
        g = inverse_cube_root_squared(jac)
        over = jac * g * g * g
        # First and second slopes of the energy in units of G: h with J, α with J twice, -β with tr FeᵀFe and J.
        trace = f11 * x1 + f12 * x2 + f21 * x3 + f22 * x4 + 1.0
        shape = shape_stress(trace, over, g, 1.0)
        h = volume_slope(jac, shape, volumetric)
        alpha = volume_curvature(shape, over, volumetric)
        beta = softening(over, g, 1.0)
        # P = g FA + h cof F
        p1, p2, p3, p4 = g * x1 + h * f22, g * x2 - h * f21, g * x3 - h * f12, g * x4 + h * f11
        squares += p1 * p1 + p2 * p2 + p3 * p3 + p4 * p4
        w.row[0, j + 1], w.row[1, j + 1], w.row[2, j + 1], w.row[3, j + 1] = p1, p2, p3, p4
        # Rank-two part: v⊗y + y⊗v with y = cof F and v = α/2 y - β FA.
        half = 0.5 * alpha
        v1, v2, v3, v4 = (
            half * f22 - beta * x1,
            -half * f21 - beta * x2,
            -half * f12 - beta * x3,
            half * f11 - beta * x4,
        )
        w.tangent[i, 0, j] = g * a11 + 2.0 * v1 * f22
        w.tangent[i, 1, j] = g * a12 + v2 * f22 - v1 * f21
        w.tangent[i, 2, j] = v3 * f22 - v1 * f12
        w.tangent[i, 3, j] = h + v4 * f22 + v1 * f11
        w.tangent[i, 4, j] = g * a22 - 2.0 * v2 * f21
        w.tangent[i, 5, j] = -h - v3 * f21 - v2 * f12
        w.tangent[i, 6, j] = v2 * f11 - v4 * f21
        w.tangent[i, 7, j] = g * a11 - 2.0 * v3 * f12
        w.tangent[i, 8, j] = g * a12 + v3 * f11 - v4 * f12
        w.tangent[i, 9, j] = g * a22 + 2.0 * v4 * f11
    return squares


@njit(cache=True, error_model="numpy", fastmath=VECTOR_MATH, inline="always")
def multiply_tangent_row(w, i):  # type: ignore[no-untyped-def]
    """Replace δF of pixel row i in `w.flux` by K:δF with K from `w.tangent`; return Σ δF:K:δF."""
    k, flux = w.tangent, w.flux
    work = 0.0
    for j in range(k.shape[0]):
        f1, f2, f3, f4 = flux[0, j + 1], flux[1, j + 1], flux[2, j + 1], flux[3, j + 1]
        p1 = k[i, 0, j] * f1 + k[i, 1, j] * f2 + k[i, 2, j] * f3 + k[i, 3, j] * f4
        p2 = k[i, 1, j] * f1 + k[i, 4, j] * f2 + k[i, 5, j] * f3 + k[i, 6, j] * f4
        p3 = k[i, 2, j] * f1 + k[i, 5, j] * f2 + k[i, 7, j] * f3 + k[i, 8, j] * f4
        p4 = k[i, 3, j] * f1 + k[i, 6, j] * f2 + k[i, 8, j] * f3 + k[i, 9, j] * f4
        work += p1 * f1 + p2 * f2 + p3 * f3 + p4 * f4
        flux[0, j + 1], flux[1, j + 1], flux[2, j + 1], flux[3, j + 1] = p1, p2, p3, p4
    return work


@njit(cache=True, error_model="numpy", fastmath=VECTOR_MATH, inline="always")
def shear_row(w, i):  # type: ignore[no-untyped-def]
    """Write τ of pixel row i to `w.shear` and -∂τ/∂γ to `w.stiffness`, from ∇u in `w.row`."""
    u11, u12, u21, u22 = w.mean[0], w.mean[1], w.mean[2], w.mean[3]
    for j in range(w.cosh.shape[1]):
        f11, f12, f21, f22 = w.row[0, j + 1] + u11, w.row[1, j + 1] + u12, w.row[2, j + 1] + u21, w.row[3, j + 1] + u22
        cosh, sinh, n11, n12 = w.cosh[i, j], w.sinh[i, j], w.orientation[0, i, j], w.orientation[1, i, j]
        # C = FᵀF, |F|² = tr C and f = C:N
        c11, c12, c22 = f11 * f11 + f21 * f21, f11 * f12 + f21 * f22, f12 * f12 + f22 * f22
        square, cross = c11 + c22, n11 * (c11 - c22) + 2.0 * n12 * c12
        g = inverse_cube_root_squared(f11 * f22 - f12 * f21)
        # τ = ½ g S, and -∂τ/∂γ = g T without its plane-strain 1
        w.shear[i, j] = 0.5 * g * (cosh * cross - sinh * square)
        w.stiffness[i, j] = g * (cosh * square - sinh * cross)


@njit(cache=True, error_model="numpy", fastmath=VECTOR_MATH, inline="always")
def stress_row(w, i, volumetric):  # type: ignore[no-untyped-def]
    """Add the sums over pixel row i to `w.sums` (12,), from ∇u in `w.row`, in units of G.

    sums : P11, P12, P21, P22, P33, W, P:F, |P:F|, σ11, σ22, σ33, σ12.
    """
    t1, t2, t3, t4, t5, energy, power, size = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    s1, s2, s3, s4 = 0.0, 0.0, 0.0, 0.0
    u11, u12, u21, u22 = w.mean[0], w.mean[1], w.mean[2], w.mean[3]
    for j in range(w.cosh.shape[1]):
        f11, f12, f21, f22 = w.row[0, j + 1] + u11, w.row[1, j + 1] + u12, w.row[2, j + 1] + u21, w.row[3, j + 1] + u22
        cosh, sinh, n11, n12 = w.cosh[i, j], w.sinh[i, j], w.orientation[0, i, j], w.orientation[1, i, j]
        # A = Fin⁻¹Fin⁻ᵀ, X = FA, tr FeᵀFe and J
        a11, a12, a22 = cosh - sinh * n11, -sinh * n12, cosh + sinh * n11
        x11, x12, x21, x22 = f11 * a11 + f12 * a12, f11 * a12 + f12 * a22, f21 * a11 + f22 * a12, f21 * a12 + f22 * a22
        trace = f11 * x11 + f12 * x12 + f21 * x21 + f22 * x22 + 1.0
        jac = f11 * f22 - f12 * f21
        over = 1.0 / jac
        g = inverse_cube_root_squared(jac)
        # P = g FA + h cof F, and σ = P Fᵀ/J
        h = volume_slope(jac, shape_stress(trace, over, g, 1.0), volumetric)
        p11, p12, p21, p22 = g * x11 + h * f22, g * x12 - h * f21, g * x21 - h * f12, g * x22 + h * f11
        t1, t2, t3, t4, t5 = t1 + p11, t2 + p12, t3 + p21, t4 + p22, t5 + (g + h * jac)
        s1 += (p11 * f11 + p12 * f12) * over
        s2 += (p21 * f21 + p22 * f22) * over
        s3 += (g + h * jac) * over
        s4 += (p11 * f21 + p12 * f22) * over
        energy += stored_energy(trace, jac, g, 1.0, volumetric)
        local = p11 * f11 + p12 * f12 + p21 * f21 + p22 * f22
        power += local
        size += abs(local)
    # One statement per sum: a loop over a tuple would not unroll.
    w.sums[0] += t1
    w.sums[1] += t2
    w.sums[2] += t3
    w.sums[3] += t4
    w.sums[4] += t5
    w.sums[5] += energy
    w.sums[6] += power
    w.sums[7] += size
    w.sums[8] += s1
    w.sums[9] += s2
    w.sums[10] += s3
    w.sums[11] += s4


@njit(cache=True, error_model="numpy", fastmath=VECTOR_MATH, inline="always")
def slip_rates(w, drag, exponent, reference):  # type: ignore[no-untyped-def]
    """Write γ̇ = reference·sgn τ (|τ|/drag)^exponent to `w.rate`; return (fastest relaxation, Σ 2 τ γ̇, Σ 2 |γ̇|).

    The relaxation rate of a pixel is -∂γ̇/∂γ = ∂γ̇/∂τ (-∂τ/∂γ) with F frozen; drag in units of G.
    """
    dissipation, slip = 0.0, 0.0
    clear(w.extreme, 0.0)
    for i in range(w.rate.shape[0]):
        for j in range(w.rate.shape[0]):
            shear = w.shear[i, j]
            # No threshold: all of |τ| is overstress.
            slope = fluidity(abs(shear), reference, drag, exponent)
            rate = slope * shear
            w.rate[i, j] = rate
            # Both systems slip by the same amount.
            dissipation += 2.0 * rate * shear
            slip += 2.0 * abs(rate)
            relaxation = exponent * slope * w.stiffness[i, j]
            w.extreme[j] = relaxation if relaxation > w.extreme[j] or relaxation != relaxation else w.extreme[j]
    return most_of(w.extreme), dissipation, slip


@njit(cache=True, error_model="numpy", fastmath=VECTOR_MATH, inline="always")
def fill_hyperbolic(w):  # type: ignore[no-untyped-def]
    """Write cosh 2γ and sinh 2γ of `w.inelastic` = e^(2γ) to their planes."""
    for i in range(w.cosh.shape[0]):
        for j in range(w.cosh.shape[0]):
            x = w.inelastic[i, j]
            inverse = 1.0 / x
            w.cosh[i, j], w.sinh[i, j] = 0.5 * (x + inverse), 0.5 * (x - inverse)


@njit(cache=True, error_model="numpy", fastmath=VECTOR_MATH)
def advance_slip(w, old_weight, new_weight):  # type: ignore[no-untyped-def]
    """Inelastic = inelastic_old·exp(2Δγ) with Δγ = old_weight·rate_old + new_weight·rate; return the largest |Δγ|.

    The (2,2) Padé form of the exponential is positive, so det Fin stays 1.
    """
    clear(w.extreme, 0.0)
    for i in range(w.rate.shape[0]):
        for j in range(w.rate.shape[0]):
            z = 2.0 * (old_weight * w.rate_old[i, j] + new_weight * w.rate[i, j])
            w.extreme[j] = abs(z) if abs(z) > w.extreme[j] or z != z else w.extreme[j]
            even = 12.0 + z * z
            w.inelastic[i, j] = w.inelastic_old[i, j] * (even + 6.0 * z) / (even - 6.0 * z)
    fill_hyperbolic(w)
    return 0.5 * most_of(w.extreme)
