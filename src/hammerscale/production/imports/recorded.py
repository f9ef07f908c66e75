"""Paths as a foreign file holds them, before they share a time grid, and the checks that all formats share."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.errors import InputError


@dataclass(frozen=True)
class Source:
    """A file and the names under which it holds things; an empty name means the usual one of the format.

    Attributes
    ----------
    file : the file
    strain, stress : columns of a table, or the name of one array of shape (path, step, component)
    path, time : column or array that distinguishes paths, and that of time
    family, split : column or array of texts, one value per path
    """

    file: Path
    strain: tuple[str, ...] = ()
    stress: tuple[str, ...] = ()
    path: str = ""
    time: str = ""
    family: str = ""
    split: str = ""


@dataclass(frozen=True)
class RecordedPath:
    """One path.

    Attributes
    ----------
    label : what the file calls it
    time : (t,) in the file's unit; the number of the step where the file has no time
    strain : (t, c) in the file's unit
    stress : (t, s) in the file's unit
    family : family of strain paths, "" if unknown
    split : use of the path, "" if unknown
    lines : lines of a text file (t,), empty for arrays
    """

    label: str
    time: FloatArray
    strain: FloatArray
    stress: FloatArray
    family: str = ""
    split: str = ""
    lines: tuple[int, ...] = ()

    def place(self, step: int) -> str:
        """Return words that find a step in the file."""
        line = f"line {self.lines[step]}, " if self.lines else ""
        return f"{line}path '{self.label}', step {step}"


@dataclass(frozen=True)
class Recording:
    """All paths of a file.

    Attributes
    ----------
    file : where they come from
    paths : at least one
    strain_names, stress_names : names of the components as the file has them, empty if it has none
    has_time : whether the file has a time
    """

    file: Path
    paths: tuple[RecordedPath, ...]
    strain_names: tuple[str, ...]
    stress_names: tuple[str, ...]
    has_time: bool

    def check(self) -> None:
        """Raise an `InputError` unless every number is finite and time rises strictly along every path."""
        for path in self.paths:
            if path.time.size < 2:
                raise InputError(f"{self.file}: path '{path.label}' has {path.time.size} step, a path needs two")
            self._check_finite(path, path.time[:, None], "time", ())
            self._check_finite(path, path.strain, "strain", self.strain_names)
            self._check_finite(path, path.stress, "stress", self.stress_names)
            falling = np.flatnonzero(np.diff(path.time) <= 0.0)
            if falling.size:
                step = int(falling[0]) + 1
                raise InputError(
                    f"{self.file}, {path.place(step)}: time {path.time[step]:g} does not come after "
                    f"{path.time[step - 1]:g}",
                    "a step stands twice or in the wrong place, or two paths have one label",
                    "give every path a label of its own and sort its steps by time",
                )

    def _check_finite(self, path: RecordedPath, values: FloatArray, what: str, names: tuple[str, ...]) -> None:
        bad = np.argwhere(~np.isfinite(values))
        if bad.size:
            step, column = (int(index) for index in bad[0])
            component = f" component '{names[column]}'" if names else (f"[{column}]" if what != "time" else "")
            raise InputError(
                f"{self.file}, {path.place(step)}: {what}{component} is {values[step, column]}",
                "a surrogate that trains on it becomes useless without a sign",
                "leave the path out of the file, or mend the number",
            )
