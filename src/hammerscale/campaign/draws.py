"""From a path block of the config to single strain paths: each is drawn from its own random stream."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hammerscale.campaign.path_file import read_path_file
from hammerscale.config.paths import Cavity, Cyclic, FilePath, PathBlock, RandomWalk
from hammerscale.errors import InputError
from hammerscale.loading.families import cavity_constant
from hammerscale.loading.path import check_admissible
from hammerscale.loading.random_walk import random_walk
from hammerscale.loading.recipe import PathRecipe
from hammerscale.streams import stream

NO_KNOTS = np.empty(0), np.empty((0, 6))


@dataclass(frozen=True)
class Draw(PathRecipe):
    """One strain path as it was drawn.

    Attributes
    ----------
    rejected : inadmissible draws thrown away before this one
    """

    rejected: int = 0


def _draw_walk(block: RandomWalk, dimension: int, rng: np.random.Generator) -> Draw:
    path, rejected = random_walk(
        rng, block.max_strain, block.steps, block.spacing, block.min_gap, dimension, block.variant
    )
    return Draw("pchip", path.breakpoints, path.stretch(path.breakpoints), rejected=rejected)


def _draw_amplitude(block: Any, dimension: int, rng: np.random.Generator) -> Draw:
    # 1 - random() lies in (0, 1], so that no path stands still.
    return Draw(block.family, *NO_KNOTS, amplitude=block.max_strain * (1.0 - rng.random()))


def _draw_cavity(block: Cavity, dimension: int, rng: np.random.Generator) -> Draw:
    return Draw("cavity", *NO_KNOTS, amplitude=cavity_constant(block.max_strain) * (1.0 - rng.random()))


def _draw_cyclic(block: Cyclic, dimension: int, rng: np.random.Generator) -> Draw:
    return Draw("cyclic", *NO_KNOTS, amplitude=block.max_strain * (1.0 - rng.random()), cycles=block.cycles)


def _read_file(block: FilePath, dimension: int, rng: np.random.Generator) -> Draw:
    times, stretch = read_path_file(Path(block.file))
    draw = Draw("pchip", times, stretch)
    check_admissible(draw.path(), f"the path in {block.file}")
    if dimension == 2 and np.abs(stretch[:, [2, 4, 5]] - [1.0, 0.0, 0.0]).max() > 0.0:
        raise InputError(f"the path in {block.file} leaves the plane", remedy="a 2-D cell needs U33 = 1, U23 = U13 = 0")
    return draw


DRAWERS: dict[str, Callable[[Any, int, np.random.Generator], Draw]] = {
    "random_walk": _draw_walk,
    "uniaxial": _draw_amplitude,
    "uniaxial_true": _draw_amplitude,
    "load_unload": _draw_amplitude,
    "cavity": _draw_cavity,
    "cyclic": _draw_cyclic,
    "file": _read_file,
}


def draw_path(block: PathBlock, index: int, dimension: int, seed: int) -> Draw:
    """Return path `index` of a block; it depends on the campaign seed, the block's label and its parameters alone."""
    return DRAWERS[block.family](block, dimension, stream(seed, index, f"path/{block.label}"))
