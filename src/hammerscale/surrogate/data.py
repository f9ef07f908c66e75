"""Data sets as surrogates read them: labels at once, histories lazily, by h5netcdf alone.

A node that trains may lack netCDF4, xarray and pydantic, so nothing here needs them.
"""

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import h5netcdf
import numpy as np
import numpy.typing as npt

from hammerscale.errors import InputError, StoreError
from hammerscale.regular_files import parse_json
from hammerscale.store.seal import check_seal
from hammerscale.store.variable import from_stored
from hammerscale.surrogate.surrogate import STRETCH, Histories
from hammerscale.tensor.voigt import FloatArray

LOG = logging.getLogger(__name__)

Rows = npt.NDArray[np.int64]
Labels = npt.NDArray[np.str_]
# Attributes of the file.
DENSITY, CONSTANTS = "density_kg_m3", "material_constants"
HISTORIES = (STRETCH, "strain", "stress")
CONVERGED = 0
PIN_BYTES = 2 << 30


@dataclass(frozen=True, eq=False)
class Dataset:
    """A data set on disk; failed simulations are left out of every row number and counted.

    Attributes
    ----------
    file : where it lies
    times : normalised times (t,)
    ids : ids of the usable paths (n,), ascending in the file's order
    family, split : labels (n,)
    microstructure_id : which microstructure was used (n,)
    failed : number of paths left out because their simulation failed
    duration_s : physical length of every path [s], None where the set does not say or paths differ
    stretch_components, stress_components : names of the components
    strain_kind : "stretch", or the measure of an imported set
    density : ρ [kg/m³], None where the set does not say
    constants : those of the crystal, as `crystal.material.material_of` takes them, None where the set does not say
    """

    file: Path
    times: FloatArray
    ids: Rows
    family: Labels
    split: Labels
    microstructure_id: Rows
    failed: int
    duration_s: float | None
    stretch_components: tuple[str, ...]
    stress_components: tuple[str, ...]
    strain_kind: str
    density: float | None
    constants: Mapping[str, object] | None
    _file_rows: Rows = field(repr=False)
    _pinned: dict[str, FloatArray] = field(repr=False, default_factory=dict)

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
        return Histories(self.times, stretch, stress, self.stretch_components, self.stress_components, self.strain_kind)

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


def open_dataset(path: Path) -> Dataset:
    """Return a verified data set with its labels; histories stay on the disk until they are asked for."""
    if not path.is_file():
        raise InputError(f"there is no data set {path}", remedy="give a file made by `gather` or `import`")
    check_seal(path)
    with h5netcdf.File(path, "r") as file:
        # Histories are large and stay where they are; everything else is a label or an axis.
        held = {name: from_stored(variable[...]) for name, variable in file.variables.items() if name not in HISTORIES}
        names = set(file.variables)
        kind = str(file.variables["strain"].attrs["kind"]) if "strain" in names else STRETCH
        known = {name: file.attrs[name] for name in (DENSITY, CONSTANTS) if name in file.attrs}
    if not {"time", "path", "component", "stress"} <= names or not {STRETCH, "strain"} & names:
        raise StoreError(f"{path} is no data set: it lacks one of time, path, component, stress and stretch")
    try:
        dataset = _assemble(path, held, kind, known)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise StoreError(
            f"{path} is no data set of this program ({type(error).__name__}: {error})",
            "its seal holds, so another program or version wrote it",
            "gather or import the paths again",
        ) from error
    _require_order(dataset)
    return dataset


def _require_order(dataset: Dataset) -> None:
    """Refuse times that do not rise and ids that stand twice: histories would be integrated or split wrongly."""
    times, ids = dataset.times, dataset.ids
    if times.ndim != 1 or not np.isfinite(times).all() or times[0] < 0.0 or not (np.diff(times) > 0.0).all():
        raise StoreError(f"{dataset.file}: its times do not rise strictly from 0", remedy="gather or import it again")
    if np.unique(ids).size < ids.size:
        raise StoreError(f"{dataset.file}: two of its paths have one id", remedy="gather or import it again")


def _require_finite(file: Path, ids: Rows, histories: Mapping[str, FloatArray]) -> None:
    for name, values in histories.items():
        bad = np.flatnonzero(~np.isfinite(values).all(axis=(1, 2)))
        if bad.size:
            raise StoreError(
                f"{file}: {name} of path {ids[bad[0]]} holds a number that is not finite",
                "a surrogate that trains on it becomes useless without a sign",
                "gather or import the paths again",
            )


def _assemble(
    path: Path, held: dict[str, npt.NDArray[np.generic]], kind: str, known: Mapping[str, str | float]
) -> Dataset:
    count = held["path"].size
    converged = held.get("outcome", np.zeros(count)) == CONVERGED
    failed = Counter(held["outcome"][~converged].tolist()) if "outcome" in held else Counter()
    if failed:
        LOG.warning("%s: %d of %d simulations failed and are left out", path, failed.total(), count)
    kept = np.flatnonzero(converged)
    components = tuple(str(name) for name in held["component"])
    strain_components = tuple(str(name) for name in held.get("strain_component", held["component"]))
    return Dataset(
        file=path,
        times=held["time"].astype(np.float64),
        ids=held["path"][kept].astype(np.int64),
        family=held["family"][kept].astype(np.str_),
        split=held["split"][kept].astype(np.str_),
        microstructure_id=held.get("microstructure_id", np.zeros(count))[kept].astype(np.int64),
        failed=failed.total(),
        duration_s=_common_duration(held),
        stretch_components=strain_components,
        stress_components=components,
        strain_kind=kind,
        density=float(known[DENSITY]) if DENSITY in known else None,
        constants=parse_json(str(known[CONSTANTS])) if CONSTANTS in known else None,
        _file_rows=kept,
    )


def _common_duration(held: dict[str, npt.NDArray[np.generic]]) -> float | None:
    """Return the one `duration_s` of all paths, None where there is none or several."""
    if "parameter_value" not in held or "duration_s" not in held["parameter_name"].tolist():
        return None
    column = held["parameter_name"].tolist().index("duration_s")
    durations = np.unique(held["parameter_value"][:, column].astype(np.float64))
    return float(durations[0]) if durations.size == 1 else None
