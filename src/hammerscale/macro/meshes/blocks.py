"""The mesh in the layout of the kernels: blocks of elements lane by lane, and where nodes collect their forces."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from hammerscale.arrays import FloatArray, IntArray
from hammerscale.macro.explicit.element_lanes import REFERENCE_VOLUME, SHAPE, STIFFNESS
from hammerscale.macro.meshes.mesh import Mesh
from hammerscale.macro.meshes.reference_element import ReferenceElements
from hammerscale.tensor.lanes import WIDTH, lane_blocks

Number = TypeVar("Number", np.float64, np.int64)

# The hourglass patterns have norm √8, so that k|q|²/2 with this factor acts on displacements of unit patterns.
PATTERN_NORM = 8.0


@dataclass(frozen=True)
class Blocks:
    """Constant data of the kernels.

    Attributes
    ----------
    count : number of blocks
    places : three times the node numbers, flat, ordered (block, corner, lane); the last block repeats its last element
    constants : see `element_lanes`, flat, ordered (block, row, lane)
    start, entries : entries[start[n]] ... entries[start[n + 1] - 1] are the places of the forces on node n along x
    mass : lumped (n,) [kg]
    """

    count: int
    places: npt.NDArray[np.uint32]
    constants: FloatArray
    start: npt.NDArray[np.int32]
    entries: npt.NDArray[np.uint32]
    mass: FloatArray


def build_blocks(mesh: Mesh, reference: ReferenceElements, density: float, spring: float) -> Blocks:
    """Cut a mesh into blocks.

    Parameters
    ----------
    mesh, reference : the mesh and its constants
    density : ρ of the undeformed material [kg/m³]
    spring : hourglass coefficient times ρ c² [Pa]; 1 makes the springs of a cube as stiff as its stiffest deformation
    """
    metric = np.einsum("mai,maj->mij", reference.gradient, reference.gradient)
    stiffness = spring * reference.volume * np.trace(metric, axis1=1, axis2=2) / (3.0 * PATTERN_NORM)
    rows = np.concatenate(
        [
            reference.gradient.transpose(0, 2, 1).reshape(-1, 24),
            reference.pattern.reshape(-1, 12),
            reference.volume[:, None],
            stiffness[:, None],
            metric[:, [0, 1, 2, 0, 1, 0], [0, 1, 2, 1, 2, 2]],
        ],
        axis=1,
    )
    padding = lane_blocks(len(rows)) * WIDTH - len(rows)
    rows = np.concatenate([rows, np.repeat(rows[-1:], padding, axis=0)])
    # Lanes that only fill the last block up must not count in any sum.
    weightless = [REFERENCE_VOLUME - SHAPE, STIFFNESS - SHAPE]
    rows[len(rows) - padding :, weightless] = 0.0
    start, entries = _force_table(mesh.elements, len(mesh.nodes))
    share = np.repeat(density * reference.volume / 8.0, 8)
    return Blocks(
        count=lane_blocks(len(rows)),
        places=by_lane(3 * mesh.elements).astype(np.uint32),
        constants=by_lane(rows),
        start=start,
        entries=entries,
        mass=np.bincount(mesh.elements.ravel(), share, len(mesh.nodes)).astype(np.float64),
    )


def by_lane(rows: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """Return values of all elements (m, k) in blocks, flat, ordered (block, row, lane), the last one repeated."""
    padding = lane_blocks(len(rows)) * WIDTH - len(rows)
    padded = np.concatenate([rows, np.repeat(rows[-1:], padding, axis=0)])
    return np.ascontiguousarray(padded.reshape(-1, WIDTH, rows.shape[1]).transpose(0, 2, 1)).ravel()


def by_element(blocks: FloatArray, elements: int) -> FloatArray:
    """Return the values (m, k) of elements from blocks, the inverse of `by_lane`."""
    lanes = blocks.reshape(lane_blocks(elements), -1, WIDTH).transpose(0, 2, 1)
    return np.ascontiguousarray(lanes.reshape(-1, lanes.shape[2])[:elements])


def _force_table(elements: IntArray, nodes: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint32]]:
    """Return the places of every node's forces among those of the blocks, in ascending order (see `Blocks`)."""
    element, corner = np.indices(elements.shape)
    place = ((element // WIDTH) * 24 + corner) * WIDTH + element % WIDTH
    order = np.argsort(elements.ravel(), kind="stable")
    count = np.bincount(elements.ravel(), minlength=nodes)
    start = np.concatenate([[0], np.cumsum(count)])
    return start.astype(np.int32), place.ravel()[order].astype(np.uint32)
