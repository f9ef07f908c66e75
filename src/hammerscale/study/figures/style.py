"""One look for every figure: sizes, colours that colour-blind readers can tell apart, and how figures are saved."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import matplotlib as mpl
import numpy as np
from cycler import cycler
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.typing import RcKeyType

from hammerscale.config.hashes import digest
from hammerscale.errors import InputError
from hammerscale.provenance import collect
from hammerscale.store.atomic import replacing

# Okabe and Ito's palette.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
FORMATS = ("png", "svg")
SETTINGS: dict[RcKeyType, object] = {
    "figure.dpi": 100,
    "savefig.dpi": 160,
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": cycler(color=COLOURS),
    "axes.grid": True,
    "grid.alpha": 0.25,
    "lines.linewidth": 1.4,
    "legend.frameon": False,
    # Text stays text, so that figures can be searched; equal runs give equal files.
    "svg.fonttype": "none",
    "svg.hashsalt": "hammerscale",
}


@contextmanager
def house_style() -> Iterator[None]:
    """Draw in the house style inside the block, headless."""
    with mpl.rc_context(SETTINGS):
        yield


def distinct_colours(count: int) -> list[str]:
    """Return so many colours, none twice and none black: those of the house, or of a rainbow where these run out."""
    if count < len(COLOURS):
        return list(COLOURS[:count])
    return [to_hex(colour) for colour in mpl.colormaps["turbo"](np.linspace(0.0, 1.0, count))]


def require_format(file: Path) -> str:
    """Return the format that the ending of a file asks for; any but PNG and SVG is an `InputError`."""
    kind = file.suffix.removeprefix(".")
    if kind not in FORMATS:
        raise InputError(f"{file} is no name of a figure", "its ending chooses the format", "end it with .png or .svg")
    return kind


def draw_into(outputs: Sequence[Path], draw: Callable[[], tuple[Figure, Mapping[str, str]]]) -> None:
    """Save what `draw` returns in the house style into every output; a wrong ending is refused before it is called.

    Parameters
    ----------
    outputs : figures, .png or .svg
    draw : returns a figure and the provenance of what it shows
    """
    for output in outputs:
        require_format(output)
    with house_style():
        figure, provenance = draw()
        for output in outputs:
            save(figure, output, provenance)


def made_from(*tables: Path) -> dict[str, str]:
    """Return the provenance of a figure that shows measured tables."""
    return collect(digest([table.read_text(encoding="utf-8") for table in tables]), {}).attributes()


def save(figure: Figure, file: Path, provenance: Mapping[str, str]) -> None:
    """Save a figure atomically with the provenance of what it shows as metadata; the ending chooses the format."""
    kind = require_format(file)
    metadata: dict[str, str | None] = dict(provenance)
    if kind == "svg":
        # SVG has the fields of Dublin Core only. Without a date of its own, equal runs give equal files.
        description = "; ".join(f"{name}: {value}" for name, value in provenance.items())
        metadata = {"Date": provenance.get("date_created"), "Description": description}
    with replacing(file) as temporary:
        figure.savefig(temporary, format=kind, bbox_inches="tight", metadata=metadata)
