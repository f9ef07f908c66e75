"""The axial section of one impact run, to look at."""

from matplotlib.figure import Figure

from hammerscale.errors import InputError
from hammerscale.study.figures.impact_section import FIELDS, draw_section, field_range, label_outside, limit_view
from hammerscale.study.impact_run import ImpactRun

SHOWN = {shown.name: shown for shown in FIELDS}


def draw_impact(run: ImpactRun, field: str = "von_mises", frame: int = -1) -> Figure:
    """Return a figure of the deformed axial section, coloured by a field.

    Parameters
    ----------
    run : a finished run
    field : "von_mises", "deviatoric_strain" or "volumetric_strain"
    frame : number of the frame, from the end if negative
    """
    if field not in SHOWN:
        raise InputError(f"no colours are known for the field {field!r}", remedy=f"choose one of {', '.join(SHOWN)}")
    shown = SHOWN[field]
    figure = Figure(figsize=(4.0, 5.0), layout="constrained")
    axis = figure.subplots()
    colours = field_range(shown, [shown.scale * run.fields.on_elements(field, frame)])
    figure.colorbar(draw_section(axis, run.fields, frame, shown, colours), ax=axis, label=shown.label)
    limit_view(axis, run.fields)
    label_outside([[axis]])
    axis.set_title(f"{run.law}, {1e6 * run.fields.times[frame]:.3g} µs")
    return figure
