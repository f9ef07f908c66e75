"""What a surrogate learned without being told: causality and isotropy (Liu et al., Figs. 2 and 3).

Paths that part at some time must have the same stress up to then; a texture of many random grains must answer alike
whichever way it is pulled. Some models have the first by construction; none has the second.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hammerscale.arrays import FloatArray
from hammerscale.config.hashes import digest
from hammerscale.errors import InputError
from hammerscale.loading.knots import piecewise_linear
from hammerscale.provenance import collect
from hammerscale.streams import stream
from hammerscale.study.style import COLOURS, house_style, require_format, save
from hammerscale.study.table import Row, write_table
from hammerscale.surrogate.models import load_model
from hammerscale.surrogate.signature import STRETCH_TO_CAUCHY
from hammerscale.surrogate.surrogate import FittedSurrogate
from hammerscale.tensor.voigt import IDENTITY, from_matrix, to_matrix
from hammerscale.units import MEGA

TABLES = (".csv", ".md")
TIMES = np.linspace(0.0, 1.0, 201)
STRAIN = 0.1
SEED = 2022
PATHS = 5
PARTING = 0.5
HOLDS = (0.2, 0.4, 0.6, 0.8, 1.0)
ANGLES_DEG = tuple(range(0, 360, 30))
COLUMNS = ("model", "past_changed_by_future_percent", "past_changed_by_hold_percent", "anisotropy_percent")


@dataclass(frozen=True)
class Answers:
    """What a model answers to the three probes.

    Attributes
    ----------
    parting : σ11 of paths that are one until `PARTING` (paths, t) [Pa]
    holding : σ11 of uniaxial ramps that are held from each of `HOLDS` on (ramps, t) [Pa]
    turned : tensile stress along axes at each of `ANGLES_DEG` (angles, t) [Pa]
    """

    parting: FloatArray
    holding: FloatArray
    turned: FloatArray

    def row(self, name: str) -> Row:
        """Return the spreads [%], each over the largest stress of its probe."""
        before = TIMES <= PARTING
        changed = [
            np.abs(one - self.holding[-1])[hold >= TIMES].max() for one, hold in zip(self.holding, HOLDS, strict=True)
        ]
        values = (
            np.ptp(self.parting[:, before], axis=0).max() / np.abs(self.parting).max(),
            max(changed) / np.abs(self.holding).max(),
            np.ptp(self.turned, axis=0).max() / np.abs(self.turned).max(),
        )
        return dict(zip(COLUMNS, (name, *(100.0 * float(value) for value in values)), strict=True))


def plot_behaviour(models: Sequence[Path], outputs: Sequence[Path]) -> None:
    """Probe exported models of the stretch and write spreads (CSV, Markdown) and curves (SVG, PNG)."""
    for output in outputs:
        if output.suffix not in TABLES:
            require_format(output)
    answers = {model_name(folder): probe(_load(folder)) for folder in models}
    rows = [one.row(name) for name, one in answers.items()]
    made_by = collect(digest(rows), {"paths": SEED}).attributes()
    with house_style():
        figure = draw_behaviour(answers)
        for output in outputs:
            if output.suffix in TABLES:
                write_table(output, COLUMNS, rows)
            else:
                save(figure, output, made_by)


def model_name(folder: Path) -> str:
    """Return the name of a model in tables and figures: that of its surrogate and its own, as campaigns lay them."""
    return "/".join(folder.absolute().parts[-2:])


def _load(folder: Path) -> FittedSurrogate:
    """Return a model of the stretch and the Cauchy stress in three dimensions; others are refused."""
    model = load_model(folder)
    if not model.signature.is_lawful:
        raise InputError(
            f"{folder} maps {model.signature}",
            f"the probes are paths of another kind: {STRETCH_TO_CAUCHY}",
            "leave this model out",
        )
    return model


def probe(model: FittedSurrogate) -> Answers:
    """Return the answers of a model."""
    turned, axes = turned_paths()
    tension = np.einsum("ni,ntij,nj->nt", axes, to_matrix(model.predict(TIMES, turned)), axes)
    return Answers(
        parting=model.predict(TIMES, parting_paths())[..., 0],
        holding=model.predict(TIMES, holding_paths())[..., 0],
        turned=tension,
    )


def parting_paths() -> FloatArray:
    """Return random walks (paths, t, 6), straight between knots, that share their knots until `PARTING`."""
    knots = np.linspace(0.0, 1.0, 11)
    shared = int(np.searchsorted(knots, PARTING - 1e-9))
    signs = stream(SEED, 0, "parting paths").choice([-1.0, 1.0], (PATHS, knots.size - 1, 6))
    signs[:, :shared] = signs[0, :shared]
    walks = np.cumsum(signs * STRAIN * np.sqrt(np.diff(knots))[:, None], axis=1)
    stretch = IDENTITY + np.concatenate([np.zeros((PATHS, 1, 6)), walks], axis=1)
    return np.stack([piecewise_linear(knots, one).stretch(TIMES) for one in stretch])


def holding_paths() -> FloatArray:
    """Return uniaxial strains U11 = 1 + c t (ramps, t, 6), each constant after its time of `HOLDS`."""
    stretch = np.tile(IDENTITY, (len(HOLDS), TIMES.size, 1))
    stretch[..., 0] += STRAIN * np.minimum(TIMES, np.array(HOLDS)[:, None])
    return stretch


def turned_paths() -> tuple[FloatArray, FloatArray]:
    """Return isochoric tension f along axes (angles, 3) turned about x2, 1/√f across: (angles, t, 6), and the axes."""
    angles = np.radians(ANGLES_DEG)
    axes = np.stack([np.cos(angles), np.zeros_like(angles), np.sin(angles)], axis=1)
    tension = 1.0 + STRAIN * TIMES
    along = np.einsum("ni,nj->nij", axes, axes)[:, None]
    across = tension[:, None, None] ** -0.5
    return from_matrix(tension[:, None, None] * along + across * (np.eye(3) - along)), axes


def draw_behaviour(answers: dict[str, Answers]) -> Figure:
    """Return the figure: a row per model, a column per probe."""
    figure = Figure(figsize=(11.0, 0.6 + 2.6 * len(answers)), layout="constrained")
    grid = figure.subplots(len(answers), 3, squeeze=False)
    for axes, (name, one) in zip(grid, answers.items(), strict=True):
        _draw(axes[0], TIMES, one.parting)
        _draw(axes[1], TIMES, one.holding)
        _draw(axes[2], 100.0 * STRAIN * TIMES, one.turned)
        axes[0].axvline(PARTING, color="0.5", linestyle="--")
        axes[0].set_ylabel(f"{name}\nstress [MPa]")
    titles = f"σ11, paths that part at t = {PARTING}", "σ11, ramps held from some time on", "tension along turned axes"
    labels = "normalised time", "normalised time", "strain [%]"
    for axis, title in zip(grid[0], titles, strict=True):
        axis.set_title(title)
    for axis, label in zip(grid[-1], labels, strict=True):
        axis.set_xlabel(label)
    return figure


def _draw(axis: Axes, horizontal: FloatArray, stress: FloatArray) -> None:
    for i, values in enumerate(stress):
        axis.plot(horizontal, values / MEGA, color=COLOURS[i % len(COLOURS)])
