"""Step control of a grain: the error of an attempt, whether it is accepted, and the size of the next step.

A PI controller (Gustafsson). Its logarithms and powers only choose a step size, so kernels take rough ones.
"""

from dataclasses import dataclass, fields

import numpy as np

from hammerscale.crystal.scalar import Scalar, total
from hammerscale.crystal.state_layout import FIRST_SLIP, StateLayout
from hammerscale.crystal.tableau import ERROR_ESTIMATE
from hammerscale.crystal.twinning import SATURATED

# Exponents of the controller: fewer rejections where stability and not accuracy limits the step.
SAFETY, PROPORTIONAL, MEMORY = 0.9, 0.236, 0.13
SMALLEST_FACTOR, LARGEST_FACTOR, HARDEST_CUT = 0.2, 5.0, 0.1
# A fraction may leave its bounds within a step this short: the event is then known to this fraction of the path.
EVENT_STEP = 1e-8
# A step that leaves less than round-off of the segment ends it.
NEARLY_ONE = 0.999999999999


@dataclass(frozen=True)
class ControlSettings:
    """Settings of a run, in the order of the kernels' array.

    Attributes
    ----------
    inverse_tolerance : one over the error allowed per step
    fraction_weight : how much tighter a twin fraction is held where nothing has twinned
    weight_decay : how fast that weight falls with Λ
    overshoot_allowed : how far a twin fraction may leave its bounds before the step is cut at the event
    step_floor : smallest step, a fraction of the path
    max_attempts : attempted steps that a grain may take in all; may be lowered while a run lasts
    gradient_weight, hardening_weight : how much tighter G̃ and the numbers of slip systems are held
    kink_strain : strain of the first step behind a kink of the path
    """

    inverse_tolerance: Scalar
    fraction_weight: Scalar
    weight_decay: Scalar
    overshoot_allowed: Scalar
    step_floor: Scalar
    max_attempts: Scalar
    gradient_weight: Scalar
    hardening_weight: Scalar
    kink_strain: Scalar


@dataclass(frozen=True)
class Scheme:
    """What the control needs to know of a method.

    Attributes
    ----------
    last_weight : weight of the last rates in the error, which `estimate` lacks; 0 if it lacks none
    refreshes : whether the last rates are the next step's first, so that events must renew them
    weighted : whether errors of gradient and hardening are scaled
    """

    last_weight: float
    refreshes: bool
    weighted: bool


EXPLICIT = Scheme(last_weight=ERROR_ESTIMATE[3], refreshes=True, weighted=False)
IMPLICIT = Scheme(last_weight=0.0, refreshes=False, weighted=True)
SETTING_NAMES = tuple(field.name for field in fields(ControlSettings))
# Entry of the settings that a watchdog lowers.
STEPS_LEFT = SETTING_NAMES.index("max_attempts")


@dataclass(frozen=True)
class Verdict:
    """What is known of an attempt: its length h, error relative to the tolerance, and three flags."""

    h: Scalar
    error: Scalar
    finite: Scalar
    early: Scalar
    accepted: Scalar


def judge(w: Scalar, settings: ControlSettings, layout: StateLayout, scheme: Scheme) -> None:
    """Accept or reject the attempt and choose the next one."""
    verdict = _verdict(w, settings, layout, scheme)
    bounded = np.where(verdict.error > 1e-5, verdict.error, 1e-5)
    bounded = np.where(bounded < 1e9, bounded, 1e9)
    step = _wanted_step(w, verdict, bounded)
    _next_attempt(w, verdict, step, layout, scheme)
    _report(w, verdict, bounded, step, settings)


def _verdict(w: Scalar, settings: ControlSettings, layout: StateLayout, scheme: Scheme) -> Verdict:
    """Return the largest weighted error of a component, and whether the attempt is accepted."""
    h, whole = w.attempt, 0.0
    error: Scalar = 0.0
    twins = range(layout.first_twin, layout.evolving)
    twinned = total([w.stage[q] for q in twins]) if twins else 0.0
    weight = settings.fraction_weight / (1.0 + settings.weight_decay * twinned)
    for q in range(layout.evolving):
        last = scheme.last_weight
        size = abs(w.estimate[q] + last * w.rate[q] if last else w.estimate[q])
        size = weight * size if q in twins else size
        if scheme.weighted and q not in twins:
            size = (settings.gradient_weight if q < FIRST_SLIP else settings.hardening_weight) * size
        whole = whole + size
        error = np.where(size > error, size, error)
    error = error * h * settings.inverse_tolerance
    # A sum that is not finite differs from itself by NaN; the largest entry alone may have lost it.
    finite = whole - whole == 0.0
    early = (w.overshoot > settings.overshoot_allowed) & (h > EVENT_STEP)
    return Verdict(h, error, finite, early, finite & (error <= 1.0) & np.logical_not(early))


def _wanted_step(w: Scalar, verdict: Verdict, bounded: Scalar) -> Scalar:
    """Return the step size that the controller wants, from the error within the bounds of the controller."""
    size = np.log2(bounded)
    grow = SAFETY * np.exp2(MEMORY * np.log2(w.previous_error) - PROPORTIONAL * size)
    grow = np.where(grow < LARGEST_FACTOR, grow, LARGEST_FACTOR)
    grow = np.where(grow > SMALLEST_FACTOR, grow, SMALLEST_FACTOR)
    cut = SAFETY * np.exp2((-1.0 / 3.0) * size)
    cut = np.where(cut > HARDEST_CUT, cut, HARDEST_CUT)
    cut = np.where(cut < 1.0, cut, 1.0)
    cut = np.where(verdict.finite, cut, HARDEST_CUT)
    wanted, grown = w.step, verdict.h * grow
    # A step cut short by a breakpoint or an event is no reason to want less than before; one of length zero neither.
    kept = np.where(((w.shortened > 0.0) & (wanted > grown)) | (verdict.h == 0.0), wanted, grown)
    return np.where(verdict.accepted, kept, verdict.h * cut)


def _next_attempt(w: Scalar, verdict: Verdict, step: Scalar, layout: StateLayout, scheme: Scheme) -> None:
    """Write the time reached and the length of the next attempt."""
    end, time = w.segment_end, w.time
    reached = np.where(w.reaches_end > 0.0, end, time + verdict.h)
    time = np.where(verdict.accepted, reached, time)
    left = end - time
    reaches = step >= left * NEARLY_ONE
    refresh = _must_refresh(w, verdict, layout) if scheme.refreshes else False
    w.time, w.step = time, step
    w.refresh = np.where(refresh, 1.0, 0.0)
    w.attempt = np.where(refresh, 0.0, np.where(reaches, left, step))
    w.reaches_end = np.where(reaches & np.logical_not(refresh), 1.0, 0.0)
    w.shortened = np.where(reaches & (step > left), 1.0, 0.0)


def _must_refresh(w: Scalar, verdict: Verdict, layout: StateLayout) -> Scalar:
    """Return whether the last rates no longer hold: a variant died, or the crystal became or ceased to be all twin.

    Inside a step the rates continue smoothly across such an event, which keeps the error estimate honest; an attempt
    of length zero then evaluates the true rates behind it.
    """
    if not layout.n_twin:
        return False
    new = total([w.stage[layout.first_twin + b] for b in range(layout.n_twin)])
    old = total([w.start_fraction[b] for b in range(layout.n_twin)])
    changed = (new >= SATURATED) != (old >= SATURATED)
    return verdict.accepted & (verdict.h > 0.0) & (changed | (w.overshoot > 0.0))


def _report(w: Scalar, verdict: Verdict, bounded: Scalar, step: Scalar, settings: ControlSettings) -> None:
    """Write what happened, and whether the driver must look at the lane."""
    accepted, rejected = verdict.accepted, np.logical_not(verdict.accepted)
    w.done = verdict.h
    w.previous_error = np.where(accepted & (verdict.h > 0.0), bounded, w.previous_error)
    w.accepted = np.where(accepted, 1.0, 0.0)
    attempts = w.attempts + 1.0
    w.attempts = attempts
    w.rejections = w.rejections + np.where(accepted, 0.0, 1.0)
    time = w.time
    w.output_due = np.where(accepted & (time >= w.next_output), 1.0, 0.0)
    ended = accepted & (time >= w.segment_end)
    failed = rejected & (verdict.early | (step < settings.step_floor) | np.logical_not(verdict.finite))
    w.attention = np.where(ended | failed | (attempts >= settings.max_attempts), 1.0, 0.0)
