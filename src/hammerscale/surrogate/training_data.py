"""Data sets as surrogates read them: labels at once, histories lazily, by h5netcdf alone.

A node that trains may lack netCDF4, xarray and pydantic, so nothing here needs them.
"""

import logging
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import h5netcdf
import numpy as np
import numpy.typing as npt

from hammerscale.arrays import FloatArray, Outcome
from hammerscale.errors import InputError, StoreError
from hammerscale.microstructure.symmetry import UNKNOWN, Symmetry, load_symmetry
from hammerscale.regular_files import parse_json
from hammerscale.store.seal import check_seal
from hammerscale.store.variable import from_stored
from hammerscale.surrogate.groups import Groups, material_columns, material_samples
from hammerscale.surrogate.signature import CAUCHY, STRETCH
from hammerscale.surrogate.socket import Histories

LOG = logging.getLogger(__name__)

Rows = npt.NDArray[np.int64]
Labels = npt.NDArray[np.str_]
# Attributes of the file.
DENSITY, CONSTANTS, STANDS_FOR = "density_kg_m3", "material_constants", "stands_for"
SYMMETRY, ELASTICITY = "material_symmetry", "elasticity"
VOLUMETRIC_ISOCHORIC = "volumetric-isochoric"
# The parameter that is the physical length of a path.
DURATION = "duration_s"
# Labels and axes, read at once; histories are large and stay where they are.
LABELS = (
    *("time", "path", "component", "strain_component", "outcome", "family", "split", "path_group"),
    *("microstructure_id", "parameter_name", "parameter_units", "parameter_value"),
)
# A power law of the rate with an exponent of at most one changes the stress by less.
SAME_DURATION = 1e-3
PIN_BYTES = 2 << 30
# Sums of squares of larger numbers are not finite.
LARGEST = 1e100


@dataclass(frozen=True, eq=False)
class TrainingData:
    """A data set on disk; failed simulations are left out of every row number and counted.

    Attributes
    ----------
    file : where it lies
    times : normalised times (t,)
    ids : ids of the usable paths (n,), in the file's order
    family, split : labels (n,)
    groups : paths that share a strain path, a microstructure or a material
    failed : number of paths left out because their simulation failed
    durations_s : physical length of every path (n,) [s], None where the set does not say
    parameters : values (n, p) of the other parameters
    parameter_names, parameter_units : of each of the p parameters
    stretch_components, stress_components : names of the components
    strain_kind, stress_kind : "stretch" and "cauchy", or the measures of an imported set
    symmetry : rotations under which the stress of the material turns with its strain
    volumetric_isochoric : whether the set declares this of its material, see `Histories`
    density : ρ [kg/m³], None where the set does not say
    constants : those of the crystal, as `crystal.material.material_of` takes them, None where the set does not say
    stands_for : crystal and microstructure, a `CellRecord` as plain data, None where the set does not say
    """

    file: Path
    times: FloatArray
    ids: Rows
    family: Labels
    split: Labels
    groups: Groups
    failed: int
    durations_s: FloatArray | None
    parameters: FloatArray
    parameter_names: tuple[str, ...]
    parameter_units: tuple[str, ...]
    stretch_components: tuple[str, ...]
    stress_components: tuple[str, ...]
    strain_kind: str
    stress_kind: str
    symmetry: Symmetry
    volumetric_isochoric: bool
    density: float | None
    constants: Mapping[str, object] | None
    stands_for: Mapping[str, object] | None
    _file_rows: Rows = field(repr=False)
    _pinned: dict[str, FloatArray] = field(repr=False, default_factory=dict)

    @property
    def duration_s(self) -> float | None:
        """Physical length of a path [s], None where the set does not say or paths differ."""
        if self.durations_s is None or not self.durations_s.size:
            return None
        first = float(self.durations_s[0])
        return first if all(same_duration(first, other) for other in np.unique(self.durations_s)) else None

    def rows(self, split: str | None = None, families: tuple[str, ...] = ()) -> Rows:
        """Return the rows of one split (all splits if None) and of some families (all if none are named)."""
        wanted = np.ones(self.ids.size, dtype=np.bool_)
        if split is not None:
            wanted &= self.split == split
        if families:
            wanted &= np.isin(self.family, families)
        return np.flatnonzero(wanted)

    def histories(self, rows: Rows) -> Histories:
        """Return the histories of some rows, read from the disk unless the set is pinned in memory."""
        stretch, stress = (self._read(name, self._file_rows[rows]) for name in (self._strain_name, "stress"))
        _require_finite(self.file, self.ids[rows], {self._strain_name: stretch, "stress": stress})
        return Histories(
            self.times,
            stretch,
            stress,
            self.stretch_components,
            self.stress_components,
            self.strain_kind,
            self.stress_kind,
            None if self.durations_s is None else self.durations_s[rows],
            self.symmetry,
            self.volumetric_isochoric,
            self.parameters[rows],
            self.parameter_names,
            self.parameter_units,
            self.groups.select(rows),
        )

    def pin(self, limit_bytes: int = PIN_BYTES) -> bool:
        """Keep all histories in memory if they fit into `limit_bytes`; return whether they do."""
        with h5netcdf.File(self.file, "r") as file:
            variables = {name: file.variables[name] for name in (self._strain_name, "stress")}
            if sum(8 * int(np.prod(variable.shape)) for variable in variables.values()) > limit_bytes:
                return False
            for name, variable in variables.items():
                self._pinned[name] = np.asarray(variable[...], dtype=np.float64)
        return True

    @property
    def _strain_name(self) -> str:
        return STRETCH if self.strain_kind == STRETCH else "strain"

    def _read(self, name: str, file_rows: Rows) -> FloatArray:
        if name in self._pinned:
            return self._pinned[name][file_rows]
        # HDF5 reads ascending rows only; the wanted order and repetitions come back afterwards.
        ascending, back = np.unique(file_rows, return_inverse=True)
        with h5netcdf.File(self.file, "r") as file:
            return np.asarray(file.variables[name][ascending], dtype=np.float64)[back]


def dataset_name(file: Path) -> str:
    """Return what a data set is called in tables: its file's name, or its folder's where the campaign gave the file."""
    return file.absolute().parent.name if file.name == "dataset.nc" else file.stem


def open_dataset(path: str | Path) -> TrainingData:
    """Return a verified data set with its labels; histories stay on the disk until they are asked for."""
    path = Path(path)
    if not path.is_file():
        raise InputError(f"there is no data set {path}", remedy="give a file made by `gather` or `import`")
    check_seal(path)
    with h5netcdf.File(path, "r") as file:
        names = set(file.variables)
        held = {name: from_stored(file.variables[name][...]) for name in LABELS if name in names}
        kinds = _kinds(file) if "stress" in names else (STRETCH, CAUCHY)
        wanted = (DENSITY, CONSTANTS, STANDS_FOR, SYMMETRY, ELASTICITY)
        known = {name: file.attrs[name] for name in wanted if name in file.attrs}
    if not {"time", "path", "component", "stress"} <= names or not {STRETCH, "strain"} & names:
        raise StoreError(f"{path} is no data set: it lacks one of time, path, component, stress and stretch")
    try:
        dataset = _assemble(path, held, kinds, known)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise StoreError(
            f"{path} is no data set of this program ({type(error).__name__}: {error})",
            "its seal holds, so another program or version wrote it",
            "gather or import the paths again",
        ) from error
    _require_order(dataset)
    return dataset


def _kinds(file: h5netcdf.File) -> tuple[str, str]:
    """Return the measures of strain and stress; what `gather` wrote names none, being stretch and Cauchy stress."""
    strain = str(file.variables["strain"].attrs["kind"]) if "strain" in file.variables else STRETCH
    return strain, str(file.variables["stress"].attrs.get("kind", CAUCHY))


def _require_order(dataset: TrainingData) -> None:
    """Refuse times that do not rise and ids that stand twice: histories would be integrated or split wrongly."""
    times, ids = dataset.times, dataset.ids
    if times.ndim != 1 or not np.isfinite(times).all() or times[0] < 0.0 or not (np.diff(times) > 0.0).all():
        raise StoreError(f"{dataset.file}: its times do not rise strictly from 0", remedy="gather or import it again")
    if np.unique(ids).size < ids.size:
        raise StoreError(f"{dataset.file}: two of its paths have one id", remedy="gather or import it again")


def _require_finite(file: Path, ids: Rows, histories: Mapping[str, FloatArray]) -> None:
    for name, values in histories.items():
        bad = np.flatnonzero(~(np.abs(values) <= LARGEST).all(axis=(1, 2)))
        if bad.size:
            raise StoreError(
                f"{file}: {name} of path {ids[bad[0]]} holds a number that is not finite or above {LARGEST:g}",
                "a surrogate that trains on it becomes useless without a sign",
                "gather or import the paths again",
            )


def _assemble(
    path: Path,
    held: dict[str, npt.NDArray[np.generic]],
    kinds: tuple[str, str],
    known: Mapping[str, str | float],
) -> TrainingData:
    count = held["path"].size
    converged = held.get("outcome", np.zeros(count)) == Outcome.CONVERGED
    failed = Counter(held["outcome"][~converged].tolist()) if "outcome" in held else Counter()
    if failed:
        LOG.warning("%s: %d of %d simulations failed and are left out", path, failed.total(), count)
    kept = np.flatnonzero(converged)
    components = tuple(str(name) for name in held["component"])
    strain_components = tuple(str(name) for name in held.get("strain_component", held["component"]))
    ids = held["path"][kept].astype(np.int64)
    parameters = _parameters(held, kept)
    return TrainingData(
        file=path,
        times=held["time"].astype(np.float64),
        ids=ids,
        family=held["family"][kept].astype(np.str_),
        split=held["split"][kept].astype(np.str_),
        groups=Groups(
            path=held["path_group"][kept].astype(np.int64) if "path_group" in held else ids,
            microstructure=held.get("microstructure_id", np.zeros(count))[kept].astype(np.int64),
            parameters=material_samples(parameters.names, parameters.values),
        ),
        failed=failed.total(),
        durations_s=_durations(held, kept),
        parameters=parameters.values,
        parameter_names=parameters.names,
        parameter_units=parameters.units,
        stretch_components=strain_components,
        stress_components=components,
        strain_kind=kinds[0],
        stress_kind=kinds[1],
        symmetry=_symmetry(path, known),
        volumetric_isochoric=known.get(ELASTICITY) == VOLUMETRIC_ISOCHORIC,
        density=float(known[DENSITY]) if DENSITY in known else None,
        constants=parse_json(str(known[CONSTANTS])) if CONSTANTS in known else None,
        stands_for=parse_json(str(known[STANDS_FOR])) if STANDS_FOR in known else None,
        _file_rows=kept,
    )


def _symmetry(path: Path, known: Mapping[str, str | float]) -> Symmetry:
    if SYMMETRY not in known:
        return UNKNOWN
    try:
        return load_symmetry(parse_json(str(known[SYMMETRY])))
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(f"{path}: its attribute {SYMMETRY} is none ({error})", remedy="make the set again") from error


def _durations(held: dict[str, npt.NDArray[np.generic]], kept: Rows) -> FloatArray | None:
    """Return the `duration_s` of the usable paths (n,), None where the set has no such parameter."""
    if "parameter_value" not in held or DURATION not in held["parameter_name"].tolist():
        return None
    column = held["parameter_name"].tolist().index(DURATION)
    return held["parameter_value"][kept, column].astype(np.float64)


class _Parameters(NamedTuple):
    """Names, units and values (n, p) of the parameters of the usable paths, their length left out."""

    names: tuple[str, ...]
    units: tuple[str, ...]
    values: FloatArray


def _parameters(held: dict[str, npt.NDArray[np.generic]], kept: Rows) -> _Parameters:
    """Return the parameters; those of the material have to be known of every path, those of paths may be NaN."""
    if "parameter_value" not in held:
        return _Parameters((), (), np.empty((kept.size, 0)))
    names = [str(name) for name in held["parameter_name"]]
    units = [str(unit) for unit in held.get("parameter_units", np.full(len(names), ""))]
    others = [i for i, name in enumerate(names) if name != DURATION]
    values = held["parameter_value"][kept][:, others].astype(np.float64)
    found = _Parameters(tuple(names[i] for i in others), tuple(units[i] for i in others), values)
    for i in material_columns(found.names):
        if not np.isfinite(values[:, i]).all():
            raise ValueError(f"parameter {found.names[i]} of a path is no finite number")
    return found


def same_duration(one: float, other: float) -> bool:
    """Return whether two lengths [s] are one for a stress that depends on the rate: they differ by a thousandth."""
    return math.isclose(one, other, rel_tol=SAME_DURATION)
