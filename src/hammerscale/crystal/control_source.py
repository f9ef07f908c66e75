"""Source of `judge`: the error of every lane's attempt, whether it is accepted, and its next step (a PI controller)."""

from hammerscale.crystal import layout
from hammerscale.crystal.emit import kernel, slot
from hammerscale.crystal.law_source import SATURATED
from hammerscale.crystal.layout import Layout
from hammerscale.crystal.step_source import ERROR_ESTIMATE

# Exponents of the PI controller (Gustafsson): fewer rejections where stability and not accuracy limits the step.
SAFETY, PROPORTIONAL, MEMORY = 0.9, 0.236, 0.13
# A fraction may leave its bounds within a step this short: the event is then known to this fraction of the path.
EVENT_STEP = 1e-8


def judge(slots: Layout) -> str:
    """Source of `judge`."""
    body = _error(slots) + _step_size() + _next_attempt(slots) + _report()
    arguments = "w, inverse_tolerance, fraction_weight, weight_decay, overshoot_allowed, step_floor, max_attempts"
    return kernel("judge", arguments, "Accept or reject the attempt of every lane and choose its next step.", [], body)


def _error(slots: Layout) -> list[str]:
    """Lines for the largest weighted error of a component, and whether the attempt is accepted."""
    body = [f"h = {slot(layout.ATTEMPT)}", "error = 0.0", "total = 0.0"]
    fractions = [slot(slots.stage + 9 + slots.n_slip + b) for b in range(slots.n_twin)]
    body.append(f"weight = fraction_weight / (1.0 + weight_decay * ({' + '.join(fractions) or '0.0'}))")
    d4 = ERROR_ESTIMATE[3]
    for q in range(slots.evolving):
        weight = "weight * " if q >= 9 + slots.n_slip else ""
        body.append(f"e = {weight}abs({slot(slots.error + q)} + {d4!r} * {slot(slots.rate + q)})")
        body += ["total = total + e", "error = select(e > error, e, error)"]
    return [
        *body,
        "error = error * h * inverse_tolerance",
        # A sum that is not finite differs from itself by NaN; the largest entry alone may have lost it.
        "finite = total - total == 0.0",
        f"early = ({slot(layout.OVERSHOOT)} > overshoot_allowed) & (h > {EVENT_STEP!r})",
        "ok = finite & (error <= 1.0) & (not early)",
    ]


def _step_size() -> list[str]:
    """Lines for the step size that the controller wants."""
    return [
        f"previous = {slot(layout.PREVIOUS_ERROR)}",
        "bounded = select(error > 1e-5, error, 1e-5)",
        "bounded = select(bounded < 1e9, bounded, 1e9)",
        "size = rough_log2(bounded)",
        f"grow = {SAFETY!r} * rough_exp2({MEMORY!r} * rough_log2(previous) - {PROPORTIONAL!r} * size)",
        "grow = select(grow < 5.0, grow, 5.0)",
        "grow = select(grow > 0.2, grow, 0.2)",
        f"cut = {SAFETY!r} * rough_exp2((-1.0 / 3.0) * size)",
        "cut = select(cut > 0.1, cut, 0.1)",
        "cut = select(cut < 1.0, cut, 1.0)",
        "cut = select(finite, cut, 0.1)",
        f"wanted = {slot(layout.STEP)}",
        "grown = h * grow",
        # A step cut short by a breakpoint or an event says nothing against the size wanted before; one of length
        # zero neither.
        f"kept = select((({slot(layout.SHORTENED)} > 0.0) & (wanted > grown)) | (h == 0.0), wanted, grown)",
        "step = select(ok, kept, h * cut)",
    ]


def _next_attempt(slots: Layout) -> list[str]:
    """Lines for the time reached and the length of the next attempt."""
    return [
        f"end = {slot(layout.SEGMENT_END)}",
        f"reached = select({slot(layout.REACHES_END)} > 0.0, end, {slot(layout.TIME)} + h)",
        f"time = select(ok, reached, {slot(layout.TIME)})",
        "left = end - time",
        "reaches = step >= left * 0.999999999999",
        f"{slot(layout.TIME)} = time",
        f"{slot(layout.STEP)} = step",
        *_refresh(slots),
        f"{slot(layout.REFRESH)} = select(refresh, 1.0, 0.0)",
        f"{slot(layout.ATTEMPT)} = select(refresh, 0.0, select(reaches, left, step))",
        f"{slot(layout.REACHES_END)} = select(reaches & (not refresh), 1.0, 0.0)",
        f"{slot(layout.SHORTENED)} = select(reaches & (step > left), 1.0, 0.0)",
    ]


def _report() -> list[str]:
    """Lines that tell the driver what happened and which lanes it must look at."""
    return [
        f"{slot(layout.DONE)} = h",
        f"{slot(layout.PREVIOUS_ERROR)} = select(ok & (h > 0.0), bounded, previous)",
        f"{slot(layout.ERROR)} = error",
        f"{slot(layout.ACCEPTED)} = select(ok, 1.0, 0.0)",
        f"attempts = {slot(layout.ATTEMPTS)} + 1.0",
        f"{slot(layout.ATTEMPTS)} = attempts",
        f"{slot(layout.REJECTIONS)} = {slot(layout.REJECTIONS)} + select(ok, 0.0, 1.0)",
        f"{slot(layout.OUTPUT_DUE)} = select(ok & (time >= {slot(layout.NEXT_OUTPUT)}), 1.0, 0.0)",
        "special = (ok & (time >= end)) | ((not ok) & (early | (step < step_floor) | (not finite)))",
        f"{slot(layout.ATTENTION)} = select(special | (attempts >= max_attempts), 1.0, 0.0)",
    ]


def _refresh(slots: Layout) -> list[str]:
    """Lines that decide whether the last rates still hold: not where a variant died or the crystal became or ceased
    to be fully twinned.

    Inside a step the rates continue smoothly across such an event, which keeps the error estimate honest; an
    attempt of length zero then evaluates the true rates behind it.
    """
    if not slots.n_twin:
        return ["refresh = False"]
    first = slots.stage + 9 + slots.n_slip
    new = " + ".join(slot(first + b) for b in range(slots.n_twin))
    old = " + ".join(slot(slots.start_fraction + b) for b in range(slots.n_twin))
    return [
        f"changed = ({new} >= {SATURATED!r}) != ({old} >= {SATURATED!r})",
        f"refresh = ok & (h > 0.0) & (changed | ({slot(layout.OVERSHOOT)} > 0.0))",
    ]
