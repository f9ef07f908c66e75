"""Embedded crystals as a kind of surrogate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

from annotated_types import Ge, Gt, Le

from hammerscale.crystal.material import material_of
from hammerscale.errors import InputError
from hammerscale.keys import OWN, Integer, Meaning, Number
from hammerscale.kinds import SurrogateKind
from hammerscale.surrogate.training_request import MATERIAL, Order

if TYPE_CHECKING:
    from hammerscale.surrogate.model_folder import ModelFile
    from hammerscale.surrogate.socket import FittedSurrogate, Surrogate

CRYSTAL_SHAPES = {"quaternions": "n 4", "weights": "n", "coarse_weights": "n"}


@dataclass(frozen=True, kw_only=True)
class EmbeddedCrystals(SurrogateKind):
    """A few grains of the data set's crystal whose orientations and weights are learned from mean stresses."""

    needs_crystal: ClassVar[bool] = True
    needs_rest: ClassVar[bool] = True
    law: ClassVar[str] = "hammerscale.laws.exported:crystals_law"
    point_us: ClassVar[float | None] = 57.0
    # The search looks at some of the paths, however many there are.
    fit_s: ClassVar[float] = 160.0

    grains: Annotated[
        Annotated[Integer, Ge(1), Le(10_000)] | None,
        Meaning(f"grains of the model, {OWN}; its cost is proportional to them"),
    ] = None
    candidates: Annotated[
        Annotated[Integer, Ge(8), Le(10_000)] | None, Meaning(f"orientations that the search starts from, {OWN}")
    ] = None
    search_paths: Annotated[
        Annotated[Integer, Ge(1), Le(100_000)] | None,
        Meaning(f"largest number of training paths that the search uses, {OWN}"),
    ] = None
    tolerance: Annotated[
        Annotated[Number, Gt(0.0), Le(0.1)] | None,
        Meaning(f"error allowed per time step of the integration, {OWN} [-]"),
    ] = None

    def make(self, order: Order, checkpoints: Path, duration_s: float | None) -> Surrogate:
        """Return the search for a texture (see `SurrogateKind.make`)."""
        from hammerscale.surrogate.embedded.texture_search import TextureSearch

        material = order.settings.get(MATERIAL)
        if not isinstance(material, Mapping):
            raise InputError(
                "embedded crystals need the constants of the crystal",
                "they learn the texture; the law of the grains is known",
                "this data set does not say them: name the material's file with --material, or gather the data set "
                "again",
            )
        if duration_s is None:
            raise InputError(
                "embedded crystals need the physical length of the training paths",
                "the crystal's stress depends on the rate",
                "train on a data set whose paths have one and the same duration_s",
            )
        return TextureSearch(material_of(material), duration_s, **self.given())

    @staticmethod
    def check(model: ModelFile) -> None:
        """Refuse a model whose numbers or shapes the kernels could not take."""
        from hammerscale.surrogate.model_checks import require_positive, require_shapes

        require_shapes(model.arrays, CRYSTAL_SHAPES, {})
        require_positive(model.document["duration_s"], "duration_s")
        if not require_positive(model.document["tolerance"], "tolerance") < 1.0:
            raise ValueError("tolerance is not below 1")

    @staticmethod
    def load(model: ModelFile) -> FittedSurrogate:
        """Return the model that was exported."""
        from hammerscale.surrogate.embedded.embedded_crystals import load_crystals

        return load_crystals(model)
