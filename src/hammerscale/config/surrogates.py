"""Surrogates of a campaign: what is learned from which data set, on how many paths, with which seeds."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import Field

from hammerscale.config.dataset import Dataset
from hammerscale.config.section import LARGEST_SEED, Conflict, Integer, Number, Section, Slug
from hammerscale.config.spelling import suggest
from hammerscale.config.training import OWN, Training

Modes = Annotated[Integer, Field(ge=1, le=10_001)]
Width = Annotated[Integer, Field(ge=1, le=100_000)]
SPACE = 3
# A key of a surrogate, and the data set that stands there.
Named = tuple[tuple[str | int, ...], str]


class Surrogate(Section):
    """What all surrogates share.

    Attributes
    ----------
    is_law : whether an impact can run under it
    needs_space : whether it learns from tensors in three dimensions alone
    has_rate : whether its answer may depend on how long a path lasts
    """

    is_law: ClassVar[bool] = False
    needs_space: ClassVar[bool] = False
    has_rate: ClassVar[bool] = True

    kind: str
    dataset: Slug = Field(examples=["taylor"], description="data set that it learns from and is tested on")
    train_paths: tuple[Annotated[Integer, Field(ge=1, le=100_000_000)], ...] | None = Field(
        default=None, description="numbers of training paths, one model each; by default all there are"
    )
    seeds: tuple[Annotated[Integer, Field(ge=0, le=LARGEST_SEED)], ...] = Field(
        default=(0,), min_length=1, description="seeds of subset, weights and batches, one model each"
    )
    one_seed_above: Annotated[Integer, Field(ge=0)] | None = Field(
        default=None, description="with more training paths than this, only the first seed is trained"
    )
    tested_on: tuple[Slug, ...] | None = Field(default=None, description="further data sets with test paths")

    @property
    def tests(self) -> tuple[str, ...]:
        """The data sets that it is tested on, its own first."""
        return tuple(dict.fromkeys((self.dataset, *(self.tested_on or ()))))

    def model_settings(self) -> dict[str, Any]:
        """Return the keys of its kind alone, those that are not set left out."""
        return self.model_dump(mode="json", exclude_none=True, exclude=set(Surrogate.model_fields) | {"training"})

    def conflicts(self) -> Iterator[Conflict]:
        """Refuse numbers that stand twice."""
        for key in ("train_paths", "seeds"):
            values = getattr(self, key) or ()
            for i, value in enumerate(values):
                if value in values[:i]:
                    yield Conflict((key, i), "stands there twice")


class Network(Surrogate):
    """What all networks share."""

    training: Training = Field(default=Training(), description="how it is trained")


class Pressure(Surrogate):
    """The pressure κ (det U - 1) alone, one fitted number."""

    is_law: ClassVar[bool] = True
    needs_space: ClassVar[bool] = True
    has_rate: ClassVar[bool] = False
    kind: Literal["pressure"]


class ElasticBody(Surrogate):
    """The stored energy of the crystal with two fitted moduli and no plasticity."""

    needs_space: ClassVar[bool] = True
    has_rate: ClassVar[bool] = False
    kind: Literal["elastic"]


class Nearest(Surrogate):
    """The stress history of the closest training path."""

    kind: Literal["nearest"]


class Linear(Surrogate):
    """Least squares between the principal components of strain and stress."""

    kind: Literal["linear"]
    modes: Modes = Field(default=32, description="modes per component, fewer where the data do not hold as many")
    ridge: Number = Field(
        default=1e-8, ge=0.0, le=1.0, description="penalty, relative to the largest squared singular value [-]"
    )


class PcaNet(Network):
    """The published network between principal components in time."""

    is_law: ClassVar[bool] = True
    kind: Literal["pca_net"]
    modes: Modes = Field(default=60, description="modes per component: published are 32 in the plane, 60 or 100 in 3-D")
    width: Width = Field(default=1000, description="units of a hidden layer")
    layers: Integer = Field(default=4, ge=1, le=100, description="hidden layers")
    subtract_mean: Annotated[bool, Field(strict=True)] = Field(
        default=False, description="whether the mean history goes first; published is false"
    )
    quadrature: Annotated[bool, Field(strict=True)] = Field(
        default=False, description="whether samples are weighted by the trapezoidal rule; published is false"
    )


class RecurrentOperator(Network):
    """A recurrent neural operator: internal variables that obey a differential equation in time."""

    is_law: ClassVar[bool] = True
    kind: Literal["rno"]
    states: Width | None = Field(default=None, description=f"internal variables, {OWN}")
    width: Width | None = Field(default=None, description=f"hidden units of the rates, {OWN}")
    readout_width: Width | None = Field(default=None, description=f"hidden units of the readout, {OWN}")
    turned_until: Annotated[Number, Field(ge=0.0, le=1.0)] | None = Field(
        default=None,
        description="fraction of the training in which paths are turned at random by the symmetry of the data set, by "
        "default 0.95 where it has one and 0 where it has none [-]",
    )


class GatedUnit(Network):
    """A gated recurrent unit, one step per sample."""

    is_law: ClassVar[bool] = True
    kind: Literal["gru"]
    states: Width | None = Field(default=None, description=f"hidden units, {OWN}")


class EmbeddedCrystals(Surrogate):
    """A few grains of the data set's crystal whose orientations and weights are learned from mean stresses."""

    is_law: ClassVar[bool] = True
    kind: Literal["embedded_crystals"]
    grains: Annotated[Integer, Field(ge=1, le=10_000)] | None = Field(
        default=None, description=f"grains of the model, which its cost is proportional to, {OWN}"
    )
    candidates: Annotated[Integer, Field(ge=8, le=10_000)] | None = Field(
        default=None, description=f"orientations that the search starts from, {OWN}"
    )
    search_paths: Annotated[Integer, Field(ge=1, le=100_000)] | None = Field(
        default=None, description=f"training paths that the search looks at, at most, {OWN}"
    )
    tolerance: Annotated[Number, Field(gt=0.0, le=0.1)] | None = Field(
        default=None, description=f"error allowed per time step of the integration, {OWN} [-]"
    )


SurrogateSettings = Annotated[
    Pressure | ElasticBody | Nearest | Linear | PcaNet | RecurrentOperator | GatedUnit | EmbeddedCrystals,
    Field(discriminator="kind"),
]


SURROGATE_KINDS: Mapping[str, type[Surrogate]] = {
    get_args(section.model_fields["kind"].annotation)[0]: section
    for section in (Pressure, ElasticBody, Nearest, Linear, PcaNet, RecurrentOperator, GatedUnit, EmbeddedCrystals)
}


def training_simulations(dataset: Dataset) -> int:
    """Return how many training paths a data set has if no simulation fails."""
    return sum(block.simulations for block in dataset.paths if block.split == "train")


def families_tested(dataset: Dataset) -> set[str]:
    """Return the families of the test paths of a data set."""
    return {block.family for block in dataset.paths if block.split == "test"}


def misplaced(surrogates: Mapping[str, Surrogate], datasets: Mapping[str, Dataset]) -> Iterator[Conflict]:
    """Yield what surrogates ask of data sets that these do not have; paths of keys begin with a surrogate's name."""
    for name, surrogate in surrogates.items():
        named: list[Named] = [(("dataset",), surrogate.dataset)]
        named += [(("tested_on", i), other) for i, other in enumerate(surrogate.tested_on or ())]
        if isinstance(surrogate, EmbeddedCrystals):
            cells = [(path, datasets[other].rev.kind) for path, other in named if other in datasets]
            for path, cell in cells:
                if cell != "taylor":
                    yield Conflict((name, *path), f"must be a data set of the taylor unit cell, not of {cell}")
        yield from _of_other_dimension(name, surrogate, named, datasets)
        yield from _of_other_duration(name, surrogate, datasets)
        unknown = [(path, other) for path, other in named if other not in datasets]
        for path, other in unknown:
            message = f"is no data set of this config; it has {', '.join(datasets)}"
            yield Conflict((name, *path), message, suggest(other, datasets))
        if not unknown:
            yield from _without_paths(name, surrogate, datasets)


def _of_other_dimension(
    name: str, surrogate: Surrogate, named: Sequence[Named], datasets: Mapping[str, Dataset]
) -> Iterator[Conflict]:
    """Yield data sets whose number of dimensions a surrogate cannot learn from, or does not have by its own data."""
    dimensions = [(path, datasets[other].rev.dimension) for path, other in named if other in datasets]
    for path, dimension in dimensions:
        if surrogate.needs_space and dimension < SPACE:
            yield Conflict((name, *path), f"has paths in the plane, and {surrogate.kind} needs three dimensions")
        elif path != ("dataset",) and dimension != dimensions[0][1]:
            message = f"has paths in {dimension} dimensions, and the surrogate learns from paths in {dimensions[0][1]}"
            yield Conflict((name, *path), message)


def _of_other_duration(name: str, surrogate: Surrogate, datasets: Mapping[str, Dataset]) -> Iterator[Conflict]:
    """Yield data sets for tests whose paths last longer or shorter than those that a surrogate learns from."""
    if not surrogate.has_rate or surrogate.dataset not in datasets:
        return
    own = datasets[surrogate.dataset].duration_s
    for i, other in enumerate(surrogate.tested_on or ()):
        if other in datasets and datasets[other].duration_s != own:
            message = f"has paths of {datasets[other].duration_s:g} s, and the surrogate learns from paths of {own:g} s"
            yield Conflict((name, "tested_on", i), message)


def _without_paths(name: str, surrogate: Surrogate, datasets: Mapping[str, Dataset]) -> Iterator[Conflict]:
    """Yield training and test paths that data sets which exist do not have."""
    held = training_simulations(datasets[surrogate.dataset])
    if held == 0:
        yield Conflict((name, "dataset"), "has no paths with split: train")
    for i, wanted in enumerate(surrogate.train_paths or ()):
        if wanted > held > 0:
            yield Conflict((name, "train_paths", i), f"must be at most {held}, the training paths of its data set")
    families = {key: families_tested(datasets[key]) for key in surrogate.tests}
    if held > 0 and not families[surrogate.dataset]:
        yield Conflict(
            (name, "dataset"), "has no paths with split: test, and a surrogate is tested on its own data set"
        )
    for i, key in enumerate(surrogate.tested_on or ()):
        if not families[key]:
            yield Conflict((name, "tested_on", i), "has no paths with split: test")
