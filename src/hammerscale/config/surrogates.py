"""Surrogates of a campaign: what is learned from which data set, on how many paths, with which seeds."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, create_model

from hammerscale.config.choices import polycrystals
from hammerscale.config.dataset import Dataset
from hammerscale.config.machinery.reflection import keys_of
from hammerscale.config.machinery.section import LARGEST_SEED, Conflict, Integer, Section, Slug
from hammerscale.config.machinery.spelling import suggest
from hammerscale.config.training_keys import TrainingKeys
from hammerscale.keys import OneOf
from hammerscale.kinds import SurrogateKind
from hammerscale.registry import SURROGATES

SPACE = 3
# What may vary in a data set besides strain paths and microstructures.
PARAMETERS = "parameters"
# A key of a surrogate, and the data set that stands there.
Named = tuple[tuple[str | int, ...], str]


class SurrogateSection(Section):
    """What all surrogates share.

    Attributes
    ----------
    of_kind : what else its kind brings along
    """

    of_kind: ClassVar[type[SurrogateKind]]

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

    averages_over: tuple[Literal["microstructure", "parameters"], ...] | None = Field(
        default=None,
        description="what varies in its training paths without being an input: it learns the mean over the "
        "microstructures, over the parameters of the material, or both; without it such data are refused",
    )
    folds: Annotated[Integer, Field(ge=2, le=100)] | None = Field(
        default=None,
        description="cross-validation: the training paths are cut into so many parts, and for each a model learns from "
        "the others, with the most training paths and the first seed",
    )
    folds_by: Literal["path", "microstructure", "parameters"] | None = Field(
        default=None,
        description="what no two parts share: strain paths, microstructures or values of the material's parameters, by "
        "default strain paths",
    )

    @property
    def tests(self) -> tuple[str, ...]:
        """The data sets that it is tested on, its own first."""
        return tuple(dict.fromkeys((self.dataset, *(self.tested_on or ()))))

    def model_settings(self) -> dict[str, Any]:
        """Return the keys of its kind alone, those that are not set left out."""
        return self.model_dump(
            mode="json", exclude_none=True, exclude=set(SurrogateSection.model_fields) | {"training"}
        )

    def conflicts(self) -> Iterator[Conflict]:
        """Refuse numbers that stand twice and a cut into no parts."""
        if self.folds_by is not None and self.folds is None:
            yield Conflict(("folds_by",), "needs the number of parts: set `folds`")
        for key in ("train_paths", "seeds"):
            values = getattr(self, key) or ()
            for i, value in enumerate(values):
                if value in values[:i]:
                    yield Conflict((key, i), "stands there twice")


class NetworkSection(SurrogateSection):
    """What all networks share."""

    training: TrainingKeys = Field(default=TrainingKeys(), description="how it is trained")


@cache
def surrogate_sections() -> Mapping[str, type[SurrogateSection]]:
    """Return the sections of all kinds of surrogates: the keys that they share, and those of the kind."""
    return {kind: _section(kind, settings) for kind, settings in SURROGATES.items()}


def _section(kind: str, settings: type[SurrogateKind]) -> type[SurrogateSection]:
    keys: dict[str, Any] = {key: (info.annotation, info) for key, info in keys_of(settings).items()}
    keys["kind"] = (Literal[kind], ...)
    base = NetworkSection if settings.is_network else SurrogateSection
    section = create_model(settings.__name__, __base__=base, __doc__=settings.__doc__, **keys)
    section.of_kind = settings
    return section


SurrogateSettings = Annotated[SurrogateSection, OneOf(surrogate_sections)]


def training_simulations(dataset: Dataset) -> int:
    """Return how many training paths a data set has if no simulation fails."""
    splits = [
        (variant.split(block.split), block.simulations) for block in dataset.paths for variant in dataset.variants
    ]
    return sum(count for split, count in splits if split == "train")


def families_tested(dataset: Dataset) -> set[str]:
    """Return the families of the test paths of a data set."""
    return {
        block.family
        for block in dataset.paths
        if any(variant.split(block.split) == "test" for variant in dataset.variants)
    }


def misplaced(surrogates: Mapping[str, SurrogateSection], datasets: Mapping[str, Dataset]) -> Iterator[Conflict]:
    """Yield what surrogates ask of data sets that these do not have; paths of keys begin with a surrogate's name."""
    for name, surrogate in surrogates.items():
        named: list[Named] = [(("dataset",), surrogate.dataset)]
        named += [(("tested_on", i), other) for i, other in enumerate(surrogate.tested_on or ())]
        if surrogate.of_kind.needs_crystal:
            cells = [(path, datasets[other].rev) for path, other in named if other in datasets]
            for path, cell in cells:
                if not cell.mean_field:
                    yield Conflict((name, *path), f"must be a data set of {polycrystals()}, not of {cell.kind}")
        yield from _of_other_dimension(name, surrogate, named, datasets)
        yield from _of_other_duration(name, surrogate, datasets)
        yield from _unseen(name, surrogate, datasets)
        unknown = [(path, other) for path, other in named if other not in datasets]
        for path, other in unknown:
            message = f"is no data set of this config; it has {', '.join(datasets)}"
            yield Conflict((name, *path), message, suggest(other, datasets))
        if not unknown:
            yield from _without_paths(name, surrogate, datasets)


def _unseen(name: str, surrogate: SurrogateSection, datasets: Mapping[str, Dataset]) -> Iterator[Conflict]:
    """Yield the data set of a surrogate if it varies more than the surrogate is given."""
    varied = datasets[surrogate.dataset].varied if surrogate.dataset in datasets else ()
    averaged = surrogate.averages_over or ()
    seen = (*averaged, *((PARAMETERS,) if surrogate.of_kind.takes_parameters else ()))
    if unseen := [what for what in varied if what not in seen]:
        message = (
            f"varies {' and '.join(unseen)}, which a surrogate of kind {surrogate.kind} is not given: it would learn "
            f"the mean; set averages_over: [{', '.join([*averaged, *unseen])}] if that is wanted"
        )
        yield Conflict((name, "dataset"), message)


def _of_other_dimension(
    name: str, surrogate: SurrogateSection, named: Sequence[Named], datasets: Mapping[str, Dataset]
) -> Iterator[Conflict]:
    """Yield data sets whose number of dimensions a surrogate cannot learn from, or does not have by its own data."""
    dimensions = [(path, datasets[other].rev.dimension) for path, other in named if other in datasets]
    for path, dimension in dimensions:
        if surrogate.of_kind.needs_space and dimension < SPACE:
            yield Conflict((name, *path), f"has paths in the plane, and {surrogate.kind} needs three dimensions")
        elif path != ("dataset",) and dimension != dimensions[0][1]:
            message = f"has paths in {dimension} dimensions, and the surrogate learns from paths in {dimensions[0][1]}"
            yield Conflict((name, *path), message)


def _of_other_duration(name: str, surrogate: SurrogateSection, datasets: Mapping[str, Dataset]) -> Iterator[Conflict]:
    """Yield a data set whose paths differ in length, and those for tests with other lengths than it."""
    if surrogate.dataset not in datasets:
        return
    own, *others = datasets[surrogate.dataset].lengths_s
    if others:
        message = f"has paths of {own:g} to {others[-1]:g} s, and no surrogate is given how long a path lasts"
        yield Conflict((name, "dataset"), message)
    if others or not surrogate.of_kind.has_rate:
        return
    for i, other in enumerate(surrogate.tested_on or ()):
        foreign = [length for length in datasets[other].lengths_s if length != own] if other in datasets else []
        if foreign:
            message = f"has paths of {foreign[0]:g} s, and the surrogate learns from paths of {own:g} s"
            yield Conflict((name, "tested_on", i), message)


def _without_paths(name: str, surrogate: SurrogateSection, datasets: Mapping[str, Dataset]) -> Iterator[Conflict]:
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
