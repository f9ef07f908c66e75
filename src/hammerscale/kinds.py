"""What every kind of thing brings along: the settings that the registry names derive from these classes.

A kind is one file: its keys, how it is built from them, and what it costs on one core of an AMD EPYC (Zen 5). Numba,
torch and what else takes long to import are imported inside the methods that build.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, NamedTuple

from hammerscale.errors import InputError
from hammerscale.keys import FileName, KindSettings, Meaning, Slug

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

    from hammerscale.arrays import FloatArray
    from hammerscale.cell.grains import Grains
    from hammerscale.cell.unit_cell import UnitCell
    from hammerscale.crystal.material import CrystalMaterial
    from hammerscale.loading.path import StrainPath
    from hammerscale.loading.recipe import Draw
    from hammerscale.surrogate.model_folder import ModelFile
    from hammerscale.surrogate.socket import FittedSurrogate, Surrogate
    from hammerscale.surrogate.training_request import Order

# CPU time of a path itself and of its outputs [s].
START_S = 5e-4
PLANE = 2


@dataclass(frozen=True, kw_only=True)
class TextureSettings(KindSettings, ABC):
    """How the grains of a polycrystal are oriented."""

    kind: str

    @property
    def axis(self) -> tuple[float, float, float] | None:
        """Sample axis about which the orientations may be symmetric, None without one."""
        return None

    @abstractmethod
    def orientations(self, rng: np.random.Generator, grains: int) -> tuple[FloatArray, FloatArray]:
        """Return quaternions (grains, 4), w first, crystal → sample, and volume fractions (grains,) with the sum 1."""


@dataclass(frozen=True, kw_only=True)
class Block(KindSettings, ABC):
    """Strain paths of one family, split and set of parameters.

    Attributes
    ----------
    has_formula : whether a path follows from a strain amplitude and a number of cycles, so that files hold no knots
    has_cycles : whether the formula depends on the number of cycles
    """

    has_formula: ClassVar[bool] = False
    has_cycles: ClassVar[bool] = False

    family: str
    split: Annotated[Literal["train", "validation", "test"], Meaning("what the simulations are for", "train")]
    name: Annotated[
        Slug | None, Meaning("label of the block, unique in its data set; by default `<split>_<family>`")
    ] = None

    @property
    def label(self) -> str:
        """Name of the block in design tables and messages."""
        return self.name or f"{self.split}_{self.family}"

    @property
    def simulations(self) -> int:
        """Number of simulations of the block."""
        return int(getattr(self, "count", 1))

    @property
    def relative_length(self) -> float:
        """How much longer a path is to integrate than a walk of 10 % in ten steps."""
        return 1.0

    @abstractmethod
    def draw(self, dimension: int, rng: np.random.Generator) -> Draw:
        """Return the next path, in two or three dimensions."""

    @staticmethod
    def formula(amplitude: float, cycles: int) -> StrainPath:
        """Return the exact path with the strain amplitude c and a number of cycles, where the family has them."""
        raise InputError("paths of this family have no formula", remedy="give their knots, as kind pchip does")


class CaseMethod(NamedTuple):
    """How a case names the method of a unit cell.

    Attributes
    ----------
    kind : kind of the case
    numerics : settings of the method by name
    scheme : discretisation, "" where there is none
    """

    kind: str
    numerics: Mapping[str, float | str]
    scheme: str = ""


@dataclass(frozen=True, kw_only=True)
class CellSettings(KindSettings, ABC):
    """A unit cell (representative volume).

    Attributes
    ----------
    dimension : number of dimensions of the strain paths
    lattices : crystals that it can hold
    has_crystals : whether it is made of grains, which a seed draws or a file lists
    mean_field : whether it has grains that all see the stretch of the whole
    volumetric_isochoric : whether its mean pressure is κ (J - 1) and J dev σ depends on the isochoric stretch alone
    law : `module:function` that makes a law of the built cell, "" for the cell itself at every point
    """

    dimension: ClassVar[int] = 3
    lattices: ClassVar[tuple[str, ...]] = ("hexagonal", "square")
    has_crystals: ClassVar[bool] = True
    mean_field: ClassVar[bool] = False
    volumetric_isochoric: ClassVar[bool] = False
    law: ClassVar[str] = ""

    kind: str
    material: Annotated[FileName, Meaning("YAML file of the material's constants", "config/materials/magnesium.yaml")]

    @property
    def is_plane(self) -> bool:
        """Whether the cell lies in the plane and takes plane strain only."""
        return self.dimension == PLANE

    @property
    def symmetry_axis(self) -> tuple[float, float, float] | None:
        """Sample axis about which the grains may be symmetric, None without one."""
        return None

    @property
    @abstractmethod
    def state_bytes(self) -> int:
        """Memory of one point of a body [B]."""

    @property
    @abstractmethod
    def point_us(self) -> float:
        """CPU time of one step at one point of a body, with the solver's share [µs]."""

    def path_s(self, block: Block) -> float:
        """Return the CPU time of one path of a block [s], right within a factor of about three."""
        return START_S

    def grains_seed(self, campaign_seed: int) -> int | None:
        """Return the seed of the grains: the campaign's unless a key names another, None without grains."""
        own: int | None = getattr(self, "microstructure_seed", None)
        drawn = campaign_seed if own is None else own
        return drawn if self.has_crystals else None

    @abstractmethod
    def draw_grains(self, seed: int) -> Grains:
        """Return the grains that belong to a seed."""

    @abstractmethod
    def build(self, material: CrystalMaterial, grains: Grains, time_limit_s: float) -> UnitCell:
        """Return the unit cell, which gives a path up after `time_limit_s` of wall time [s]."""

    def case_method(self) -> CaseMethod:
        """Return how a case names the method."""
        raise InputError(f"unit cells of kind {self.kind} have no cases", remedy="choose a unit cell with crystals")


@dataclass(frozen=True, kw_only=True)
class SurrogateKind(KindSettings, ABC):
    """A surrogate before fitting, or what makes one: its own keys, next to those that all surrogates share.

    Attributes
    ----------
    needs_space : whether it learns from tensors in three dimensions alone
    has_rate : whether its stress may depend on how long a path lasts
    needs_rest : whether it starts at rest, so that paths which do not are refused
    takes_parameters : whether parameters of the material are among its inputs
    needs_crystal : whether it takes the crystal of its data, whose grains have to see the stretch of the whole
    whole_paths : whether it predicts paths of the learned length as a whole, so that a law of it lasts no longer
    is_network : whether it is trained in epochs, with the keys under `training`
    law : `module:function` that makes a law of an exported model, a density [kg/m³] and the parameters of the material
        (p,) that the model takes, "" where there is none
    point_us : CPU time of one step at one point of a body under its law [µs], None where it is not known
    fit_s : CPU time of a fit without its start [s], where it is no network
    epochs, path_s : usual epochs of a network, and CPU time per path and epoch [s]; by default of a network that nobody
        measured
    """

    needs_space: ClassVar[bool] = False
    has_rate: ClassVar[bool] = True
    needs_rest: ClassVar[bool] = False
    takes_parameters: ClassVar[bool] = False
    needs_crystal: ClassVar[bool] = False
    whole_paths: ClassVar[bool] = False
    is_network: ClassVar[bool] = False
    law: ClassVar[str] = ""
    point_us: ClassVar[float | None] = None
    fit_s: ClassVar[float] = 0.0
    epochs: ClassVar[int] = 400
    path_s: ClassVar[float] = 1.5e-3

    @abstractmethod
    def make(self, order: Order, checkpoints: Path, duration_s: float | None) -> Surrogate:
        """Return the surrogate that an order asks for, not yet fitted.

        Parameters
        ----------
        order : what is to be trained
        checkpoints : folder from which an interrupted training goes on
        duration_s : physical length of the paths [s], None where unknown
        """

    @staticmethod
    def check(model: ModelFile) -> None:
        """Refuse a model that `load` would take but whose numbers or shapes kernels could not, as a `ValueError`."""

    @staticmethod
    @abstractmethod
    def load(model: ModelFile) -> FittedSurrogate:
        """Return the model that was exported."""
