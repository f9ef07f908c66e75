"""An impacted body seen from the side: its deformed mesh in three dimensions, one quarter left out to look inside."""

import numpy as np
from matplotlib.colors import Normalize
from mpl_toolkits.mplot3d import Axes3D  # type: ignore[import-untyped]
from mpl_toolkits.mplot3d.art3d import Poly3DCollection  # type: ignore[import-untyped]

from hammerscale.arrays import FloatArray, IntArray
from hammerscale.macro.records.vtkhdf_reader import Fields
from hammerscale.study.axial_section import FACES
from hammerscale.study.figures.impact_section import MM, Shown, is_flat, shown_width

# Signs of x and y of the quarters that are drawn; the one between the viewer and the axis is left out.
QUARTERS = ((1, 1), (-1, 1), (1, -1))
ELEVATION, AZIMUTH = 24.0, -135.0
# Three-dimensional axes fill a square and leave much of it blank: bodies are drawn larger, beyond it.
ZOOM_FLAT, ZOOM_TALL = 1.8, 2.5


def surface(elements: IntArray) -> tuple[IntArray, IntArray]:
    """Return the faces (f, 4) that belong to one element (m, 8) only, as nodes, and the number (f,) of that element."""
    faces = elements[:, FACES].reshape(-1, 4)
    _, where, count = np.unique(np.sort(faces, axis=1), axis=0, return_index=True, return_counts=True)
    alone = np.sort(where[count == 1])
    return faces[alone], alone // len(FACES)


def shown_quarter(fields: Fields) -> IntArray:
    """Return the numbers of the elements with x and y not negative that are shown of a body."""
    centre = MM * fields.nodes[fields.elements].mean(axis=1)[:, :2]
    return np.flatnonzero(((centre > 0.0) & (centre < shown_width(fields))).all(axis=1))


def draw_view(axis: Axes3D, fields: Fields, frame: int, shown: Shown, colours: Normalize) -> Poly3DCollection:
    """Draw three quarters of the deformed body of a frame, its faces coloured by a field."""
    chosen = shown_quarter(fields)
    faces, owner = surface(fields.elements[chosen])
    position = MM * (fields.nodes + fields.displacement(frame))
    values = shown.scale * fields.on_elements(shown.name, frame)[chosen][owner]
    polygons = np.concatenate([position[faces] * [x, y, 1.0] for x, y in QUARTERS])
    drawn = Poly3DCollection(list(polygons), array=np.tile(values, len(QUARTERS)), cmap=shown.colours, norm=colours)
    drawn.set(edgecolor=(0.0, 0.0, 0.0, 0.35), linewidth=0.15)
    axis.add_collection3d(drawn)
    drawn.set_clip_on(False)
    _frame_body(axis, polygons, ZOOM_FLAT if is_flat(fields) else ZOOM_TALL)
    return drawn


def _frame_body(axis: Axes3D, polygons: FloatArray, zoom: float) -> None:
    """Fit the axes to the body, equal lengths being equal on paper."""
    low, high = polygons.min(axis=(0, 1)), polygons.max(axis=(0, 1))
    axis.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), zlim=(low[2], high[2]))
    axis.set_box_aspect(tuple(high - low), zoom=zoom)
    axis.set_proj_type("ortho")
    axis.view_init(ELEVATION, AZIMUTH)
    axis.set_axis_off()
