"""Frames as one transient VTKHDF file, which ParaView opens as an unstructured grid in time."""

from collections.abc import Sequence
from pathlib import Path

import h5py
import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.macro.meshes.mesh import Mesh
from hammerscale.macro.records.fields import Frame
from hammerscale.store.atomic import replacing
from hammerscale.store.disk import reporting_library_errors
from hammerscale.store.seal import seal

VTK_HEXAHEDRON = 12
VERSION = (2, 1)
TYPE = b"UnstructuredGrid"


def write_vtkhdf(file: Path, mesh: Mesh, frames: Sequence[Frame]) -> None:
    """Write all frames of a mesh, and a seal; the file holds the mesh once and each field frame after frame."""
    fields = [field for frame in frames for field in (*frame.points.values(), *frame.cells.values())]
    needed = mesh.nodes.nbytes + mesh.elements.nbytes + sum(field.nbytes for field in fields)
    with replacing(file, needed) as temporary:
        with reporting_library_errors(file, needed, temporary), h5py.File(temporary, "w") as hdf:
            root = hdf.create_group("VTKHDF")
            root.attrs["Version"] = np.array(VERSION, np.int64)
            root.attrs.create("Type", TYPE, dtype=h5py.string_dtype("ascii", len(TYPE)))
            _write_mesh(root, mesh)
            _write_steps(root, mesh, frames)
        # HDF5 ignores what follows the end of its data.
        seal(temporary)
        with h5py.File(temporary, "r") as hdf:
            assert hdf["VTKHDF/Steps"].attrs["NSteps"] == len(frames)


def _write_mesh(root: h5py.Group, mesh: Mesh) -> None:
    points, cells = len(mesh.nodes), len(mesh.elements)
    counts = {"NumberOfPoints": points, "NumberOfCells": cells, "NumberOfConnectivityIds": 8 * cells}
    for name, count in counts.items():
        root[name] = np.array([count], np.int64)
    root["Points"] = mesh.nodes
    root["Connectivity"] = mesh.elements.ravel()
    root["Offsets"] = 8 * np.arange(cells + 1)
    root["Types"] = np.full(cells, VTK_HEXAHEDRON, np.uint8)


def _write_steps(root: h5py.Group, mesh: Mesh, frames: Sequence[Frame]) -> None:
    steps = root.create_group("Steps")
    steps.attrs["NSteps"] = len(frames)
    steps["Values"] = np.array([frame.time_s for frame in frames])
    nothing = np.zeros(len(frames), np.int64)
    # Every step shows the one mesh at the start of the file.
    steps["NumberOfParts"] = nothing + 1
    for name in ("PartOffsets", "PointOffsets"):
        steps[name] = nothing
    for name in ("CellOffsets", "ConnectivityIdOffsets"):
        steps[name] = nothing[:, None]
    for kind, size in (("PointData", len(mesh.nodes)), ("CellData", len(mesh.elements))):
        data, offsets = root.create_group(kind), steps.create_group(f"{kind}Offsets")
        for name in _fields(frames[0], kind):
            data[name] = np.concatenate([_fields(frame, kind)[name] for frame in frames])
            offsets[name] = size * np.arange(len(frames))


def _fields(frame: Frame, kind: str) -> dict[str, FloatArray]:
    return frame.points if kind == "PointData" else frame.cells
