"""The microstructures of a data set: each is its unit cell with other grains, in one or several realisations."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from hammerscale.config.machinery.reflection import keys_of
from hammerscale.config.machinery.section import LARGEST_SEED, Conflict, Integer, Section, Slug
from hammerscale.keys import ConflictingKeysError, MicrostructureSeed, OneOf
from hammerscale.kinds import CellSettings, TextureSettings
from hammerscale.registry import TEXTURES

GRAIN_KEYS = ("texture", "grains", "microstructure_seed")
MOST_REALISATIONS = 10_000


class Microstructure(Section):
    """The unit cell `rev` of the data set with other grains."""

    name: Slug = Field(examples=["basal"], description="name of the microstructure in the files of the data set")
    texture: Annotated[TextureSettings, OneOf(TEXTURES)] | None = Field(
        default=None, description="how the grains are oriented, by default as in `rev`"
    )
    grains: Annotated[Integer, Field(ge=1, le=100_000)] | None = Field(
        default=None, description="number of grains, by default as in `rev`"
    )
    microstructure_seed: MicrostructureSeed = Field(
        default=None, description="seed of the orientations and grains, by default as in `rev`"
    )
    count: Integer = Field(
        default=1,
        ge=1,
        le=MOST_REALISATIONS,
        description="number of realisations: the first is drawn from the seed, the others from the seeds after it",
    )
    split: Literal["validation", "test"] | None = Field(
        default=None, description="what all its simulations are for, by default the split of the path block"
    )

    @property
    def overrides(self) -> dict[str, Any]:
        """The keys of `rev` that the microstructure changes, as plain data without default values."""
        return self.model_dump(mode="json", exclude_defaults=True, include=set(GRAIN_KEYS))


@dataclass(frozen=True)
class Realisation:
    """One microstructure that simulations are computed with.

    Attributes
    ----------
    name : name in the files of the data set
    overrides : keys of the unit cell that it changes, as plain data
    number : the seed is that of the unit cell plus this number
    split : "validation" or "test" for a microstructure that is held out, else None
    """

    name: str = "base"
    overrides: Mapping[str, Any] = field(default_factory=dict)
    number: int = 0
    split: str | None = None

    @property
    def content(self) -> dict[str, Any]:
        """How it differs from others of the data set; empty for the unit cell as it stands in `rev`."""
        return {**self.overrides, **({"realisation": self.number} if self.number else {})}

    def cell(self, rev: CellSettings, campaign_seed: int) -> CellSettings:
        """Return the unit cell `rev` with these grains."""
        cell = _with_overrides(rev, self.overrides) if self.overrides else rev
        if self.number == 0 or not cell.has_crystals:
            return cell
        first = cell.grains_seed(campaign_seed) or 0
        return _with_overrides(cell, {"microstructure_seed": (first + self.number) % (LARGEST_SEED + 1)})


def realisations(microstructures: Sequence[Microstructure]) -> tuple[Realisation, ...]:
    """Return all realisations, the second of `name` as `name-2`; without microstructures the unit cell itself."""
    return tuple(
        Realisation(f"{entry.name}-{k + 1}" if k else entry.name, entry.overrides, k, entry.split)
        for entry in microstructures
        for k in range(entry.count)
    ) or (Realisation(),)


def microstructure_conflicts(rev: CellSettings, entries: Sequence[Microstructure]) -> Iterator[Conflict]:
    """Yield names that stand twice and keys that the unit cell cannot take; paths begin with an entry's number."""
    names: set[str] = set()
    contents: dict[str, str] = {}
    for i, entry in enumerate(entries):
        own = {one.name for one in realisations([entry])}
        if double := sorted(names & own):
            yield Conflict((i, "name"), f"gives a second microstructure the name '{double[0]}'")
        names |= own
        other = contents.setdefault(json.dumps(entry.overrides, sort_keys=True), entry.name)
        if other != entry.name:
            yield Conflict((i,), f"is the same microstructure as {other}: its simulations would be computed twice")
        yield from (Conflict((i, *path), message) for path, message in _refusals(rev, entry))


def _refusals(rev: CellSettings, entry: Microstructure) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield the keys of an entry that do not fit the unit cell, and why."""
    unknown = [key for key in entry.overrides if key not in keys_of(type(rev))]
    for key in unknown:
        yield (key,), f"is no key of the unit cell, which is of kind {rev.kind}"
    if unknown:
        return
    try:
        cell = _with_overrides(rev, entry.overrides)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            fault = detail.get("ctx", {}).get("error")
            found = fault.conflicts if isinstance(fault, ConflictingKeysError) else [Conflict((), detail["msg"])]
            # A value of `rev` that does not fit has no key in this entry.
            yield from ((path if path and path[0] in entry.overrides else (), message) for path, message, _ in found)
        return
    if entry.count > 1 and (not cell.has_crystals or cell.named_file):
        yield ("count",), "must be 1 for grains that no seed draws"


def _with_overrides(rev: CellSettings, overrides: Mapping[str, Any]) -> CellSettings:
    keys = rev.keys()
    if overrides.get("texture", {}).get("kind") == "file":
        # The file lists the grains.
        keys.pop("grains", None)
    cell: CellSettings = TypeAdapter(type(rev)).validate_python({**keys, **overrides})
    return cell
