"""Axial sections of impacted bodies, coloured by a field (Liu et al., figures 4 to 7)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import Normalize
from matplotlib.ticker import MaxNLocator

from hammerscale.arrays import FloatArray
from hammerscale.macro.records.vtkhdf_reader import Fields
from hammerscale.study.axial_section import axial_section
from hammerscale.units import MEGA

MM, MICRO = 1e3, 1e6
# The part of a plate around the impact that is shown: this many thicknesses from the axis.
SHOWN_THICKNESSES = 5.0
# Shortest axis with room for several labels, in dots of the screen.
WIDE = 150
PERCENTILE, OUTSHINES = 99.0, 3.0


@dataclass(frozen=True)
class Shown:
    """How a field is shown.

    Attributes
    ----------
    name : of the field
    label : of its colour bar
    scale : factor on its values
    colours : colour map
    signed : whether zero is in the middle of the colours
    """

    name: str
    label: str
    scale: float = 1.0
    colours: str = "viridis"
    signed: bool = False


FIELDS = (
    Shown("von_mises", "von Mises stress [MPa]", 1.0 / MEGA, "magma"),
    Shown("deviatoric_strain", "deviatoric strain $e_d$"),
    Shown("volumetric_strain", "volumetric strain $e_v$", 1.0, "RdBu_r", signed=True),
)


def field_range(shown: Shown, values: Sequence[FloatArray]) -> Normalize:
    """Return the range of colours for all `values`; what lies beyond takes the colours of its ends.

    Single elements are let go beyond, and so is one of several bodies that outshines the others: an elastic body among
    plastic ones would leave them dark.
    """
    highest = np.array([np.percentile(np.abs(part), PERCENTILE) for part in values])
    end = float(highest[highest <= OUTSHINES * np.median(highest)].max()) or 1.0
    return Normalize(-end if shown.signed else 0.0, end)


def draw_section(axis: Axes, fields: Fields, frame: int, shown: Shown, colours: Normalize) -> PolyCollection:
    """Draw the deformed section of a frame, coloured by a field, and return what a colour bar needs."""
    values = shown.scale * fields.on_elements(shown.name, frame)
    return draw_values(axis, fields, frame, values, colours, shown.colours)


def draw_values(
    axis: Axes, fields: Fields, frame: int, values: FloatArray, colours: Normalize, name: str
) -> PolyCollection:
    """Draw the deformed section of a frame, coloured by values on all elements (m,) with the colour map `name`."""
    section = axial_section(fields)
    position = MM * (fields.nodes + fields.displacement(frame))
    polygons = position[section.corners][:, :, [0, 2]]
    values = values[section.elements]
    if section.mirrored:
        polygons = np.concatenate([polygons * [-1.0, 1.0], polygons])
        values = np.concatenate([values, values])
    drawn = PolyCollection(list(polygons), array=values, cmap=name, norm=colours)
    # Else the background shines through between the faces.
    drawn.set(edgecolor="face", linewidth=0.3, antialiased=False)
    axis.add_collection(drawn)
    axis.set_aspect("equal")
    axis.grid(visible=False)
    axis.autoscale_view()
    return drawn


def is_flat(fields: Fields) -> bool:
    """Return whether a body is wider than high, as a plate is."""
    size = np.ptp(fields.nodes, axis=0)
    return bool(size[0] > size[2])


def shown_width(fields: Fields) -> float:
    """Return how far from the axis a body is shown [mm]: all of a tall one, a plate around the impact only."""
    width = float(np.abs(fields.nodes[:, 0]).max())
    return MM * (min(SHOWN_THICKNESSES * float(np.ptp(fields.nodes[:, 2])), width) if is_flat(fields) else width)


def limit_view(axis: Axes, fields: Fields) -> None:
    """Show a plate around the impact only."""
    if is_flat(fields):
        axis.set_xlim(-shown_width(fields), shown_width(fields))


def label_outside(rows: Sequence[Sequence[Axes]]) -> None:
    """Name the coordinates along the outer sides of a grid of axes."""
    for axis in rows[-1]:
        axis.set_xlabel("x [mm]")
    for row in rows:
        row[0].set_ylabel("z [mm]")
        for axis in row:
            axis.xaxis.set_major_locator(MaxNLocator(nbins=4 if axis.get_window_extent().width > WIDE else 2))
            axis.tick_params(labelsize=8)
