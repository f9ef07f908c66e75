"""Compile the kernels of a data set once per node: processes that race for a cold cache have crashed."""

import os
from pathlib import Path

import numpy as np

from hammerscale.campaign.lock import locked
from hammerscale.campaign.simulator import Simulator
from hammerscale.loading.families import uniaxial_true

TINY_STRAIN = 1e-6


def warm_node_cache(simulator: Simulator, identifier: int) -> None:
    """Fill the node's kernel cache before the ranks use it; one process compiles and the others wait.

    Parameters
    ----------
    simulator : what is going to run
    identifier : id of any of its simulations, whose path is drawn, too

    Only with NUMBA_CACHE_DIR, which slurm/bin/ranks points at a folder of the node that belongs to this very code; a
    mark in it says for which simulations it is warm. Without it every process compiles or loads for itself.
    """
    folder = os.environ.get("NUMBA_CACHE_DIR")
    if not folder:
        return
    mark = Path(folder) / f"{simulator.provenance.config_hash}.warm"
    if mark.exists():
        return
    with locked(Path(folder) / "warm.lock", wait=True):
        if not mark.exists():
            simulator.path_of(identifier)
            simulator.cell.response(uniaxial_true(TINY_STRAIN), np.array([0.0, 1.0]), simulator.duration_s)
            mark.touch()
