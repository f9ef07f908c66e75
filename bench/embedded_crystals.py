"""Errors, cost and doubt of exported embedded crystals on families and rates that they were never trained on.

Run `NUMBA_NUM_THREADS=1 taskset -c 1 python bench/embedded_crystals.py config/campaigns/embedded_10.yaml taylor MODEL`:
the truth is the data set's own polycrystal, the paths are new. Beside the model stands the polycrystal with random
grains of its own, as many as the model has and at the model's tolerance. A path's doubt is the norm of `stress_doubt`
over that of the deviator, both over time, as the law reports them step by step.
"""

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.cell.cell_factory import build_grains, build_unit_cell
from hammerscale.cell.taylor import TaylorPolycrystal
from hammerscale.config import load
from hammerscale.laws.embedded_crystals_law import EmbeddedCrystalsCell
from hammerscale.loading.cavity import cavity, cavity_constant
from hammerscale.loading.cyclic import cyclic
from hammerscale.loading.load_unload import load_unload
from hammerscale.loading.path import StrainPath
from hammerscale.loading.random_walk import random_walk
from hammerscale.loading.uniaxial import uniaxial
from hammerscale.loading.uniaxial_true import uniaxial_true
from hammerscale.streams import stream
from hammerscale.surrogate.embedded.embedded_crystals import FittedCrystals, load_crystals
from hammerscale.surrogate.model_folder import read_model
from hammerscale.surrogate.norms import deviatoric_error, history_norm, total_error
from hammerscale.tensor.voigt import NORM_WEIGHTS, deviator

PATHS, SEED, MAX_STRAIN = 40, 77, 0.1
TIMES = np.linspace(0.0, 1.0, 201)


def families() -> Mapping[str, tuple[list[StrainPath], float]]:
    """Return new paths by family, and how many times longer than in the training they last."""
    strains = stream(SEED, 0, "bench/strains").uniform(0.0, MAX_STRAIN, PATHS)
    walks = [random_walk(stream(SEED, i, "bench/walk"), MAX_STRAIN)[0] for i in range(PATHS)]
    return {
        "random walk": (walks, 1.0),
        "random walk, rate x 3": (walks, 1.0 / 3.0),
        "random walk, rate / 3": (walks, 3.0),
        "random walk of 50 %": ([random_walk(stream(SEED, i, "bench/large"), 0.5)[0] for i in range(PATHS)], 1.0),
        "uniaxial": ([uniaxial(c) for c in strains], 1.0),
        "uniaxial_true": ([uniaxial_true(c) for c in strains], 1.0),
        "load_unload": ([load_unload(c) for c in strains], 1.0),
        "cavity": ([cavity(cavity_constant(c)) for c in strains], 1.0),
        "cyclic, 3 cycles": ([cyclic(c, 3) for c in strains], 1.0),
    }


def doubt(model: FittedCrystals, stretch: FloatArray, stress: FloatArray) -> FloatArray:
    """Return the doubts (n,) of paths with stretches (n, t, 6) and predicted stresses (n, t, 6)."""
    cell = EmbeddedCrystalsCell(model, model.material.density)
    state, history = cell.initial_state(len(stretch)), np.zeros((*stretch.shape[:2], 1))
    for k in range(1, TIMES.size):
        new = np.empty_like(state)
        cell.advance(state, stretch[:, k - 1], stretch[:, k], model.duration_s * (TIMES[k] - TIMES[k - 1]), new)
        history[:, k, 0], state = cell.stress_doubt(new), new
    return history_norm(history, TIMES, np.ones(1)) / history_norm(deviator(stress), TIMES, NORM_WEIGHTS)


def fewer(whole: TaylorPolycrystal, grains: FloatArray, model: FittedCrystals) -> TaylorPolycrystal:
    """Return the polycrystal with as many random grains of its own as the model has, at the model's tolerance."""
    chosen = stream(SEED, 0, "bench/fewer").permutation(len(grains))[: len(model.weights)]
    return TaylorPolycrystal(whole.material, grains[chosen], tolerance=model.tolerance)


def measured(cell: TaylorPolycrystal, paths: Sequence[StrainPath], duration_s: float) -> tuple[FloatArray, float]:
    """Return stresses (n, t, 6) and the cost per point and step [µs]."""
    started = time.process_time()
    stress = np.array([one.stress for one in cell.responses(paths, TIMES, duration_s)])
    return stress, 1e6 * (time.process_time() - started) / len(paths) / (TIMES.size - 1)


def main(campaign: str, dataset: str, folder: str) -> None:
    config = load([Path(campaign)], [])
    settings, seed = config.dataset(dataset).rev, config.campaign.seed
    whole = build_unit_cell(settings, config.materials[dataset], seed)
    if not isinstance(whole, TaylorPolycrystal):
        raise SystemExit(f"{dataset} is no data set of a Taylor polycrystal")
    trained = load_crystals(read_model(Path(folder)))
    random_grains = fewer(whole, build_grains(settings, seed).quaternions, trained)
    learned = TaylorPolycrystal(trained.material, trained.quaternions, trained.weights, trained.tolerance)
    measured(learned, [uniaxial(0.01)], trained.duration_s)
    print(f"{len(trained.weights)} grains; errors of the deviator: mean, 95th percentile, total; µs per point and step")
    errors, doubts = [], []
    for name, (paths, slower) in families().items():
        model = replace(trained, duration_s=slower * trained.duration_s)
        truth, whole_cost = measured(whole, paths, model.duration_s)
        _, cost = measured(learned, paths, model.duration_s)
        random_stress, _ = measured(random_grains, paths, model.duration_s)
        stretch = np.array([path.stretch(TIMES) for path in paths])
        stress = model.predict(TIMES, stretch)
        error, total = deviatoric_error(stress, truth, TIMES), total_error(stress, truth, TIMES, NORM_WEIGHTS)
        errors.append(error)
        doubts.append(doubt(model, stretch, stress))
        print(
            f"{name:24s} {100 * error.mean():6.2f} {100 * np.percentile(error, 95):6.2f} {100 * total.mean():6.2f} %"
            f"   random grains {100 * deviatoric_error(random_stress, truth, TIMES).mean():6.2f} %"
            f"   {cost:5.1f} µs, all grains {whole_cost:5.1f} µs",
            flush=True,
        )
    report_doubt(np.concatenate(errors), np.concatenate(doubts), np.median(errors[0]), doubts[0])


def report_doubt(errors: FloatArray, doubts: FloatArray, median: float, in_distribution: FloatArray) -> None:
    """Print how well a doubt above the 90th percentile of random walks tells paths with thrice their median error."""
    flagged, bad = doubts > np.percentile(in_distribution, 90.0), errors > 3.0 * median
    caught = f"{100 * flagged[bad].mean():.0f} %" if bad.any() else "none to catch"
    print(
        f"doubt: {bad.sum()} of {bad.size} paths have more than 3 times the median error of random walks;"
        f" flagged of these {caught}, of the others {100 * flagged[~bad].mean():.0f} %;"
        f" correlation of logarithms {np.corrcoef(np.log(errors), np.log(doubts))[0, 1]:.2f}"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
