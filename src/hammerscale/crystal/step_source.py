"""Source of the stages of a time step (Bogacki-Shampine 3(2)), of its output and of moving on after it."""

from hammerscale.crystal import layout
from hammerscale.crystal.emit import kernel, slot
from hammerscale.crystal.layout import Layout

# Weights of the new state, and of its difference to the embedded second-order one.
NEW_STATE = (2.0 / 9.0, 1.0 / 3.0, 4.0 / 9.0)
ERROR_ESTIMATE = (-5.0 / 72.0, 1.0 / 12.0, 1.0 / 9.0, -1.0 / 8.0)


def stretch_kernel() -> str:
    """Source of `evaluate_path`: the cubics of the stretch at a node of every lane's step."""
    body = [f"t = {slot(layout.TIME)} - {slot(layout.SEGMENT_START)} + node * {slot(layout.ATTEMPT)}"]
    for k in range(6):
        c = [slot(layout.PATH + 4 * k + j) for j in range(4)]
        body.append(f"{slot(layout.STRETCH + k)} = {c[0]} + t * ({c[1]} + t * ({c[2]} + t * {c[3]}))")
    return kernel("evaluate_path", "w, node", "Write the cubics of the stretch at TIME + node ATTEMPT.", [], body)


def second_stage(slots: Layout) -> str:
    """Source of `second_stage`: the state half a step ahead."""
    body = [f"h = 0.5 * {slot(layout.ATTEMPT)}"]
    body += [
        f"{slot(slots.stage + q)} = {slot(slots.state + q)} + h * {slot(slots.first_rate + q)}"
        for q in range(slots.evolving)
    ]
    return kernel("second_stage", "w", "Write the stage at half a step.", [], body)


def third_stage(slots: Layout) -> str:
    """Source of `third_stage`: the state three quarters of a step ahead; keeps the second stage's rates."""
    body = [f"h = 0.75 * {slot(layout.ATTEMPT)}"]
    for q in range(slots.size):
        body.append(f"k = {slot(slots.rate + q)}")
        body.append(f"{slot(slots.second_rate + q)} = k")
        if q < slots.evolving:
            body.append(f"{slot(slots.stage + q)} = {slot(slots.state + q)} + h * k")
    return kernel("third_stage", "w", "Write the stage at three quarters of a step.", [], body)


def candidate(slots: Layout) -> str:
    """Source of `candidate`: the new state with det = 1 and twin fractions inside their bounds."""
    body = [f"h = {slot(layout.ATTEMPT)}"]
    twin_start = 9 + slots.n_slip
    b1, b2, b3 = NEW_STATE
    d1, d2, d3, _ = ERROR_ESTIMATE
    for q in range(slots.size):
        names = [slot(first + q) for first in (slots.first_rate, slots.second_rate, slots.rate)]
        body += [f"k{j} = {name}" for j, name in enumerate(names)]
        body.append(f"y{q} = {slot(slots.state + q)} + h * ({b1!r} * k0 + {b2!r} * k1 + {b3!r} * k2)")
        if q < slots.evolving:
            body.append(f"{slot(slots.error + q)} = {d1!r} * k0 + {d2!r} * k1 + {d3!r} * k2")
        if q >= twin_start + slots.n_twin or 9 <= q < twin_start:
            body.append(f"{slot(slots.stage + q)} = y{q}")
    # One Newton step towards det = 1: the integrator leaves an error of its tolerance, which this squares.
    body.append("det = y0 * (y4 * y8 - y5 * y7) - y1 * (y3 * y8 - y5 * y6) + y2 * (y3 * y7 - y4 * y6)")
    body.append("scale = (4.0 - det) * (1.0 / 3.0)")
    body += [f"{slot(slots.stage + q)} = y{q} * scale" for q in range(9)]
    body += _bounded_fractions(slots, twin_start)
    return kernel(
        "candidate", "w", "Write the new state to the stage, and what the error estimate has so far.", [], body
    )


def _bounded_fractions(slots: Layout, twin_start: int) -> list[str]:
    """Lines that put the new twin fractions back into λ >= 0, Λ <= 1 and record how far they were off."""
    if not slots.n_twin:
        return [f"{slot(layout.OVERSHOOT)} = 0.0"]
    lines = ["below = 0.0"]
    for b in range(slots.n_twin):
        y = f"y{twin_start + b}"
        lines += [
            f"{slot(slots.free_fraction + b)} = {y}",
            f"below = select(-{y} > below, -{y}, below)",
            f"l{b} = select({y} < 0.0, 0.0, {y})",
        ]
    lines.append("total = " + " + ".join(f"l{b}" for b in range(slots.n_twin)))
    lines.append("shrink = select(total > 1.0, 1.0 / total, 1.0)")
    lines.append(f"{slot(layout.OVERSHOOT)} = select(total - 1.0 > below, total - 1.0, below)")
    for b in range(slots.n_twin):
        lines.append(f"l{b} = l{b} * shrink")
        lines.append(f"{slot(slots.stage + twin_start + b)} = l{b}")
    return lines


def interpolate(slots: Layout) -> str:
    """Source of `interpolate`: G̃G̃ᵀ and the energies at every lane's next output time, by cubic Hermite
    interpolation in its last step.
    """
    body = [
        f"done = {slot(layout.DONE)}",
        f"x = 1.0 - ({slot(layout.TIME)} - {slot(layout.NEXT_OUTPUT)}) / select(done > 0.0, done, 1.0)",
        # Round-off, and lanes that have no output now.
        "x = select(x > 0.0, x, 0.0)",
        "x = select((x < 1.0) & (done > 0.0), x, 1.0)",
        "new = x * x * (3.0 - 2.0 * x)",
        "old = 1.0 - new",
        "before = done * x * (1.0 - x) * (1.0 - x)",
        "behind = done * x * x * (x - 1.0)",
    ]
    for j, q in enumerate([*range(9), slots.evolving, slots.evolving + 1]):
        values = f"old * {slot(slots.state + q)} + new * {slot(slots.stage + q)}"
        slopes = f"before * {slot(slots.first_rate + q)} + behind * {slot(slots.rate + q)}"
        body.append(f"g{j} = {values} + {slopes}")
    for k, (r, s) in enumerate(((0, 0), (1, 1), (2, 2), (0, 1), (1, 2), (0, 2))):
        product = " + ".join(f"g{3 * r + j} * g{3 * s + j}" for j in range(3))
        body.append(f"{slot(layout.OUTPUT + k)} = {product}")
    body += [f"{slot(layout.OUTPUT + 6)} = g9", f"{slot(layout.OUTPUT + 7)} = g10"]
    return kernel("interpolate", "w", "Write the output of every lane at its NEXT_OUTPUT.", [], body)


def commit(slots: Layout) -> str:
    """Source of `commit`: the state and rates of every lane whose attempt was accepted move on."""
    body = [f"ok = {slot(layout.ACCEPTED)} > 0.0"]
    for q in range(slots.size):
        body += [f"s = {slot(slots.stage + q)}", f"y = {slot(slots.state + q)}", "y = select(ok, s, y)"]
        body.append(f"{slot(slots.state + q)} = y")
        if 9 + slots.n_slip <= q < slots.evolving:
            body.append(f"{slot(slots.start_fraction + q - 9 - slots.n_slip)} = y")
        body += [f"r = {slot(slots.rate + q)}", f"k = {slot(slots.first_rate + q)}"]
        body.append(f"{slot(slots.first_rate + q)} = select(ok, r, k)")
    return kernel("commit", "w", "Move on where the attempt was accepted.", [], body)
