"""What a sequence model sees of strain and stress, and what physics gives without learning.

Where slip and twinning are isochoric and elasticity is volumetric-isochoric (Liu et al., A.3), the mean stress is
κ (det U - 1) and the Kirchhoff deviator J dev σ depends on the isochoric part of U alone. So a model of such a material
gets five isochoric strains, returns five deviatoric stresses, and cannot spoil the pressure. Data of materials
that are not known to be so (see `physics`) pass with their components as they are, around a fitted linear part.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.surrogate.physics import find_physics, fit_bulk_modulus
from hammerscale.surrogate.rest import rest_strain
from hammerscale.surrogate.socket import Histories
from hammerscale.tensor.voigt import IDENTITY, determinant

LOG = logging.getLogger(__name__)

SMALLEST_VOLUME_SCALE = 1e-6

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


class Features(Protocol):
    """How histories become what a model sees; rest is zero on both sides."""

    @property
    def sizes(self) -> tuple[int, int]:
        """Number of features and of targets."""

    @property
    def rest(self) -> FloatArray:
        """Strain of the undeformed state (s,)."""

    def features(self, stretch: FloatArray) -> FloatArray:
        """Return the features (..., f) of strains (..., s), of order one."""

    def targets(self, stretch: FloatArray, stress: FloatArray) -> FloatArray:
        """Return what is to be learned (..., o), of order one."""

    def stress(self, stretch: FloatArray, targets: FloatArray) -> FloatArray:
        """Return the stress (..., c) [Pa] of predicted targets (..., o)."""

    def document(self) -> dict[str, object]:
        """Return the frame as JSON would hold it."""


@dataclass(frozen=True)
class TensorFeatures:
    """Stretch and stress in three dimensions with the pressure split off.

    Attributes
    ----------
    bulk_modulus : κ [Pa]
    strain_scale : root mean square of the isochoric strains [-]
    stress_scale : root mean square of the deviatoric stresses [Pa]
    volume_scale : root mean square of J - 1 [-]
    rate_scale : root mean square of the rates of the features, per unit of normalised time
    """

    bulk_modulus: float
    strain_scale: float
    stress_scale: float
    volume_scale: float
    rate_scale: float

    @property
    def sizes(self) -> tuple[int, int]:
        """Five isochoric strains, five deviatoric stresses."""
        return 5, 5

    @property
    def rest(self) -> FloatArray:
        """The stretch of the undeformed state."""
        return IDENTITY

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
class ComponentFeatures:
    """Components of any measure, around a fitted linear elastic part.

    Attributes
    ----------
    rest : strain of the undeformed state (s,)
    strain_scale : root mean square of each strain component (s,)
    stiffness : fitted linear part (s, c), stress per strain [Pa]
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
        """Return the scaled stress that the linear part leaves."""
        return (stress - (stretch - self.rest) @ self.stiffness) / self.stress_scale

    def stress(self, stretch: FloatArray, targets: FloatArray) -> FloatArray:
        """Return the linear part plus the targets."""
        return (stretch - self.rest) @ self.stiffness + self.stress_scale * targets

    def document(self) -> dict[str, object]:
        """Return the frame as JSON would hold it."""
        arrays = {"rest": self.rest, "strain_scale": self.strain_scale, "stiffness": self.stiffness}
        return {
            "kind": "generic",
            "stress_scale": self.stress_scale,
            **{name: array.tolist() for name, array in arrays.items()},
        }


def fit_features(training: Histories) -> Features:
    """Return the frame that suits the data, scaled on the training histories alone, and log which."""
    found = find_physics(training)
    kind = "pressure κ (J - 1), isochoric strains to deviators" if found.holds else "components as they are"
    LOG.info("frame: %s, since %s", kind, found.reason)
    return _fit_tensor(training) if found.holds else _fit_generic(training)


def load_features(document: Mapping[str, object]) -> Features:
    """Return the frame of a document."""
    values = {name: value for name, value in document.items() if name != "kind"}
    if document["kind"] == "tensor":
        return TensorFeatures(**{name: float(str(value)) for name, value in values.items()})
    stress_scale = float(str(values.pop("stress_scale")))
    return ComponentFeatures(stress_scale=stress_scale, **{name: np.array(value) for name, value in values.items()})


def _fit_tensor(training: Histories) -> TensorFeatures:
    unscaled = TensorFeatures(fit_bulk_modulus(training), 1.0, 1.0, 1.0, 1.0)
    features = unscaled.features(training.stretch)
    strain_scale = _root_mean_square(features)
    rates = np.diff(features, axis=1) / np.diff(training.times)[:, None]
    return TensorFeatures(
        bulk_modulus=unscaled.bulk_modulus,
        strain_scale=strain_scale,
        stress_scale=_root_mean_square(unscaled.targets(training.stretch, training.stress)),
        # Where no path changes its volume, any change is far from what was learned.
        volume_scale=max(_root_mean_square(determinant(training.stretch) - 1.0, 0.0), SMALLEST_VOLUME_SCALE),
        rate_scale=_root_mean_square(rates / strain_scale),
    )


def _fit_generic(training: Histories) -> ComponentFeatures:
    """Fit around the undeformed state."""
    rest = rest_strain(training)
    strain = training.stretch - rest
    flat_strain, flat_stress = (
        strain.reshape(-1, strain.shape[-1]),
        training.stress.reshape(-1, training.stress.shape[-1]),
    )
    stiffness = np.asarray(np.linalg.lstsq(flat_strain, flat_stress, rcond=None)[0], dtype=np.float64)
    components = np.sqrt((flat_strain**2).mean(axis=0))
    # A component that never moves carries nothing; any scale will do.
    scale = np.where(components > 0.0, components, 1.0)
    return ComponentFeatures(rest, scale, stiffness, _root_mean_square(flat_stress - flat_strain @ stiffness))


def _root_mean_square(values: FloatArray, nothing: float = 1.0) -> float:
    """Return the root mean square, or `nothing` of values that are all zero."""
    return float(np.sqrt((values**2).mean())) or nothing
