"""Compile the kernels of a data set once: processes that race for a cold cache compile one each, and have crashed."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
from llvmlite.binding import get_host_cpu_name  # type: ignore[import-untyped]

from hammerscale.kernel_cache import VARIABLE
from hammerscale.ledger.outline import simulation_key
from hammerscale.loading.uniaxial_true import uniaxial_true
from hammerscale.production.simulator import Simulator
from hammerscale.store.lock import locked

TINY_STRAIN = 1e-6


def warm_kernel_cache(simulator: Simulator, identifier: int, kernels: str, interrupted: Callable[[], bool]) -> None:
    """Fill the kernel cache before ranks and other jobs use it; one process compiles and the others wait.

    Parameters
    ----------
    simulator : what is going to run
    identifier : id of any of its simulations, whose path is drawn, too
    kernels : name of all that the kernels of the data set depend on, besides the code that the cache belongs to
    interrupted : whether to wait no longer

    A mark in the cache lists the kernels and processors for which it is warm.
    """
    folder = Path(os.environ[VARIABLE])
    mark = folder / f"{kernels}-{get_host_cpu_name()}.warm"
    if mark.exists():
        return
    with locked(folder / "warm.lock", wait=True, interrupted=interrupted) as owner:
        if owner is None and not mark.exists():
            key = simulation_key(identifier)
            stage = simulator.stage_of(key.variant)
            stage.path_of(key.index)
            stage.cell.response(uniaxial_true(TINY_STRAIN), np.array([0.0, 1.0]), stage.duration_s)
            mark.touch()
