"""How far the stress of embedded crystals depends on the step at which a solver asks for it, by tolerance.

`python bench/embedded_steps.py [MODEL]` follows random walks of 10 % in 50 to 3,200 steps and prints how far the
deviator is, mean and largest over the paths [%], from that of the same path in 3,200 steps at the tolerance 1e-8.
Without a model, grains of random orientation stand for it.
"""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.cell.cell_factory import crystal_material
from hammerscale.config.loader import read_material
from hammerscale.laws.embedded_crystals_law import EmbeddedCrystalsCell
from hammerscale.loading.random_walk import random_walk
from hammerscale.microstructure.texture import random_texture
from hammerscale.streams import stream
from hammerscale.surrogate.embedded.embedded_crystals import FittedCrystals, load_crystals
from hammerscale.surrogate.model_folder import read_model
from hammerscale.surrogate.norms import history_norm
from hammerscale.tensor.voigt import NORM_WEIGHTS, deviator

PATHS, SEED, MAX_STRAIN, GRAINS, DURATION = 24, 78, 0.1, 16, 1e-6
SAMPLES = np.linspace(0.0, 1.0, 51)
STEPS = (50, 100, 200, 400, 800, 1600, 3200)
TOLERANCES = (1e-4, 1e-5, 1e-6)
EXACT = 1e-8


def random_grains() -> FittedCrystals:
    """Return grains of random orientation and equal weight in magnesium."""
    material = crystal_material(read_material(Path("config/materials/magnesium.yaml")))
    weights = np.full(GRAINS, 1.0 / GRAINS)
    return FittedCrystals(material, random_texture(stream(SEED, 0, "bench"), GRAINS), weights, weights, 1e-4, DURATION)


def follow(model: FittedCrystals, walks: FloatArray, steps: int) -> FloatArray:
    """Return the deviators (n, 51, 6) [Pa] of walks (n, 51, 6), straight between samples, in so many equal steps."""
    cell = EmbeddedCrystalsCell(model, model.material.density)
    state, parts = cell.initial_state(len(walks)), steps // (SAMPLES.size - 1)
    stress = np.zeros_like(walks)
    for k in range(1, SAMPLES.size):
        start, way = walks[:, k - 1], walks[:, k] - walks[:, k - 1]
        for part in range(parts):
            new = np.empty_like(state)
            ends = start + way * (part / parts), start + way * ((part + 1) / parts)
            stress[:, k], status = cell.advance(state, *ends, model.duration_s / steps, new)
            assert not status.any()
            state = new
    return deviator(stress)


def main() -> None:
    model = load_crystals(read_model(Path(sys.argv[1]))) if len(sys.argv) > 1 else random_grains()
    walks = np.stack([random_walk(stream(SEED, i, "bench/walk"), MAX_STRAIN)[0].stretch(SAMPLES) for i in range(PATHS)])
    exact = follow(replace(model, tolerance=EXACT), walks, STEPS[-1])
    size = history_norm(exact, SAMPLES, NORM_WEIGHTS)
    print("| tolerance | " + " | ".join(f"{steps:,}" for steps in STEPS) + " |")
    for tolerance in TOLERANCES:
        cells = []
        for steps in STEPS:
            gap = follow(replace(model, tolerance=tolerance), walks, steps) - exact
            error = 100.0 * history_norm(gap, SAMPLES, NORM_WEIGHTS) / size
            cells.append(f"{error.mean():.2g} ({error.max():.2g})")
        print(f"| {tolerance:g} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
