"""The socket of a surrogate: fitted on histories, asked for paths, exported for a law.

A network trained through Lightning, a Gaussian process or a closed formula all fit it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

import numpy as np
import numpy.typing as npt

from hammerscale.arrays import FloatArray
from hammerscale.errors import InputError
from hammerscale.microstructure.symmetry import UNKNOWN, Symmetry
from hammerscale.provenance import Provenance
from hammerscale.surrogate.groups import Groups
from hammerscale.surrogate.signature import CAUCHY, STRETCH, Signature
from hammerscale.tensor.voigt import COMPONENTS

NO_REPORT: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True)
class Histories:
    """Strain–stress histories on one time grid.

    Attributes
    ----------
    times : normalised times (t,)
    stretch : U (n, t, 6); imported data may hold another measure of strain with other components (n, t, s)
    stress : Cauchy stress (n, t, c) in the unrotated frame, or the measure of an imported set [Pa]
    stretch_components, stress_components : names of the components
    strain_kind, stress_kind : "stretch" and "cauchy", or what an imported set holds instead
    durations_s : physical length of every path (n,) [s], None where unknown
    symmetry : rotations under which the stress of the material turns with its strain
    volumetric_isochoric : whether, by the data set, the pressure is κ (J - 1) and J dev σ depends on the
        isochoric stretch alone
    parameters : values (n, p) of the parameters of every path, None where there are none; its length is not among them
    parameter_names, parameter_units : of each of the p parameters; names of the material's begin with "material."
    groups : paths that share a strain path, a microstructure or a material, None where unknown
    """

    times: FloatArray
    stretch: FloatArray
    stress: FloatArray
    stretch_components: tuple[str, ...] = COMPONENTS
    stress_components: tuple[str, ...] = COMPONENTS
    strain_kind: str = STRETCH
    stress_kind: str = CAUCHY
    durations_s: FloatArray | None = None
    symmetry: Symmetry = UNKNOWN
    volumetric_isochoric: bool = False
    parameters: FloatArray | None = None
    parameter_names: tuple[str, ...] = ()
    parameter_units: tuple[str, ...] = ()
    groups: Groups | None = None

    def __post_init__(self) -> None:
        if self.stretch.shape[:2] != self.stress.shape[:2] or self.stretch.shape[1] != self.times.size:
            raise InputError(
                f"histories differ: times {self.times.shape}, stretch {self.stretch.shape}, stress {self.stress.shape}"
            )
        for what, names, array in (
            ("stretch", self.stretch_components, self.stretch),
            ("stress", self.stress_components, self.stress),
        ):
            if len(names) != array.shape[2]:
                raise InputError(f"{array.shape[2]} {what} components, but {len(names)} names: {', '.join(names)}")
        named = (len(self.stretch), len(self.parameter_names))
        if self.parameters is not None and self.parameters.shape != named:
            raise InputError(f"parameters have shape {self.parameters.shape}, paths and names ask for {named}")

    @property
    def is_tensor(self) -> bool:
        """Whether the stress is a symmetric tensor in three dimensions, so that it has a deviator."""
        return self.stress_components == COMPONENTS

    @property
    def is_stretch(self) -> bool:
        """Whether the strain is the stretch U in three dimensions and the stress a tensor in the same components."""
        return self.is_tensor and self.stretch_components == COMPONENTS and self.strain_kind == STRETCH

    @property
    def signature(self) -> Signature:
        """Kinds and components of both sides."""
        return Signature(self.strain_kind, self.stretch_components, self.stress_kind, self.stress_components)

    def select(self, rows: npt.NDArray[np.int64]) -> "Histories":
        """Return some paths."""
        return replace(
            self,
            stretch=self.stretch[rows],
            stress=self.stress[rows],
            durations_s=None if self.durations_s is None else self.durations_s[rows],
            parameters=None if self.parameters is None else self.parameters[rows],
            groups=None if self.groups is None else self.groups.select(rows),
        )

    def without_parameters(self) -> "Histories":
        """Return the same histories for a surrogate that is to learn the mean over the parameters."""
        return replace(self, parameters=None, parameter_names=(), parameter_units=())


@dataclass(frozen=True)
class Split:
    """Rows of the histories used for fitting, for watching the fit and for testing it, disjoint."""

    train: npt.NDArray[np.int64]
    validation: npt.NDArray[np.int64]
    test: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))


class FittedSurrogate(Protocol):
    """A surrogate after fitting."""

    @property
    def signature(self) -> Signature:
        """What it takes and returns."""

    def predict(self, times: FloatArray, stretch: FloatArray) -> FloatArray:
        """Return the stress (n, t, c) [Pa] for stretch histories (n, t, 6) at normalised times (t,).

        Components are those of the signature, unchecked; `prediction.data_for` checks them.
        """

    def export(self, folder: Path, provenance: Provenance, report: Mapping[str, object] = NO_REPORT) -> None:
        """Write the model into `folder`, from which it loads without its training code.

        `report` holds its training and its errors; it goes into the metrics and the model card.
        """


class Surrogate(Protocol):
    """A surrogate before fitting: its architecture and settings."""

    def fit(self, data: Histories, split: Split, seed: int) -> FittedSurrogate:
        """Return the model fitted on `split.train`; equal arguments give equal models."""
