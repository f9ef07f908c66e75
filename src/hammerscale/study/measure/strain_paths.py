"""The strain paths of points of a body, next to those of a data set: logarithmic strain at the same few times."""

from dataclasses import dataclass

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.macro.meshes.mesh import Mesh
from hammerscale.macro.meshes.reference_element import reference_elements
from hammerscale.macro.records.vtkhdf_reader import Fields
from hammerscale.surrogate.training_data import Rows, TrainingData
from hammerscale.tensor.polar import polar_decomposition
from hammerscale.tensor.voigt import from_matrix, to_matrix

# Squares of components with these factors add up to those of the tensor.
IN_TENSOR_NORM = np.sqrt([1.0, 1.0, 1.0, 2.0, 2.0, 2.0])


@dataclass(frozen=True)
class StrainPaths:
    """Strain paths, all looked at at the same times.

    Attributes
    ----------
    times_s : ascending, the first at rest (t,) [s]
    strain : logarithmic strain log U (n, t, 6)
    """

    times_s: FloatArray
    strain: FloatArray

    def size(self) -> FloatArray:
        """Return |log U| (n, t)."""
        return tensor_norm(self.strain)

    def pace(self) -> FloatArray:
        """Return the mean strain rate |Δ log U| / Δt between times (n, t - 1) [1/s]."""
        return tensor_norm(np.diff(self.strain, axis=1)) / np.diff(self.times_s)


def tensor_norm(components: FloatArray) -> FloatArray:
    """Return the Frobenius norms (...) of symmetric tensors (..., 6)."""
    return np.asarray(np.linalg.norm(components * IN_TENSOR_NORM, axis=-1))


def logarithm(stretch: FloatArray) -> FloatArray:
    """Return log U (..., 6) of stretches (..., 6)."""
    values, vectors = np.linalg.eigh(to_matrix(stretch))
    return from_matrix((vectors * np.log(values)[..., None, :]) @ np.swapaxes(vectors, -1, -2))


def paths_of_points(fields: Fields) -> StrainPaths:
    """Return the paths of all elements of a run, seen at its frames."""
    gradient = reference_elements(Mesh(fields.nodes, fields.elements, {})).gradient
    strain = []
    for frame in range(len(fields.times)):
        corners = (fields.nodes + fields.displacement(frame))[fields.elements]
        strain.append(logarithm(polar_decomposition(np.einsum("mai,maj->mij", corners, gradient))[1]))
    return StrainPaths(fields.times, np.stack(strain, axis=1))


def paths_of_data(dataset: TrainingData, rows: Rows, duration_s: float, times_s: FloatArray) -> StrainPaths:
    """Return the paths of some rows of a data set, which last `duration_s`, seen at `times_s` (t,).

    After its end a path stays where it is.
    """
    stretch = dataset.histories(rows).stretch
    place = np.interp(times_s / duration_s, dataset.times, np.arange(dataset.times.size))
    before = np.minimum(place.astype(int), dataset.times.size - 2)
    part = (place - before)[:, None]
    return StrainPaths(times_s, logarithm((1.0 - part) * stretch[:, before] + part * stretch[:, before + 1]))
