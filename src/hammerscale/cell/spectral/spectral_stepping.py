"""Time stepping of the cell: Heun's method on the slip, elastic equilibrium at both stages.

header of the state: 0 last step size; 1 volume ratio; 2 steps taken; 3 step size allowed after a rejection;
4 dissipation; 5 slip; 6 stored energy. Sizes are in seconds between calls and in units of the path within `run`;
energies are per reference volume in units of G.
"""

import numpy as np

from hammerscale.arrays import Outcome
from hammerscale.cell.spectral.spectral_fourier import VECTOR_MATH
from hammerscale.cell.spectral.spectral_kernels import advance_slip, fill_hyperbolic, slip_rates
from hammerscale.cell.spectral.spectral_solver import STRESS_FLOOR, find_equilibrium, measure_shear, measure_stress
from hammerscale.compiler import njit
from hammerscale.loading.path_kernels import evaluate_stretch

CONVERGED = int(Outcome.CONVERGED)
STEP_FLOOR, STEP_LIMIT = int(Outcome.STEP_FLOOR), int(Outcome.STEP_LIMIT)
# Columns of a history: the stress averaged over the deformed cell and over the pixels, each 11, 22, 33, 12; energies.
HISTORY = 10
# A step of Heun's method may cover at most this many relaxation times of the fastest pixel (it is stable up to 2).
STABLE = 1.9
# ... and at most this much slip in any pixel.
LARGEST_SLIP = 0.05
SMALLEST_STEP = 1e-9
# Extrapolation over a step much longer than the last one amplifies what the solver left over.
QUADRATIC_GROWTH, LINEAR_GROWTH = 2.5, 8.0
# The guess is a fading-memory filter of the displacement: with memory 0 it is the parabola through the last three,
# which amplifies the solver's noise 4.4 times; these values need the fewest iterations on 10 % random walks.
MEMORY, CORRECTOR_SHARE = 0.2, 0.7


@njit(cache=True, error_model="numpy", inline="always")
def filter_gains(taken):  # type: ignore[no-untyped-def]
    """Return the shares of an innovation that correct the increment and the second increment."""
    if taken < 1.0:
        return 1.0, 0.0
    if taken < 2.0:
        return 1.5, 1.0
    return 1.5 * (1.0 - MEMORY) ** 2 * (1.0 + MEMORY), (1.0 - MEMORY) ** 3


@njit(cache=True, error_model="numpy", fastmath=VECTOR_MATH)
def guess_predictor(w, step):  # type: ignore[no-untyped-def]
    """Extrapolate the displacement and take off the usual difference between corrector and predictor."""
    growth = step / w.header[0] if w.header[2] > 0.0 else 1.0
    first = growth if growth < LINEAR_GROWTH else 0.0
    second = growth * growth if growth < QUADRATIC_GROWTH else 0.0
    u = w.fluctuation
    for plane in range(2):
        for i in range(w.cosh.shape[0]):
            for j in range(w.cosh.shape[0]):
                u[1, plane, i, j] *= first
                u[2, plane, i, j] *= second
                u[3, plane, i, j] *= second
                smooth = u[0, plane, i, j] + u[1, plane, i, j] + 0.5 * u[2, plane, i, j]
                w.displacement[plane, i, j] = smooth - u[3, plane, i, j]
    w.header[0] = step


@njit(cache=True, error_model="numpy", fastmath=VECTOR_MATH)
def guess_corrector(w):  # type: ignore[no-untyped-def]
    """Keep the predictor's displacement and add the usual difference between corrector and predictor."""
    for plane in range(2):
        for i in range(w.cosh.shape[0]):
            for j in range(w.cosh.shape[0]):
                w.predicted[plane, i, j] = w.displacement[plane, i, j]
                w.displacement[plane, i, j] += w.fluctuation[3, plane, i, j]


@njit(cache=True, error_model="numpy", fastmath=VECTOR_MATH)
def remember(w):  # type: ignore[no-untyped-def]
    """Let the innovation of an accepted step correct the extrapolation."""
    increment, second = filter_gains(w.header[2])
    share = CORRECTOR_SHARE if w.header[2] > 0.0 else 1.0
    u = w.fluctuation
    for plane in range(2):
        for i in range(w.cosh.shape[0]):
            for j in range(w.cosh.shape[0]):
                here = w.displacement[plane, i, j]
                innovation = here - u[0, plane, i, j] - u[1, plane, i, j] - 0.5 * u[2, plane, i, j]
                u[0, plane, i, j] = here
                u[1, plane, i, j] += u[2, plane, i, j] + increment * innovation
                u[2, plane, i, j] += second * innovation
                u[3, plane, i, j] += share * (here - w.predicted[plane, i, j] - u[3, plane, i, j])
    w.header[2] += 1.0


@njit(cache=True, error_model="numpy", inline="always")
def set_mean(w, stretch):  # type: ignore[no-untyped-def]
    """Impose the mean deformation gradient U, given as components (6,)."""
    w.mean[0], w.mean[1], w.mean[2], w.mean[3] = stretch[0], stretch[3], stretch[3], stretch[1]


@njit(cache=True, error_model="numpy")
def evaluate_rates(w, scheme, law, duration):  # type: ignore[no-untyped-def]
    """Write the slip rates of the current state to `w.rate`; return (relaxation rate, dissipation, slip) per unit time.

    law (5,) : λe/G, drag stress/G, 1/m, reference rate [1/s], relative tolerance; duration of the path [s].
    """
    measure_shear(w, scheme)
    relaxation, dissipation, slip = slip_rates(w, law[1], law[2], law[3] * duration)
    return relaxation, dissipation / w.rate.size, slip / w.rate.size


@njit(cache=True, error_model="numpy")
def try_step(w, scheme, law, duration, step, stretch, old, audit, counts):  # type: ignore[no-untyped-def]
    """Take one Heun step to the mean stretch (6,); return whether it succeeded and the rates at its end.

    old : what `evaluate_rates` returned at the start of the step, whose slip rates are in `w.rate_old`.
    """
    set_mean(w, stretch)
    if not advance_slip(w, step, 0.0) < LARGEST_SLIP:
        return False, old
    guess_predictor(w, step)
    if not find_equilibrium(w, scheme, law[0], law[4], 0.0, counts):
        return False, old
    middle = evaluate_rates(w, scheme, law, duration)
    if not advance_slip(w, 0.5 * step, 0.5 * step) < LARGEST_SLIP:
        return False, old
    guess_corrector(w)
    if not find_equilibrium(w, scheme, law[0], law[4], audit, counts):
        return False, old
    w.header[4] += 0.5 * step * (old[1] + middle[1])
    w.header[5] += 0.5 * step * (old[2] + middle[2])
    remember(w)
    return True, evaluate_rates(w, scheme, law, duration)


@njit(cache=True, error_model="numpy", inline="always")
def keep_start(w):  # type: ignore[no-untyped-def]
    """Store what a rejected step has to start from again: slip and slip rates."""
    for i in range(w.inelastic.shape[0]):
        for j in range(w.inelastic.shape[0]):
            w.inelastic_old[i, j] = w.inelastic[i, j]
            w.rate_old[i, j] = w.rate[i, j]


@njit(cache=True, error_model="numpy")
def restore_start(w):  # type: ignore[no-untyped-def]
    """Return to the start of a rejected step."""
    for i in range(w.inelastic.shape[0]):
        for j in range(w.inelastic.shape[0]):
            w.inelastic[i, j] = w.inelastic_old[i, j]
            w.rate[i, j] = w.rate_old[i, j]
    restore_displacement(w)


@njit(cache=True, error_model="numpy")
def restore_displacement(w):  # type: ignore[no-untyped-def]
    """Take the displacement of the last accepted step, and the functions of its slip."""
    for plane in range(2):
        for i in range(w.inelastic.shape[0]):
            for j in range(w.inelastic.shape[0]):
                w.displacement[plane, i, j] = w.fluctuation[0, plane, i, j]
    fill_hyperbolic(w)


@njit(cache=True, error_model="numpy")
def largest_difference(a, b):  # type: ignore[no-untyped-def]
    """Return max |a - b| of components (6,)."""
    largest = 0.0
    for k in range(6):
        largest = max(largest, abs(a[k] - b[k]))
    return largest


@njit(cache=True, error_model="numpy")
def run_interval(w, scheme, law, duration, path, segment, start, end, old, control, audit, counts):  # type: ignore[no-untyped-def]
    """Step from `start` to `end` within one segment of the path, in equal steps unless one is rejected.

    path : breakpoints, coefficients and exponents; control : see `run`; old : rates at the start.
    Return a status, the time reached and the rates there.
    """
    stretch, stretch_old = np.empty(6), np.empty(6)
    time = start
    while time < end:
        allowed = min(control[0], STABLE / max(old[0], 1e-30), w.header[3])
        pieces = max(np.ceil((end - time) / allowed - 1e-6), 1.0)
        evaluate_stretch(time, segment, path[0], path[1], path[2], stretch_old)
        evaluate_stretch(time + (end - time) / pieces, segment, path[0], path[1], path[2], stretch)
        strain = largest_difference(stretch, stretch_old)
        if strain > control[2]:
            pieces = np.ceil(pieces * strain / control[2])
        step = (end - time) / pieces
        until = end if pieces == 1.0 else time + step
        evaluate_stretch(until, segment, path[0], path[1], path[2], stretch)
        keep_start(w)
        accepted, old = try_step(w, scheme, law, duration, step, stretch, old, audit if until == end else 0.0, counts)
        if accepted:
            time = until
            w.header[3] *= 1.25
            counts[4] += 1.0
        else:
            restore_start(w)
            w.header[3] = 0.5 * step
            counts[5] += 1.0
            if w.header[3] < SMALLEST_STEP:
                return STEP_FLOOR, time, old
        if counts[4] + counts[5] >= control[1] and time < end:
            return STEP_LIMIT, time, old
    return CONVERGED, end, old


@njit(cache=True, error_model="numpy")
def record(w, stretch, history, counts):  # type: ignore[no-untyped-def]
    """Write one row of the history, (10,), in units of G, from the pixel means in `w.sums`."""
    p11, p12, p21, p22, p33 = w.sums[0], w.sums[1], w.sums[2], w.sums[3], w.sums[4]
    u11, u22, u12 = stretch[0], stretch[1], stretch[3]
    volume = u11 * u22 - u12 * u12
    s12, s21 = (p11 * u12 + p12 * u22) / volume, (p21 * u11 + p22 * u12) / volume
    history[0] = (p11 * u11 + p12 * u12) / volume
    history[1] = (p21 * u12 + p22 * u22) / volume
    history[2] = p33 / volume
    history[3] = 0.5 * (s12 + s21)
    for k in range(4):
        history[4 + k] = w.sums[8 + k]
    history[8] = w.sums[5]
    history[9] = w.header[4]
    w.header[6] = w.sums[5]
    w.header[1] = volume
    size = max(abs(history[0]), abs(history[1]), abs(history[3]))
    if size > STRESS_FLOOR:
        counts[6] = max(counts[6], abs(s12 - s21) / size)
        counts[7] = max(counts[7], abs(w.sums[6] - p11 * u11 - (p12 + p21) * u12 - p22 * u22) / w.sums[7])


@njit(cache=True, error_model="numpy")
def scale_sizes(w, factor):  # type: ignore[no-untyped-def]
    """Change the unit of the step sizes in the header."""
    w.header[0] *= factor
    w.header[3] *= factor


@njit(cache=True, error_model="numpy", nogil=True)
def run(workspace, scheme, law, duration, path, times, control, history, counts):  # type: ignore[no-untyped-def]
    """Continue from the state in the workspace along a path and write history (times, 10); return status and last time.

    path : breakpoints (s+1,), coefficients (s, 6, 4), exponents (6,); times (n,) ascending.
    control (3,) : largest step, limit of steps, largest strain of a step.
    counts (8,) : Newton steps, conjugate-gradient iterations, largest residual, least J, accepted and rejected steps,
    largest asymmetry of the mean stress, largest Hill-Mandel defect.
    """
    w = workspace[0]
    stretch = np.empty(6)
    # A plain 0 would be a type of its own and compile everything twice.
    time, segment, status = 0.0, np.int64(0), np.int64(CONVERGED)
    restore_displacement(w)
    scale_sizes(w, 1.0 / duration)
    evaluate_stretch(time, segment, path[0], path[1], path[2], stretch)
    set_mean(w, stretch)
    rates = evaluate_rates(w, scheme, law, duration)
    for output in range(times.size):
        # An output time beyond the path's end would never be reached.
        while time < min(times[output], 1.0) and status == CONVERGED:
            end = min(times[output], path[0][segment + 1])
            audit = 1.0 if end == times[output] else 0.0
            status, time, rates = run_interval(
                w, scheme, law, duration, path, segment, time, end, rates, control, audit, counts
            )
            if time == path[0][segment + 1] and segment < path[0].size - 2:
                segment += 1
        if status != CONVERGED:
            break
        evaluate_stretch(time, segment, path[0], path[1], path[2], stretch)
        measure_stress(w, scheme, law[0])
        record(w, stretch, history[output], counts)
    scale_sizes(w, duration)
    return status, time


@njit(cache=True, error_model="numpy", nogil=True)
def advance_points(workspace, scheme, law, duration, ends, control, state_old, state_new, stress, status):  # type: ignore[no-untyped-def]
    """Advance points one after the other along straight pieces of stretch.

    ends (2, n, 6) : U at the start and at the end; control : see `run`; states (n, s); stress (n, 10)
    history row at the end; status (n,). A point that fails keeps its old state.
    """
    w = workspace[0]
    path = (np.array([0.0, 1.0]), np.zeros((1, 6, 4)), np.ones(6))
    times, counts = np.ones(1), np.zeros(8)
    for point in range(status.size):
        for k in range(w.state.size):
            w.state[k] = state_old[point, k]
        for k in range(6):
            path[1][0, k, 0] = ends[0, point, k]
            path[1][0, k, 1] = ends[1, point, k] - ends[0, point, k]
        counts[1] = counts[4] = counts[5] = 0.0
        code, _time = run(workspace, scheme, law, duration, path, times, control, stress[point : point + 1], counts)
        # Kept in the state, so that points are shared out by their cost.
        w.header[7] = counts[1] + counts[4] + counts[5]
        status[point] = code
        for k in range(w.state.size):
            state_new[point, k] = w.state[k] if code == CONVERGED else state_old[point, k]
