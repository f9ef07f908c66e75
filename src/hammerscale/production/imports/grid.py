"""One time grid for all paths: checked to be common, or made so by interpolation when that was asked for."""

from dataclasses import dataclass, replace

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.errors import InputError
from hammerscale.production.imports.conventions import NO_TIME_UNIT, TIME_UNITS, choose
from hammerscale.production.imports.recorded import RecordedPath, Recording

# Times written with a few digits still count as equal.
GRID_TOLERANCE = 1e-6


@dataclass(frozen=True)
class GridHistories:
    """Paths on one grid.

    Attributes
    ----------
    time : normalised time (t,), from 0 to 1
    duration_s : length of each path (n,) [s], None where the time has no unit
    strain : (n, t, c)
    stress : (n, t, s)
    """

    time: FloatArray
    duration_s: FloatArray | None
    strain: FloatArray
    stress: FloatArray

    def scaled(self, strain_scale: float, stress_scale: float) -> "GridHistories":
        """Return the histories in SI units."""
        # What overflows is refused by `check`, with its path.
        with np.errstate(over="ignore"):
            return replace(self, strain=strain_scale * self.strain, stress=stress_scale * self.stress)

    def check(self, recording: Recording) -> None:
        """Raise an `InputError` unless every number is still finite, after scaling and interpolation."""
        for what, values in (("strain", self.strain), ("stress", self.stress)):
            bad = np.flatnonzero(~np.isfinite(values).all(axis=(1, 2)))
            if bad.size:
                raise InputError(
                    f"{recording.file}, path '{recording.paths[bad[0]].label}': the {what} is too large for a number",
                    "in SI units, or between two of its steps, it is beyond the largest number, about 1.8e308",
                    f"mend the numbers of the {what}, or its unit",
                )


def align(recording: Recording, time_unit: str, steps: int | None) -> GridHistories:
    """Return the paths on one normalised grid.

    Parameters
    ----------
    recording : checked paths
    time_unit : unit of their time, "none" for a time without meaning, which then must be the same for all paths
    steps : number of output times to interpolate to, linearly, equally spaced; None refuses paths of different grids
    """
    choose(time_unit, {**TIME_UNITS, NO_TIME_UNIT: 0.0}, "--time-unit")
    physical = time_unit != NO_TIME_UNIT
    if physical and not recording.has_time:
        raise InputError(
            f"{recording.file} holds no time, but --time-unit is {time_unit}",
            remedy="name the array of times with --time, or leave the unit away",
        )
    paths = recording.paths
    span = _spans(recording, TIME_UNITS[time_unit] if physical else 1.0)
    normalised = [(path.time - path.time[0]) / (path.time[-1] - path.time[0]) for path in paths]
    if steps is None:
        _require_common_grid(recording, normalised, physical)
        time = normalised[0]
        strain, stress = np.array([path.strain for path in paths]), np.array([path.stress for path in paths])
    else:
        time = np.linspace(0.0, 1.0, steps)
        strain = np.array(
            [interpolate_histories(time, own, path.strain) for own, path in zip(normalised, paths, strict=True)]
        )
        stress = np.array(
            [interpolate_histories(time, own, path.stress) for own, path in zip(normalised, paths, strict=True)]
        )
    return GridHistories(time, span if physical else None, strain, stress)


def interpolate_histories(time: FloatArray, own: FloatArray, values: FloatArray) -> FloatArray:
    """Return values (t, c) at `time` (t,), linear between those (s, c) at `own` (s,)."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.stack([np.interp(time, own, column) for column in values.T], axis=1)


def _spans(recording: Recording, scale: float) -> FloatArray:
    """Return the length of time of every path (n,), scaled; one that no number can hold is an `InputError`."""
    with np.errstate(over="ignore", under="ignore"):
        span = np.array([(path.time[-1] - path.time[0]) * scale for path in recording.paths])
    bad = np.flatnonzero(~(np.isfinite(span) & (span > 0.0)))
    if bad.size:
        path = recording.paths[bad[0]]
        raise InputError(
            f"{recording.file}, path '{path.label}': it lasts from {path.time[0]:g} to {path.time[-1]:g}",
            "the length of that time is beyond the largest or below the smallest number",
            "mend the times, or --time-unit",
        )
    return span


def _require_common_grid(recording: Recording, normalised: list[FloatArray], physical: bool) -> None:
    """Raise an `InputError` that names the first path whose grid is not that of the first one."""
    first = recording.paths[0]
    for path, own in zip(recording.paths, normalised, strict=True):
        if path.time.size != first.time.size:
            raise _other_grid(
                recording, path, f"has {path.time.size} steps, path '{first.label}' has {first.time.size}"
            )
        gap = np.abs(own - normalised[0])
        if not physical:
            # Without a unit two lengths of time could mean two rates, so the times themselves are compared.
            gap = np.maximum(gap, np.abs(path.time - first.time) / (first.time[-1] - first.time[0]))
        if gap.max() > GRID_TOLERANCE:
            step = int(gap.argmax())
            raise _other_grid(
                recording,
                path,
                f"has its step {step} at time {path.time[step]:g}, path '{first.label}' at {first.time[step]:g}",
            )


def _other_grid(recording: Recording, path: RecordedPath, difference: str) -> InputError:
    line = f", line {path.lines[0]}" if path.lines else ""
    return InputError(
        f"{recording.file}{line}: path '{path.label}' {difference}",
        "the paths of a data set share one time grid; a step may be missing",
        "complete the file, or interpolate all paths linearly to N equal steps with --resample N",
    )
