"""One look for every figure: sizes, colours that colour-blind readers can tell apart, and how figures are saved."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import matplotlib as mpl
from cycler import cycler
from matplotlib.figure import Figure
from matplotlib.typing import RcKeyType

from hammerscale.store.atomic import replacing

# Okabe and Ito's palette.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
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


def save(figure: Figure, file: Path) -> None:
    """Save a figure atomically; the ending chooses the format."""
    kind = file.suffix.removeprefix(".")
    with replacing(file) as temporary:
        figure.savefig(temporary, format=kind, bbox_inches="tight", metadata={"Date": None} if kind == "svg" else None)
