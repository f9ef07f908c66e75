"""What a sequence model sees of strain and stress, and what physics gives without learning.

For the stretch in three dimensions the mean stress is κ (det U - 1) and the Kirchhoff deviator J dev σ depends on the
isochoric part of U alone, because slip and twinning are isochoric and elasticity is volumetric-isochoric (Liu et al.,
A.3). So a model gets five isochoric strains, answers with five deviatoric stresses, and cannot spoil the pressure.
Any other data pass with their components as they are, around a fitted linear elastic answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from hammerscale.surrogate.surrogate import Histories
from hammerscale.tensor.voigt import IDENTITY, FloatArray, determinant

# Orthonormal in the tensor norm: rows are the five deviators, columns the six components.
DEVIATORS = np.array(
    [
        [np.sqrt(1 / 2), -np.sqrt(1 / 2), 0, 0, 0, 0],
        [-np.sqrt(1 / 6), -np.sqrt(1 / 6), np.sqrt(2 / 3), 0, 0, 0],
        [0, 0, 0, np.sqrt(1 / 2), 0, 0],
        [0, 0, 0, 0, np.sqrt(1 / 2), 0],
        [0, 0, 0, 0, 0, np.sqrt(1 / 2)],
    ]
)


def deviator_coordinates(components: FloatArray) -> FloatArray:
    """Return the five coordinates (..., 5) of the deviators of symmetric tensors (..., 6).

    Written out: a product of matrices could give a point other bits in other company.
    """
    a, b, c, d, e, f = np.moveaxis(components, -1, 0)
    normal = [np.sqrt(1 / 2) * (a - b), np.sqrt(1 / 6) * ((c - a) + (c - b))]
    return np.stack([*normal, *(np.sqrt(2.0) * shear for shear in (d, e, f))], axis=-1)


def from_deviators(coordinates: FloatArray) -> FloatArray:
    """Return deviatoric tensors (..., 6) from five coordinates (..., 5)."""
    u, v, *shears = np.moveaxis(coordinates, -1, 0)
    u, v = np.sqrt(1 / 2) * u, np.sqrt(1 / 6) * v
    return np.stack([u - v, -u - v, 2.0 * v, *(np.sqrt(1 / 2) * shear for shear in shears)], axis=-1)


class Frame(Protocol):
    """How histories become what a model sees; rest is zero on both sides."""

    @property
    def sizes(self) -> tuple[int, int]:
        """Number of features and of targets."""

    def features(self, stretch: FloatArray) -> FloatArray:
        """Return the features (..., f) of strains (..., s), of order one."""

    def targets(self, stretch: FloatArray, stress: FloatArray) -> FloatArray:
        """Return what is to be learned (..., o), of order one."""

    def stress(self, stretch: FloatArray, targets: FloatArray) -> FloatArray:
        """Return the stress (..., c) [Pa] of predicted targets (..., o)."""

    def document(self) -> dict[str, object]:
        """Return the frame as JSON would hold it."""


@dataclass(frozen=True)
class TensorFrame:
    """Stretch and stress in three dimensions with the pressure split off.

    Attributes
    ----------
    bulk_modulus : κ [Pa]
    strain_scale : root mean square of the isochoric strains [-]
    stress_scale : root mean square of the deviatoric stresses [Pa]
    """

    bulk_modulus: float
    strain_scale: float
    stress_scale: float

    @property
    def sizes(self) -> tuple[int, int]:
        """Five isochoric strains, five deviatoric stresses."""
        return 5, 5

    def features(self, stretch: FloatArray) -> FloatArray:
        """Return dev U / (tr U / 3) in the five deviators; a change of volume alone leaves it zero."""
        mean = stretch[..., :3].sum(axis=-1, keepdims=True) / 3.0
        return deviator_coordinates(stretch) / (mean * self.strain_scale)

    def targets(self, stretch: FloatArray, stress: FloatArray) -> FloatArray:
        """Return J dev σ in the five deviators."""
        return determinant(stretch)[..., None] * deviator_coordinates(stress) / self.stress_scale

    def stress(self, stretch: FloatArray, targets: FloatArray) -> FloatArray:
        """Return κ (J - 1) I + the deviator of the targets over J."""
        volume = determinant(stretch)[..., None]
        return self.bulk_modulus * (volume - 1.0) * IDENTITY + self.stress_scale * from_deviators(targets) / volume

    def document(self) -> dict[str, object]:
        """Return the frame as JSON would hold it."""
        return {"kind": "tensor", **vars(self)}


@dataclass(frozen=True)
class GenericFrame:
    """Components of any measure, around a fitted linear elastic answer.

    Attributes
    ----------
    rest : strain of the undeformed state (s,)
    strain_scale : root mean square of each strain component (s,)
    stiffness : fitted linear answer (s, c), stress per strain [Pa]
    stress_scale : root mean square of what is left, one for all components [Pa]
    """

    rest: FloatArray
    strain_scale: FloatArray
    stiffness: FloatArray
    stress_scale: float

    @property
    def sizes(self) -> tuple[int, int]:
        """Every strain component, every stress component."""
        return self.stiffness.shape[0], self.stiffness.shape[1]

    def features(self, stretch: FloatArray) -> FloatArray:
        """Return the scaled strains."""
        return (stretch - self.rest) / self.strain_scale

    def targets(self, stretch: FloatArray, stress: FloatArray) -> FloatArray:
        """Return the scaled stress that the linear answer leaves over."""
        return (stress - (stretch - self.rest) @ self.stiffness) / self.stress_scale

    def stress(self, stretch: FloatArray, targets: FloatArray) -> FloatArray:
        """Return the linear answer plus the targets."""
        return (stretch - self.rest) @ self.stiffness + self.stress_scale * targets

    def document(self) -> dict[str, object]:
        """Return the frame as JSON would hold it."""
        arrays = {"rest": self.rest, "strain_scale": self.strain_scale, "stiffness": self.stiffness}
        return {
            "kind": "generic",
            "stress_scale": self.stress_scale,
            **{name: array.tolist() for name, array in arrays.items()},
        }


def fit_frame(training: Histories) -> Frame:
    """Return the frame that suits the data, scaled on the training histories alone."""
    return _fit_tensor(training) if training.is_stretch else _fit_generic(training)


def load_frame(document: Mapping[str, object]) -> Frame:
    """Return the frame of a document."""
    values = {name: value for name, value in document.items() if name != "kind"}
    if document["kind"] == "tensor":
        return TensorFrame(**{name: float(str(value)) for name, value in values.items()})
    stress_scale = float(str(values.pop("stress_scale")))
    return GenericFrame(stress_scale=stress_scale, **{name: np.array(value) for name, value in values.items()})


def fit_bulk_modulus(training: Histories) -> float:
    """Return the least-squares κ [Pa] of mean stress against det U - 1; any value fits paths that keep their volume."""
    volume_change = determinant(training.stretch) - 1.0
    mean_stress = training.stress[..., :3].mean(axis=-1)
    square = float(np.vdot(volume_change, volume_change))
    return float(np.vdot(volume_change, mean_stress)) / square if square > 0.0 else 0.0


def _fit_tensor(training: Histories) -> TensorFrame:
    unscaled = TensorFrame(fit_bulk_modulus(training), 1.0, 1.0)
    return TensorFrame(
        bulk_modulus=unscaled.bulk_modulus,
        strain_scale=_root_mean_square(unscaled.features(training.stretch)),
        stress_scale=_root_mean_square(unscaled.targets(training.stretch, training.stress)),
    )


def _fit_generic(training: Histories) -> GenericFrame:
    """Fit around the mean first strain: paths of one material start from its undeformed state."""
    rest = training.stretch[:, 0].mean(axis=0)
    strain = training.stretch - rest
    flat_strain, flat_stress = (
        strain.reshape(-1, strain.shape[-1]),
        training.stress.reshape(-1, training.stress.shape[-1]),
    )
    stiffness = np.linalg.lstsq(flat_strain, flat_stress, rcond=None)[0]
    components = np.sqrt((flat_strain**2).mean(axis=0))
    # A component that never moves carries nothing; any scale will do.
    scale = np.where(components > 0.0, components, 1.0)
    return GenericFrame(rest, scale, stiffness, _root_mean_square(flat_stress - flat_strain @ stiffness))


def _root_mean_square(values: FloatArray) -> float:
    return float(np.sqrt((values**2).mean())) or 1.0
