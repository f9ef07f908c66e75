"""Source of `evaluate`: the crystal law of eight grains (Liu et al., A.3-A.13), written out from the slip tables."""

import numpy as np

from hammerscale.crystal import constants, layout
from hammerscale.crystal.emit import combination, kernel, linear_map, slot
from hammerscale.crystal.geometry import (
    SPIN_BASIS,
    SYMMETRIC_BASIS,
    CrystalGeometry,
    coefficients,
    reflection_matrices,
)
from hammerscale.crystal.layout import Layout

# A crystal whose twins take up this much has no parent left to twin.
SATURATED = 1.0 - 1e-10


def evaluate(geometry: CrystalGeometry) -> str:
    """Source of `evaluate`: the rates of the state at the stage under the stretch of every lane (physics: Liu et
    al., A.3-A.13).
    """
    slots = Layout(geometry.n_slip, geometry.n_twin)
    body = _stress(slots)
    body += _mixing_matrices(geometry, slots)
    body += _slip(geometry, slots)
    body += _twinning(geometry, slots)
    body += _flow(geometry, slots)
    stored, dissipated = slots.rate + slots.evolving, slots.rate + slots.evolving + 1
    body += [f"{slot(stored)} = stored", f"{slot(dissipated)} = dissipated"]
    return kernel("evaluate", "w, c", "Write the rates at the stage.", _hoisted_constants(geometry), body)


def _hoisted_constants(geometry: CrystalGeometry) -> list[str]:
    """Lines that read the constants once, before the lane loop."""
    lines = [f"shear_modulus = c[{constants.SHEAR_MODULUS}]"]
    if geometry.n_twin:
        lines += [
            f"twin_shear = c[{constants.TWIN_SHEAR}]",
            f"coupling = c[{constants.TWIN_COUPLING}]",
            f"twin_self = c[{constants.TWIN_SELF}]",
            f"twin_scale = c[{constants.TWIN_SCALE}]",
            f"shrinkage = c[{constants.SHRINKAGE}]",
        ]
    for f in range(len(geometry.families)):
        start = constants.FAMILY_START + constants.FAMILY_LENGTH * f
        names = ("slope", "saturation", "latent", "scale", "offset")
        lines += [f"{name}{f} = c[{start + j}]" for j, name in enumerate(names)]
    return lines


def _stress(slots: Layout) -> list[str]:
    """Lines for the deviatoric Mandel stress m0..m4 on the symmetric basis, from C_e = (U G̃)ᵀ U G̃."""
    lines = [f"g{q} = {slot(slots.stage + q)}" for q in range(9)]
    lines += [f"{name} = {slot(layout.STRETCH + k)}" for k, name in enumerate(("ua", "ub", "uc", "ud", "ue", "uf"))]
    rows = (("ua", "ud", "uf"), ("ud", "ub", "ue"), ("uf", "ue", "uc"))
    for r, row in enumerate(rows):
        lines += [f"v{3 * r + j} = " + " + ".join(f"{row[k]} * g{3 * k + j}" for k in range(3)) for j in range(3)]
    lines += [
        f"{name} = " + " + ".join(f"v{3 * k + a} * v{3 * k + b}" for k in range(3))
        for name, a, b in (("ca", 0, 0), ("cb", 1, 1), ("cc", 2, 2), ("cd", 0, 1), ("ce", 1, 2), ("cf", 0, 2))
    ]
    lines += [
        "volume = ua * (ub * uc - ue * ue) - ud * (ud * uc - ue * uf) + uf * (ud * ue - ub * uf)",
        "root = inverse_cube_root(volume)",
        # A stretch that turns matter inside out has no stress: NaN makes every step fail.
        "f = select(volume > 0.0, shear_modulus * root * root, np.nan)",
        f"m0 = f * ({float(np.sqrt(0.5))!r} * (ca - cb))",
        f"m1 = f * ({float(np.sqrt(1 / 6))!r} * (cc + cc - ca - cb))",
    ]
    return lines + [f"m{j} = f * ({float(np.sqrt(2.0))!r} * {name})" for j, name in ((2, "cd"), (3, "ce"), (4, "cf"))]


def _mixing_matrices(geometry: CrystalGeometry, slots: Layout) -> list[str]:
    """Lines for the mixing (1-Λ) I + Σ λ_β R_β . R_β: n.. on the symmetric basis, o.. on the spins; and the mixed
    stress x0..x4.
    """
    if not geometry.n_twin:
        return [f"x{j} = m{j}" for j in range(5)]
    fractions = [f"l{b}" for b in range(geometry.n_twin)]
    start = 9 + geometry.n_slip
    lines = [f"l{b} = {slot(slots.stage + start + b)}" for b in range(geometry.n_twin)]
    for basis, name in ((SYMMETRIC_BASIS, "n"), (SPIN_BASIS, "o")):
        matrices = reflection_matrices(geometry.reflections, basis)
        size = len(basis)
        upper = [(a, b) for a in range(size) for b in range(a, size)]
        change = np.array([[matrices[v, a, b] - float(a == b) for v in range(geometry.n_twin)] for a, b in upper])
        lines += linear_map(change, fractions, [f"{name}{a}{b}" for a, b in upper], f"{name}_")
        lines += [f"{name}{a}{a} = 1.0 + {name}{a}{a}" for a in range(size)]
    return lines + [f"x{a} = {_symmetric_row('n', a, 5, 'm')}" for a in range(5)]


def _symmetric_row(matrix: str, row: int, size: int, vector: str) -> str:
    return " + ".join(f"{matrix}{min(row, j)}{max(row, j)} * {vector}{j}" for j in range(size))


def _power(base: str, exponent: float) -> str:
    """Text of base^exponent; a product where the exponent is a small integer, because pow is a scalar call."""
    if exponent == int(exponent) and 1 <= exponent <= 12:
        return " * ".join([base] * int(exponent))
    return f"{base} ** {exponent!r}"


def _slip(geometry: CrystalGeometry, slots: Layout) -> list[str]:
    """Lines for the signed slip rates r.., their sizes (rates of accumulated slip) and the energies they store and
    dissipate.
    """
    count = geometry.n_slip
    symmetric = coefficients(geometry.slip_tensors, SYMMETRIC_BASIS)
    lines = linear_map(symmetric, [f"x{j}" for j in range(5)], [f"tau{a}" for a in range(count)], "tau_")
    lines += ["stored = 0.0", "dissipated = 0.0"]
    first = 0
    for f, size in enumerate(geometry.family_sizes):
        members = range(first, first + size)
        first += size
        lines += [f"e{a} = {slot(slots.stage + 9 + a)}" for a in members]
        lines.append(f"sum{f} = " + " + ".join(f"e{a}" for a in members))
        for a in members:
            lines += [
                f"g = saturation{f} * (1.0 - decay(slope{f} * e{a})) + latent{f} * (sum{f} - e{a})",
                f"over = abs(tau{a}) - g - offset{f}",
                # Written so that NaN passes through.
                "over = select(over <= 0.0, 0.0, over)",
                f"x = scale{f} * over",
                f"r = {_power('x', geometry.slip_powers[f])}",
                f"{slot(slots.rate + 9 + a)} = r",
                "stored = stored + g * r",
                f"dissipated = dissipated + (over + offset{f}) * r",
                f"r{a} = select(tau{a} > 0.0, r, -r)",
            ]
    return lines


def _twinning(geometry: CrystalGeometry, slots: Layout) -> list[str]:
    """Lines for the rates p.. of the twin fractions inside their bounds λ >= 0, Λ <= 1.

    A variant is pinned where its fraction is zero at the step's start and now, and its force negative; at Λ = 1 no
    variant grows (no exchange between variants). Both are decided at the step's start, so that rates stay smooth
    within a step.
    """
    if not geometry.n_twin:
        return []
    count = geometry.n_twin
    symmetric = coefficients(geometry.twin_tensors, SYMMETRIC_BASIS)
    lines = linear_map(symmetric, [f"m{j}" for j in range(5)], [f"y{b}" for b in range(count)], "y_")
    lines += [f"s{b} = {slot(slots.start_fraction + b)}" for b in range(count)]
    lines.append("whole = coupling * (" + " + ".join(f"l{b}" for b in range(count)) + ")")
    lines.append(f"may_grow = select(({' + '.join(f's{b}' for b in range(count))}) >= {SATURATED!r}, 0.0, 1.0)")
    for b in range(count):
        lines += [
            f"q = whole + twin_self * l{b}",
            f"y = twin_shear * y{b} - q",
            "x = twin_scale * abs(y)",
            f"r = {_power('x', geometry.twin_power)}",
            f"present = select((l{b} > 0.0) | (s{b} > 0.0), shrinkage, 0.0)",
            f"p{b} = select(y > 0.0, r * may_grow, -r * present)",
            f"{slot(slots.rate + 9 + geometry.n_slip + b)} = p{b}",
            f"stored = stored + q * p{b}",
            f"dissipated = dissipated + y * p{b}",
        ]
    return lines


def _flow(geometry: CrystalGeometry, slots: Layout) -> list[str]:
    """Lines for L on both bases, mixed like the stress, and the rate -G̃ L."""
    lines: list[str] = []
    slip = [f"r{a}" for a in range(geometry.n_slip)]
    for basis, flow, mixed, matrix in ((SYMMETRIC_BASIS, "z", "d", "n"), (SPIN_BASIS, "k", "b", "o")):
        size = len(basis)
        parent = coefficients(geometry.slip_tensors, basis).T
        lines += linear_map(parent, slip, [f"{flow}{j}" for j in range(size)], f"{flow}_")
        if not geometry.n_twin:
            lines += [f"{mixed}{j} = {flow}{j}" for j in range(size)]
            continue
        twin = coefficients(geometry.twin_tensors, basis).T
        growth = [f"p{v}" for v in range(geometry.n_twin)]
        lines += linear_map(twin, growth, [f"h{flow}{j}" for j in range(size)], f"h{flow}_")
        lines += [
            f"{mixed}{j} = {_symmetric_row(matrix, j, size, flow)} + twin_shear * h{flow}{j}" for j in range(size)
        ]
    names = [f"d{j}" for j in range(5)] + [f"b{j}" for j in range(3)]
    tensors = np.concatenate([SYMMETRIC_BASIS, SPIN_BASIS])
    lines += [f"f{r}{s} = {combination(tensors[:, r, s], names)}" for r in range(3) for s in range(3)]
    for r in range(3):
        for s in range(3):
            product = " + ".join(f"g{3 * r + k} * f{k}{s}" for k in range(3))
            lines.append(f"{slot(slots.rate + 3 * r + s)} = -({product})")
    return lines
