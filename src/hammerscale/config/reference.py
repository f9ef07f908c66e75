"""Writes the key reference: one table per section, for the config, material files, decks and law files."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic.fields import FieldInfo

from hammerscale.config.campaign_settings import Settings
from hammerscale.config.deck import Deck
from hammerscale.config.law_file import LawFile
from hammerscale.config.machinery.default_file import flow, plain
from hammerscale.config.machinery.reflection import Keyed, Shape, field_shape, keys_of, section_shape, summary
from hammerscale.config.material_file import MaterialFile, Option, Quantity

INTRODUCTION = """\
# Keys of the config

Written by `python -m hammerscale.config.generate` from the models in `src/hammerscale/config`; do not edit.
[config.yaml](config.yaml) is the default campaign, with the same explanations as comments.

- **Nothing starts before everything is right.** Unknown keys, wrong types and values out of bounds are reported all at
  once, with file, line, allowed values and the name that was probably meant. `hammerscale check` does only that.
- **Numbers** are read as YAML 1.2 writes them: `1e-8` is a number. `yes`, `no`, `on`, `off`, `012`, `0x1f`, `1:30`,
  `1_000` and duplicate keys are refused, because readers of YAML disagree about them.
- **A second file** overrides the first: mappings are merged key by key, lists and other values are replaced, and so is
  a mapping whose `kind` or `family` changes. A written `null` takes away what earlier files say, so that the default
  holds or a whole entry is gone: `{grains: null}`, `{surrogates: {rno: null}}`. A key with nothing behind its colon,
  which earlier files give, is refused.
- **Single values** are overridden by `--config datasets='{taylor: {rev: {grains: 64}}}'`, with `snakemake` and with the
  verbs of `hammerscale`, and are checked like a file. The verbs take `--config datasets.taylor.rev.grains=64` too, and
  items of lists, counted from 0: `--config datasets.taylor.paths.1.count=20`. Snakemake refuses keys with dots.
- **Files** named in the config are looked up from the folder in which the command is started.
"""

MATERIALS = """
# Keys of a material file

Every constant is a mapping of

- `value`: a number, or true or false for a decision,
- `unit`: one of those in the table below, where the value is a number; values are converted to SI,
- `source`: text, where the value comes from,
- `status`: how far it can be trusted, one of {statuses}.
"""

DECKS = """
# Keys of a deck

An impact without its material: `hammerscale impact DECK --law NAME -o FOLDER` runs it under any law.
"""

LAWS = """
# Keys of a law file

The material of an impact. Constants are written as in material files.
"""


STATUS = Option.model_fields["status"]


@dataclass(frozen=True)
class _Chapter:
    """One section of the config with its place in it."""

    title: str
    section: Keyed


def render_reference() -> str:
    """Return the reference as Markdown."""
    lines = [INTRODUCTION]
    for chapter in _chapters("", section_shape(Settings)):
        lines += _table(chapter)
    lines.append(MATERIALS.format(statuses=", ".join(f"`{word}`" for word in field_shape(STATUS).words)))
    for chapter in _chapters("", section_shape(MaterialFile)):
        lines += _table(chapter)
    for introduction, section in ((DECKS, Deck), (LAWS, LawFile)):
        lines.append(introduction)
        for chapter in _chapters("", section_shape(section)):
            lines += _table(chapter)
    return "\n".join(lines) + "\n"


def _chapters(path: str, shape: Shape | None) -> Iterator[_Chapter]:
    """Yield a section and everything below it, except constants, which are all alike."""
    if shape is None:
        return
    if shape.form in ("mapping", "list"):
        yield from _chapters(f"{path}.<name>" if shape.form == "mapping" else f"{path}.<number>", shape.item)
    for word, section in shape.sections.items():
        if issubclass(section, Quantity | Option):
            continue
        title = (f"`{path.strip('.')}`" if path else "Top level") + (f" with `{shape.tag}: {word}`" if word else "")
        yield _Chapter(title, section)
        for key, info in keys_of(section).items():
            yield from _chapters(f"{path}.{key}", field_shape(info))


def _table(chapter: _Chapter) -> list[str]:
    lines = ["", f"## {chapter.title}", "", summary(chapter.section), ""]
    lines += ["| key | type | default | allowed | meaning |", "|---|---|---|---|---|"]
    lines += [_row(key, info) for key, info in keys_of(chapter.section).items()]
    return lines


def _row(key: str, info: FieldInfo) -> str:
    shape = field_shape(info)
    if info.is_required():
        default = "required"
    elif info.default is None:
        default = "not set"
    else:
        default = f"`{flow(plain(info.default))}`"
    cells = (
        f"`{key}`",
        shape.type_name,
        default,
        _allowed(shape),
        info.description or "chooses the keys of this table",
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _allowed(shape: Shape) -> str:
    choice = shape.item if shape.item and shape.item.sections else shape
    if choice.form == "choice":
        return f"{choice.tag}: " + ", ".join(f"`{word}`" for word in choice.sections)
    constant = shape.section
    if constant is not None and issubclass(constant, Quantity):
        units = field_shape(constant.model_fields["unit"]).words
        return f"{field_shape(constant.model_fields['value']).allowed}, in {', '.join(f'`{unit}`' for unit in units)}"
    if constant is not None and issubclass(constant, Option):
        return "true or false"
    if choice.form == "section":
        return "see below"
    return ", ".join(f"`{word}`" for word in shape.words) or shape.allowed
