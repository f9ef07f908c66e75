"""What is wrong with the parameters of a data set: names that no key has, and values that a key does not take."""

from collections.abc import Iterator, Mapping, Sequence

from pydantic import ValidationError

from hammerscale.config.axes.parameter_keys import changed_block, changed_material, path_keys, quantities
from hammerscale.config.axes.parameters import DURATION, MATERIAL, PATH, Interval, ParameterAxis, Sample
from hammerscale.config.machinery.reflection import field_shape, keys_of
from hammerscale.config.machinery.section import Conflict
from hammerscale.config.machinery.spelling import suggest
from hammerscale.config.material_file import MaterialFile
from hammerscale.keys import ConflictingKeysError
from hammerscale.kinds import Block

LONGEST_S = 1e9
Axes = Mapping[str, ParameterAxis]
Words = tuple[tuple[str | int, ...], str]


def name_conflicts(axes: Axes, blocks: Sequence[Block]) -> Iterator[Conflict]:
    """Yield axes over keys that no path block has, or not every one; keys of the material are checked with its file."""
    keys = [path_keys(block) for block in blocks]
    known = [DURATION, *dict.fromkeys(PATH + key for one in keys for key in one)]
    for name in axes:
        if name in (DURATION, *known) or name.startswith(MATERIAL):
            without = [
                block.label for block, own in zip(blocks, keys, strict=True) if name.removeprefix(PATH) not in own
            ]
            if name.startswith(PATH) and without:
                message = f"is no key of block '{without[0]}', whose simulations would be repeated unchanged"
                yield Conflict((name,), message)
            continue
        message = f"is no numeric key: name {', '.join(known)} or {MATERIAL}<key> of the material file"
        yield Conflict((name,), message, suggest(name, known))


def path_conflicts(sample_list: Sequence[Sample], blocks: Sequence[Block]) -> Iterator[Conflict]:
    """Yield the first value that the length of paths or a path block does not take."""
    for sample in sample_list:
        duration_s = sample.get(DURATION, 1.0)
        if not 0.0 < duration_s <= LONGEST_S:
            yield Conflict(
                (DURATION,), f"must be above 0 up to {LONGEST_S:g} everywhere, and a value is {duration_s:g}"
            )
            return
        for block in blocks:
            try:
                changed_block(block, sample)
            except ValidationError as error:
                (key, *_), message = _in_words(error)
                allowed = field_shape(keys_of(type(block))[str(key)]).allowed
                yield _conflict(PATH, (str(key),), message or f"must be {allowed}", sample)
                return


def material_conflicts(axes: Axes, sample_list: Sequence[Sample], material: MaterialFile) -> Iterator[Conflict]:
    """Yield axes over keys that the material file lacks, else the first value that one of its keys does not take."""
    known = {MATERIAL + name: quantity for name, quantity in quantities(material)}
    unknown = [name for name in axes if name.startswith(MATERIAL) and name not in known]
    for name in unknown:
        message = f"is no numeric key of the material {material.name}; it has {', '.join(known)}"
        guess = suggest(name, known)
        yield Conflict((name,), "is no numeric key of the material" if guess else message, guess)
    if unknown or not any(name.startswith(MATERIAL) for name in axes):
        return
    for sample in sample_list:
        try:
            changed_material(material, sample)
        except ValidationError as error:
            path, message = _in_words(error)
            # Errors below a lattice or a twin name the kind that was chosen, too.
            names = [name for name in sample if name.startswith(MATERIAL) and name.split(".")[-1] in path]
            name = names[0].removeprefix(MATERIAL) if names else ".".join(str(part) for part in path[:-1])
            quantity = known.get(MATERIAL + name)
            allowed = field_shape(type(quantity).model_fields["value"]).allowed if quantity else "another"
            yield _conflict(MATERIAL, (name,), message or f"must be {allowed}", sample)
            return


def region_conflicts(
    regions: Sequence[Mapping[str, Interval]], axes: Axes, sample_list: Sequence[Sample]
) -> Iterator[Conflict]:
    """Yield held-out regions over parameters that there are not, and regions without a sample."""
    for i, region in enumerate(regions):
        unknown = [name for name in region if name not in axes]
        for name in unknown:
            yield Conflict(
                (i, name), f"is no parameter of this data set; it has {', '.join(axes)}", suggest(name, axes)
            )
        if not unknown and not any(holds(region, sample) for sample in sample_list):
            yield Conflict((i,), "holds none of the samples: no simulation would be held out")


def holds(region: Mapping[str, Interval], sample: Sample) -> bool:
    """Whether a sample lies in a region, its bounds included."""
    return all(low <= sample[name] <= high for name, (low, high) in region.items())


def _in_words(error: ValidationError) -> Words:
    """Return where the first error of a changed section lies, and what is wrong, "" for a value out of its bounds."""
    detail = error.errors(include_url=False)[0]
    if isinstance(fault := detail.get("ctx", {}).get("error"), ConflictingKeysError):
        path, message, _ = fault.conflicts[0]
        return (*detail["loc"], *path), message
    return detail["loc"], ""


def _conflict(prefix: str, path: Sequence[str | int], message: str, sample: Sample) -> Conflict:
    """Return the conflict of a key, or of the first parameter of its kind where the key itself is none."""
    name = prefix + ".".join(str(part) for part in path)
    if name in sample:
        return Conflict((name,), f"{message}, and a value is {sample[name]:g}")
    first = next(key for key in sample if key.startswith(prefix))
    return Conflict((first,), f"at the value {sample[first]:g}, {name.removeprefix(prefix)} {message}")
