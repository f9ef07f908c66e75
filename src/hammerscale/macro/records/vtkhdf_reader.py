"""Reads a transient VTKHDF file of an impact back, as figures need it."""

from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np

from hammerscale.arrays import FloatArray, IntArray
from hammerscale.errors import InputError
from hammerscale.store.seal import check_seal


@dataclass(frozen=True)
class Fields:
    """The fields of a run.

    Attributes
    ----------
    file : where they lie; fields are read when they are asked for
    nodes, elements : the mesh (n, 3) [m], (m, 8)
    times : of the frames (f,) [s]
    names : of the fields on elements
    """

    file: Path
    nodes: FloatArray
    elements: IntArray
    times: FloatArray
    names: tuple[str, ...]

    def displacement(self, frame: int) -> FloatArray:
        """Return the displacements (n, 3) [m] of a frame, which may be counted from the end."""
        return self._read("PointData", "displacement", frame, len(self.nodes))

    def on_elements(self, name: str, frame: int) -> FloatArray:
        """Return a field on elements (m, ...) of a frame."""
        if name not in self.names:
            raise InputError(
                f"{self.file} has no field {name!r}",
                "not every law has every output",
                f"fields on its elements: {', '.join(self.names)}",
            )
        return self._read("CellData", name, frame, len(self.elements))

    def _read(self, kind: str, name: str, frame: int, size: int) -> FloatArray:
        start = range(len(self.times))[frame] * size
        with h5py.File(self.file, "r") as hdf:
            return np.asarray(hdf[f"VTKHDF/{kind}/{name}"][start : start + size], dtype=np.float64)


def read_fields(file: Path) -> Fields:
    """Return the fields of a file that `write_vtkhdf` wrote; one with any other byte in it is a `DamagedFileError`."""
    check_seal(file)
    try:
        with h5py.File(file, "r") as hdf:
            root = hdf["VTKHDF"]
            return Fields(
                file,
                np.asarray(root["Points"], dtype=np.float64),
                np.asarray(root["Connectivity"], dtype=np.int64).reshape(-1, 8),
                np.asarray(root["Steps/Values"], dtype=np.float64),
                tuple(root["CellData"]),
            )
    except (OSError, KeyError) as error:
        raise InputError(
            f"cannot read the fields of an impact from {file} ({error})",
            "figures are drawn from the VTKHDF file of a run",
            "give the folder that `hammerscale impact` wrote",
        ) from error
