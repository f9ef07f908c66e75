"""One-point hexahedra for a block of elements: from positions to F, from the Cauchy stress to nodal forces.

Total Lagrangian with mean gradients B of the reference shape: F = Σ x ⊗ B and f = -V P B with P = σ cof F. It derives
from an energy, so uniform fields, rigid rotations and both momenta are exact. The four hourglass patterns h of an
element, cleaned of linear fields, are held by springs q = h·x - F g with g = h·X, energy k/2 |q|².
"""

from hammerscale.compiler import njit
from hammerscale.tensor.lanes import CAUCHY, CONTRACT, GRADIENT, REASSOCIATE, VOLUME, WIDTH
from hammerscale.tensor.lanes import ROWS as LAW_ROWS

# Rows of the buffer after those of the law. Positions x, y, z of the eight nodes give way to their forces.
POSITION = LAW_ROWS
SHAPE = POSITION + 24  # B, component by component
PATTERN = SHAPE + 24  # g, pattern by pattern
REFERENCE_VOLUME = PATTERN + 12
STIFFNESS = REFERENCE_VOLUME + 1  # k of the hourglass springs
METRIC = STIFFNESS + 1  # Σ B ⊗ B, six rows
CONSTANTS = METRIC + 6 - SHAPE
OLD_VOLUME = METRIC + 6  # det F of the step before
OLD_VISCOUS_STRESS = OLD_VOLUME + 1  # det F times the viscous stress of the step before
MEMORY = 2
VISCOUS_STRESS = OLD_VISCOUS_STRESS + 1
HOURGLASS = VISCOUS_STRESS + 1  # q, pattern by pattern
FLUX = HOURGLASS + 12  # V P, less what the springs take
HOURGLASS_ENERGY = FLUX + 9
VISCOUS_WORK = HOURGLASS_ENERGY + 1
STEP = VISCOUS_WORK + 1  # stable time step [s], negative where det F is not positive
ROWS = STEP + 1
# For a cube numerator and denominator are both zero; this keeps their quotient a number.
TINY = 1e-300


@njit(inline="always")
def _mean(w, x, b):  # type: ignore[no-untyped-def]
    """Return Σ over the nodes of one component of the positions at x times one of B at b."""
    return (
        (w[x] * w[b] + w[x + WIDTH] * w[b + WIDTH])
        + (w[x + 2 * WIDTH] * w[b + 2 * WIDTH] + w[x + 3 * WIDTH] * w[b + 3 * WIDTH])
    ) + (
        (w[x + 4 * WIDTH] * w[b + 4 * WIDTH] + w[x + 5 * WIDTH] * w[b + 5 * WIDTH])
        + (w[x + 6 * WIDTH] * w[b + 6 * WIDTH] + w[x + 7 * WIDTH] * w[b + 7 * WIDTH])
    )


@njit(inline="always")
def _kinematics_of_component(w, x, f, q, b, g):  # type: ignore[no-untyped-def]
    """Write one row of F at f and one component of the four q at q."""
    # F_ij = Σ x_i B_j over the nodes
    f0, f1, f2 = _mean(w, x, b), _mean(w, x, b + 8 * WIDTH), _mean(w, x, b + 16 * WIDTH)
    w[f] = f0
    w[f + WIDTH] = f1
    w[f + 2 * WIDTH] = f2
    # sums and differences of neighbouring nodes, which the four patterns ±1 share
    low0, low1 = w[x] + w[x + WIDTH], w[x + 2 * WIDTH] + w[x + 3 * WIDTH]
    high0, high1 = w[x + 4 * WIDTH] + w[x + 5 * WIDTH], w[x + 6 * WIDTH] + w[x + 7 * WIDTH]
    d01, d23 = w[x] - w[x + WIDTH], w[x + 2 * WIDTH] - w[x + 3 * WIDTH]
    d45, d67 = w[x + 4 * WIDTH] - w[x + 5 * WIDTH], w[x + 6 * WIDTH] - w[x + 7 * WIDTH]
    # q = h·x - F g, pattern by pattern
    w[q] = (low0 - low1) - (high0 - high1) - (f0 * w[g] + f1 * w[g + WIDTH] + f2 * w[g + 2 * WIDTH])
    w[q + 3 * WIDTH] = (
        (d01 - d23) - (d45 - d67) - (f0 * w[g + 3 * WIDTH] + f1 * w[g + 4 * WIDTH] + f2 * w[g + 5 * WIDTH])
    )
    w[q + 6 * WIDTH] = (
        (d01 + d23) + (d45 + d67) - (f0 * w[g + 6 * WIDTH] + f1 * w[g + 7 * WIDTH] + f2 * w[g + 8 * WIDTH])
    )
    w[q + 9 * WIDTH] = (
        (d45 + d67) - (d01 + d23) - (f0 * w[g + 9 * WIDTH] + f1 * w[g + 10 * WIDTH] + f2 * w[g + 11 * WIDTH])
    )


@njit(cache=True, error_model="numpy", fastmath=CONTRACT)
def gradient_lanes(w):  # type: ignore[no-untyped-def]
    """Write F and the hourglass displacements q of a block from its nodal positions."""
    for i in range(WIDTH):
        x, f, q = POSITION * WIDTH + i, GRADIENT * WIDTH + i, HOURGLASS * WIDTH + i
        b, g = SHAPE * WIDTH + i, PATTERN * WIDTH + i
        _kinematics_of_component(w, x, f, q, b, g)
        _kinematics_of_component(w, x + 8 * WIDTH, f + 3 * WIDTH, q + WIDTH, b, g)
        _kinematics_of_component(w, x + 16 * WIDTH, f + 6 * WIDTH, q + 2 * WIDTH, b, g)


@njit(inline="always")
def largest_eigenvalue(xx, yy, zz, xy, yz, xz):  # type: ignore[no-untyped-def]
    """Bound the largest eigenvalue of a symmetric matrix from above, by its invariants: all directions count alike.

    It is the mean plus the largest root of x³ - p x - q, p and q from the deviator. 2 √(p/3) lies above that root, and
    there the cubic is convex: Newton's steps approach it from above and never pass it, so the time step stays safe.
    """
    # deviator, its second invariant p and its determinant q
    mean = (xx + yy + zz) / 3.0
    a, b, c = xx - mean, yy - mean, zz - mean
    p = 0.5 * (a * a + b * b + c * c) + xy * xy + yz * yz + xz * xz
    q = a * (b * c - yz * yz) - xy * (xy * c - yz * xz) + xz * (xy * yz - b * xz)
    x = 2.0 * (p / 3.0) ** 0.5
    # Four Newton steps: with two equal eigenvalues each one halves the distance, and 2 % are left.
    x = (2.0 * x * x * x + q) / (3.0 * x * x - p + TINY)
    x = (2.0 * x * x * x + q) / (3.0 * x * x - p + TINY)
    x = (2.0 * x * x * x + q) / (3.0 * x * x - p + TINY)
    x = (2.0 * x * x * x + q) / (3.0 * x * x - p + TINY)
    return mean + x


@njit(cache=True, error_model="numpy", fastmath=CONTRACT)
def stress_lanes(w, density, speed, linear, quadratic, inverse_dt):  # type: ignore[no-untyped-def]
    """Add the bulk viscosity to the Cauchy stress, write V σ cof F, det F, the viscous work and the stable step.

    Parameters
    ----------
    w : the block's buffer; F, Cauchy stress and constants in, the rest out
    density : of the undeformed material [kg/m³]
    speed : longitudinal wave speed [m/s]
    linear, quadratic : coefficients of the bulk viscosity [-]
    inverse_dt : 1/duration of the step that ends here [1/s], 0 at the start
    """
    for lane in range(WIDTH):
        i, s, m, t = GRADIENT * WIDTH + lane, CAUCHY * WIDTH + lane, METRIC * WIDTH + lane, FLUX * WIDTH + lane
        # F, row by row, its cofactor and det F
        a, b, c = w[i], w[WIDTH + i], w[2 * WIDTH + i]
        d, e, f = w[3 * WIDTH + i], w[4 * WIDTH + i], w[5 * WIDTH + i]
        g, h, k = w[6 * WIDTH + i], w[7 * WIDTH + i], w[8 * WIDTH + i]
        ca, cb, cc = e * k - f * h, f * g - d * k, d * h - e * g
        cd, ce, cf = c * h - b * k, a * k - c * g, b * g - a * h
        cg, ch, ck = b * f - c * e, c * d - a * f, a * e - b * d
        volume = a * ca + b * cb + c * cc
        # metric of the current shape times J²: cof M cofᵀ
        ma, mb, mc = w[m], w[m + WIDTH], w[m + 2 * WIDTH]
        md, me, mf = w[m + 3 * WIDTH], w[m + 4 * WIDTH], w[m + 5 * WIDTH]
        r1, r2, r3 = ca * ma + cb * md + cc * mf, ca * md + cb * mb + cc * me, ca * mf + cb * me + cc * mc
        s1, s2, s3 = cd * ma + ce * md + cf * mf, cd * md + ce * mb + cf * me, cd * mf + ce * me + cf * mc
        t1, t2, t3 = cg * ma + ch * md + ck * mf, cg * md + ch * mb + ck * me, cg * mf + ch * me + ck * mc
        xx, yy, zz = r1 * ca + r2 * cb + r3 * cc, s1 * cd + s2 * ce + s3 * cf, t1 * cg + t2 * ch + t3 * ck
        xy, yz, xz = r1 * cd + r2 * ce + r3 * cf, s1 * cg + s2 * ch + s3 * ck, r1 * cg + r2 * ch + r3 * ck
        # characteristic length of the current element: J over the root of that matrix' largest eigenvalue
        length = abs(volume) / (2.0 * largest_eigenvalue(xx, yy, zz, xy, yz, xz)) ** 0.5
        # rate of the volume at the middle of the step
        old_volume = w[OLD_VOLUME * WIDTH + lane]
        rate = 2.0 * (volume - old_volume) / (volume + old_volume) * inverse_dt
        closing = rate if rate < 0.0 else 0.0
        current_density = density / volume
        # bulk viscosity: linear in the rate always, quadratic only while the element closes
        squeeze = quadratic * quadratic * length * closing
        added = current_density * length * (linear * speed * rate - squeeze * closing)
        # stable step l/c, shortened by the damping of the viscosity
        ratio = linear - squeeze / speed
        step = length / speed * ((1.0 + ratio * ratio) ** 0.5 - ratio)
        w[STEP * WIDTH + lane] = step if volume > 0.0 else -1.0
        w[VOLUME * WIDTH + lane] = volume
        v = w[REFERENCE_VOLUME * WIDTH + lane]
        # Viscous work: a force acts half a step before and half a step after its moment, so both ends count half.
        both = w[OLD_VISCOUS_STRESS * WIDTH + lane] + added * volume
        w[VISCOUS_WORK * WIDTH + lane] = v * both * (volume - old_volume) / (volume + old_volume)
        w[VISCOUS_STRESS * WIDTH + lane] = added * volume
        # V P = V (σ + viscous pressure) cof F
        xx, yy, zz = v * (w[s] + added), v * (w[s + WIDTH] + added), v * (w[s + 2 * WIDTH] + added)
        xy, yz, xz = v * w[s + 3 * WIDTH], v * w[s + 4 * WIDTH], v * w[s + 5 * WIDTH]
        w[t] = xx * ca + xy * cd + xz * cg
        w[t + WIDTH] = xx * cb + xy * ce + xz * ch
        w[t + 2 * WIDTH] = xx * cc + xy * cf + xz * ck
        w[t + 3 * WIDTH] = xy * ca + yy * cd + yz * cg
        w[t + 4 * WIDTH] = xy * cb + yy * ce + yz * ch
        w[t + 5 * WIDTH] = xy * cc + yy * cf + yz * ck
        w[t + 6 * WIDTH] = xz * ca + yz * cd + zz * cg
        w[t + 7 * WIDTH] = xz * cb + yz * ce + zz * ch
        w[t + 8 * WIDTH] = xz * cc + yz * cf + zz * ck


@njit(inline="always")
def _force_of_node(w, o, b, t0, t1, t2, spring):  # type: ignore[no-untyped-def]
    """Write one component of the force on one node: f = -(V P B + springs)."""
    w[o] = -(t0 * w[b] + t1 * w[b + 8 * WIDTH] + t2 * w[b + 16 * WIDTH] + spring)


@njit(inline="always")
def _forces_of_component(w, o, t, q, b, g, k):  # type: ignore[no-untyped-def]
    """Write one component of the eight nodal forces at o."""
    # forces k q of the springs
    q0, q1, q2, q3 = k * w[q], k * w[q + 3 * WIDTH], k * w[q + 6 * WIDTH], k * w[q + 9 * WIDTH]
    # The springs also act through F, since q = h·x - F g: V P - k q ⊗ g.
    t0 = w[t] - (q0 * w[g] + q1 * w[g + 3 * WIDTH] + q2 * w[g + 6 * WIDTH] + q3 * w[g + 9 * WIDTH])
    t1 = w[t + WIDTH] - (q0 * w[g + WIDTH] + q1 * w[g + 4 * WIDTH] + q2 * w[g + 7 * WIDTH] + q3 * w[g + 10 * WIDTH])
    t2 = w[t + 2 * WIDTH] - (
        q0 * w[g + 2 * WIDTH] + q1 * w[g + 5 * WIDTH] + q2 * w[g + 8 * WIDTH] + q3 * w[g + 11 * WIDTH]
    )
    # Σ k q h over the four patterns h = ±1 at each node
    even, odd, up, down = q0 + q2, q0 - q2, q1 - q3, q1 + q3
    _force_of_node(w, o, b, t0, t1, t2, even + up)
    _force_of_node(w, o + WIDTH, b + WIDTH, t0, t1, t2, odd - up)
    _force_of_node(w, o + 2 * WIDTH, b + 2 * WIDTH, t0, t1, t2, -odd - down)
    _force_of_node(w, o + 3 * WIDTH, b + 3 * WIDTH, t0, t1, t2, -even + down)
    _force_of_node(w, o + 4 * WIDTH, b + 4 * WIDTH, t0, t1, t2, -odd - up)
    _force_of_node(w, o + 5 * WIDTH, b + 5 * WIDTH, t0, t1, t2, -even + up)
    _force_of_node(w, o + 6 * WIDTH, b + 6 * WIDTH, t0, t1, t2, even + down)
    _force_of_node(w, o + 7 * WIDTH, b + 7 * WIDTH, t0, t1, t2, odd - down)


@njit(cache=True, error_model="numpy", fastmath=CONTRACT)
def force_lanes(w):  # type: ignore[no-untyped-def]
    """Write the nodal forces of a block in place of its positions, and the energy of the hourglass springs."""
    for i in range(WIDTH):
        o, t, q = POSITION * WIDTH + i, FLUX * WIDTH + i, HOURGLASS * WIDTH + i
        b, g = SHAPE * WIDTH + i, PATTERN * WIDTH + i
        k = w[STIFFNESS * WIDTH + i]
        _forces_of_component(w, o, t, q, b, g, k)
        _forces_of_component(w, o + 8 * WIDTH, t + 3 * WIDTH, q + WIDTH, b, g, k)
        _forces_of_component(w, o + 16 * WIDTH, t + 6 * WIDTH, q + 2 * WIDTH, b, g, k)
    for lane in range(WIDTH):
        i = HOURGLASS * WIDTH + lane
        # k/2 |q|² over the four patterns
        first = w[i] * w[i] + w[i + WIDTH] * w[i + WIDTH] + w[i + 2 * WIDTH] * w[i + 2 * WIDTH]
        second = w[i + 3 * WIDTH] ** 2 + w[i + 4 * WIDTH] ** 2 + w[i + 5 * WIDTH] ** 2
        third = w[i + 6 * WIDTH] ** 2 + w[i + 7 * WIDTH] ** 2 + w[i + 8 * WIDTH] ** 2
        fourth = w[i + 9 * WIDTH] ** 2 + w[i + 10 * WIDTH] ** 2 + w[i + 11 * WIDTH] ** 2
        total = first + second + third + fourth
        w[HOURGLASS_ENERGY * WIDTH + lane] = 0.5 * w[STIFFNESS * WIDTH + lane] * total


@njit(cache=True, error_model="numpy", fastmath=REASSOCIATE)
def row_sum(w, row):  # type: ignore[no-untyped-def]
    """Return the sum over the lanes of a row."""
    total = 0.0
    for i in range(WIDTH):
        total += w[row * WIDTH + i]
    return total


@njit(cache=True, error_model="numpy", fastmath=REASSOCIATE)
def row_product(w, first, second):  # type: ignore[no-untyped-def]
    """Return the sum over the lanes of the product of two rows."""
    total = 0.0
    for i in range(WIDTH):
        total += w[first * WIDTH + i] * w[second * WIDTH + i]
    return total


@njit(cache=True, error_model="numpy")
def smallest_step(w):  # type: ignore[no-untyped-def]
    """Return the smallest of the row STEP, which is overwritten: halves are compared lane by lane, as vectors."""
    half = WIDTH // 2
    while half > 0:
        for i in range(half):
            first, second = w[STEP * WIDTH + i], w[STEP * WIDTH + half + i]
            w[STEP * WIDTH + i] = first if first < second else second
        half //= 2
    return w[STEP * WIDTH]
