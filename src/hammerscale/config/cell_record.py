"""What a law or a data set stands for: crystal and microstructure, in a form in which two can be compared."""

import math
from collections.abc import Collection, Iterable, Mapping
from typing import Annotated, Any

from pydantic import Field

from hammerscale.config.hashes import digest
from hammerscale.config.machinery.default_file import flow
from hammerscale.config.machinery.section import LARGEST_SEED, Integer, Number, Section, Slug
from hammerscale.config.material_file import MaterialFile
from hammerscale.kinds import CellSettings

# Keys of a unit cell that have an aspect of their own, or that change its numbers by no more than their tolerance.
OWN_ASPECT = {"material", "grid", "grains", "texture", "microstructure_seed"}
NUMERICS = {"tolerance", "steps", "max_steps"}
# What is compared, in the words of messages; the material's name is for the reader.
ASPECTS = {
    "constants": "material",
    "density_kg_m3": "density",
    "cell": "unit cell",
    "grid": "grid",
    "texture": "texture",
    "grains": "grains",
    "seed": "seed",
}
Words = Annotated[str, Field(min_length=1, max_length=500)]


class CellRecord(Section):
    """The crystal and the microstructure that something stands for; what is left out is not claimed."""

    material: Slug | None = Field(default=None, description="name of the material")
    constants: Words | None = Field(
        default=None, description="SHA-256 of its constants without name and density, shortened"
    )
    density_kg_m3: Annotated[Number, Field(gt=0.0)] | None = Field(default=None, description="mass density ρ [kg/m³]")
    cell: Words | None = Field(default=None, description="unit cell, with the keys that only this kind has")
    grid: Annotated[Integer, Field(ge=1)] | None = Field(default=None, description="pixels along each side")
    texture: Words | None = Field(default=None, description="how its grains are oriented; a file by its SHA-256")
    grains: Annotated[Integer, Field(ge=1)] | None = Field(default=None, description="number of grains")
    seed: Annotated[Integer, Field(ge=0, le=LARGEST_SEED)] | None = Field(
        default=None, description="seed of grains and orientations"
    )

    def crystal_alone(self) -> "CellRecord":
        """Return the record of a law with a crystal but no grains."""
        return CellRecord(material=self.material, constants=self.constants, density_kg_m3=self.density_kg_m3)

    def with_density(self, density: float | None) -> "CellRecord":
        """Return the record with another density [kg/m³], None for one that does not matter."""
        return self.model_copy(update={"density_kg_m3": density})

    def in_common(self, others: Iterable["CellRecord"]) -> "CellRecord":
        """Return what the record and all others agree in; the rest is not claimed."""
        differing = {
            key for other in others for key in type(self).model_fields if getattr(other, key) != getattr(self, key)
        }
        return self.model_copy(update=dict.fromkeys(differing))

    def differences(self, other: "CellRecord") -> dict[str, str]:
        """Return what differs from another record, aspect → both in words; what one of them does not claim does not."""
        found = {}
        for key, word in ASPECTS.items():
            ours, theirs = getattr(self, key), getattr(other, key)
            if None not in (ours, theirs) and not _same(ours, theirs):
                if key == "constants" and self.material != other.material:
                    ours, theirs = self.material, other.material
                found[word] = f"{ours} and {theirs}"
        return found


def _same(ours: str | float, theirs: str | float) -> bool:
    """Return whether two entries are equal, numbers but for the round-off of their units."""
    if isinstance(ours, float) and isinstance(theirs, float):
        return math.isclose(ours, theirs)
    return ours == theirs


def record_of(rev: CellSettings, material: MaterialFile, contents: Mapping[str, str], campaign_seed: int) -> CellRecord:
    """Return the record of a unit cell.

    Parameters
    ----------
    rev, material : the unit cell and its constants
    contents : SHA-256 of files by name, that of the texture among them
    campaign_seed : seed of the grains unless the unit cell names one of its own
    """
    constants = material.constants()
    for key in ("name", "density"):
        del constants[key]
    keys = rev.given()
    texture = keys.get("texture") or {}
    if rev.named_file:
        texture = {**texture, "file": contents[rev.named_file]}
    # A file lists its grains: their number is no key, and no seed draws them.
    drawn = "grains" in keys
    return CellRecord(
        material=material.name,
        constants=digest(constants)[:16],
        density_kg_m3=material.density.si,
        cell=_in_words(keys, OWN_ASPECT | NUMERICS),
        grid=keys.get("grid"),
        texture=_in_words(texture) if texture else None,
        grains=keys["grains"] if drawn else None,
        seed=keys.get("microstructure_seed", campaign_seed) if drawn else None,
    )


def law_record(
    rev: CellSettings, material: MaterialFile, contents: Mapping[str, str], campaign_seed: int
) -> CellRecord:
    """Return what a law with this unit cell at every point stands for: an elastic body claims no grains."""
    record = record_of(rev, material, contents, campaign_seed)
    return record if rev.has_crystals else record.crystal_alone()


def _in_words(keys: Mapping[str, Any], left_out: Collection[str] = ()) -> str:
    """Return a kind and its other keys in words."""
    others = {key: value for key, value in keys.items() if key not in {"kind", *left_out}}
    return ", ".join([keys["kind"], *(f"{key} {flow(value)}" for key, value in others.items())])
