"""The keys of a material file and of path blocks that a parameter can change."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from hammerscale.config.axes.parameters import DURATION, MATERIAL, PATH, Sample
from hammerscale.config.machinery.reflection import field_shape, keys_of
from hammerscale.config.machinery.section import Section
from hammerscale.config.material_file import MaterialFile, Quantity
from hammerscale.kinds import Block


def quantities(part: object, name: str = "") -> Iterator[tuple[str, Quantity]]:
    """Yield every quantity of a material file with its dotted name, as in `slip.basal.drag_stress`."""
    if isinstance(part, Quantity):
        yield name, part
    elif isinstance(part, Section | dict):
        for key, inner in part.items() if isinstance(part, dict) else part:
            yield from quantities(inner, f"{name}.{key}" if name else key)


def changed_material(material: MaterialFile, sample: Sample) -> MaterialFile:
    """Return a material with the values of a sample, each in the unit of its key."""
    changes = _of(sample, MATERIAL)
    if not changes:
        return material
    document = material.model_dump(mode="json")
    for name, value in changes.items():
        node = document
        for part in name.split("."):
            node = node[part]
        node["value"] = value
    return MaterialFile.model_validate(document)


def changed_block(block: Block, sample: Sample) -> Block:
    """Return a path block with the values of a sample."""
    changes = _of(sample, PATH)
    if not changes:
        return block
    types = path_keys(block)
    whole = {key: int(value) for key, value in changes.items() if types[key] == "integer" and value.is_integer()}
    changed: Block = TypeAdapter(type(block)).validate_python({**block.keys(), **changes, **whole})
    return changed


def path_keys(block: Block) -> dict[str, str]:
    """Return the keys of a path block that a parameter can change, each with its type, "integer" or "number"."""
    kind: Any = type(block)
    found: dict[str, str] = _numeric_keys(kind)
    return found


def unit_and_scale(material: MaterialFile, name: str) -> tuple[str, float]:
    """Return the SI unit of a parameter, and the factor that takes its values there."""
    if name == DURATION:
        return "s", 1.0
    if name.startswith(PATH):
        return "1", 1.0
    quantity = dict(quantities(material))[name.removeprefix(MATERIAL)]
    unit = next(unit for unit, scale in quantity.scales.items() if scale == 1.0)
    return unit.replace("/m^3", " m-3").replace("1/s", "s-1"), quantity.scales[quantity.unit]


@cache
def _numeric_keys(kind: Any) -> dict[str, str]:
    """Return the numeric keys of a kind of path blocks, apart from the number of paths, each with its type."""
    types = {key: field_shape(info).type_name for key, info in keys_of(kind).items() if key != "count"}
    return {key: name for key, name in types.items() if name in ("integer", "number")}


def _of(sample: Sample, prefix: str) -> dict[str, float]:
    return {name.removeprefix(prefix): value for name, value in sample.items() if name.startswith(prefix)}
