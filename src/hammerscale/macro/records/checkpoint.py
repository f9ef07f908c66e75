"""A run on disk, from which it continues bit for bit: solver, all states of the law, histories and frames so far."""

from pathlib import Path

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.macro.explicit.run import Run
from hammerscale.macro.records.fields import Frame
from hammerscale.provenance import Provenance
from hammerscale.store.netcdf import read_netcdf, write_netcdf
from hammerscale.store.seal import damaged
from hammerscale.store.variable import Variable

FRAME_KINDS = ("points", "cells")


def write_checkpoint(file: Path, run: Run, provenance: Provenance) -> None:
    """Write the state of a run; all its processes call this, and the first one writes."""
    arrays = run.solver.snapshot() | {"history": run.history.table()}
    if run.solver.group.rank > 0:
        return
    arrays["wall_time"] = np.array([run.seconds_before + run.seconds])
    arrays["frame_times"] = np.array([frame.time_s for frame in run.frames])
    for kind in FRAME_KINDS:
        for name in getattr(run.frames[0], kind):
            arrays[f"{kind}_{name}"] = np.stack([getattr(frame, kind)[name] for frame in run.frames])
    variables = {
        name: Variable(
            (f"{name}_entries",), array.ravel(), "1", f"array {name} of a checkpoint, flat", {"shape": _text(array)}
        )
        for name, array in arrays.items()
        if array.size
    }
    write_netcdf(file, variables, {"title": f"checkpoint: {run.deck.title}"}, provenance)


def read_checkpoint(file: Path, config_hash: str) -> dict[str, FloatArray]:
    """Return the arrays of a checkpoint; one that is damaged, or of another deck or law, is a `StoreError`."""
    stored = read_netcdf(file, config_hash=config_hash).variables
    try:
        return {name: variable.data.reshape(_shape(variable)).astype(np.float64) for name, variable in stored.items()}
    except (KeyError, ValueError) as error:
        raise damaged(file, "its arrays do not have the shapes that they name") from error


def restore(run: Run, stored: dict[str, FloatArray], file: Path) -> None:
    """Restore a run from its checkpoint; all its processes call this."""
    # Laws without memory have states of no size, which are not stored.
    arrays = {name: array for name, array in run.solver.snapshot().items() if not array.size} | stored
    try:
        run.solver.restore(arrays)
        run.begin_here()
        run.seconds_before = float(arrays["wall_time"][0])
        run.history.rows = arrays["history"].tolist() if "history" in arrays else []
        run.frames = [
            Frame(float(time_s), *({name: block[i] for name, block in part.items()} for part in _frame_parts(arrays)))
            for i, time_s in enumerate(arrays["frame_times"])
        ]
    except (KeyError, ValueError, IndexError, TypeError) as error:
        raise damaged(file, f"it is no checkpoint of this version of the program ({error})") from error


def _frame_parts(arrays: dict[str, FloatArray]) -> list[dict[str, FloatArray]]:
    return [
        {name.removeprefix(f"{kind}_"): array for name, array in arrays.items() if name.startswith(f"{kind}_")}
        for kind in FRAME_KINDS
    ]


def _text(array: FloatArray) -> str:
    return ",".join(str(size) for size in array.shape)


def _shape(variable: Variable) -> tuple[int, ...]:
    return tuple(int(size) for size in str(variable.attributes["shape"]).split(","))
