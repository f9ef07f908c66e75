"""Causality and isotropy of a surrogate, which nothing in its training asks for (Liu et al., Figs. 2 and 3).

Paths that part at some time must have the same stress up to then. A texture of many random grains must have the same
stress in whichever direction it is pulled. Some models have the first by construction; none has the second.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.errors import InputError
from hammerscale.loading.knots import piecewise_linear
from hammerscale.streams import stream
from hammerscale.study.tables.table import Row, require_table, write_table
from hammerscale.surrogate.models import load_model
from hammerscale.surrogate.signature import STRETCH_TO_CAUCHY
from hammerscale.surrogate.socket import FittedSurrogate
from hammerscale.tensor.voigt import IDENTITY, from_matrix, to_matrix
from hammerscale.units import MEGA

TIMES = np.linspace(0.0, 1.0, 201)
STRAIN = 0.1
SEED = 2022
PATHS = 5
PARTING = 0.5
PARTING_PROBE = f"parting at {PARTING}"
HOLDS = (0.2, 0.4, 0.6, 0.8, 1.0)
ANGLES_DEG = tuple(range(0, 360, 30))
SPREADS = ("model", "past_changed_by_future_percent", "past_changed_by_hold_percent", "anisotropy_percent")
# `curve` distinguishes the curves of a probe: the number of a path, the time of a hold or an angle [°].
CURVES = ("model", "probe", "curve", "time", "strain_percent", "stress_mpa")


@dataclass(frozen=True)
class ProbedStress:
    """The stress of a model on the three probes.

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
        return dict(zip(SPREADS, (name, *(100.0 * float(value) for value in values)), strict=True))

    def curves(self, name: str) -> Iterator[Row]:
        """Yield the stress at every time of every curve."""
        probes = {
            PARTING_PROBE: (range(PATHS), self.parting),
            "holding": (HOLDS, self.holding),
            "turned": (ANGLES_DEG, self.turned),
        }
        for probed, (labels, stresses) in probes.items():
            for label, stress in zip(labels, stresses, strict=True):
                for time, value in zip(TIMES, stress / MEGA, strict=True):
                    numbers = {"time": float(time), "strain_percent": 100.0 * STRAIN * float(time)}
                    yield {"model": name, "probe": probed, "curve": label, **numbers, "stress_mpa": float(value)}


def write_behaviour(models: Sequence[Path], outputs: Sequence[Path], curves: Path) -> None:
    """Probe exported models; write the spreads into every table of `outputs` and the stresses into `curves`."""
    for output in (*outputs, curves):
        require_table(output)
    probed = {model_name(folder): probe(_load(folder)) for folder in models}
    write_table(curves, CURVES, [row for name, one in probed.items() for row in one.curves(name)])
    for output in outputs:
        write_table(output, SPREADS, [one.row(name) for name, one in probed.items()])


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


def probe(model: FittedSurrogate) -> ProbedStress:
    """Return the stress of a model on the probes."""
    turned, axes = turned_paths()
    tension = np.einsum("ni,ntij,nj->nt", axes, to_matrix(model.predict(TIMES, turned)), axes)
    return ProbedStress(
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
