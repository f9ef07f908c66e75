"""Results of simulations as arrays along `path`: what parts, shards and data sets hold."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hammerscale.arrays import FloatArray, Outcome
from hammerscale.cell.unit_cell import Response
from hammerscale.errors import StoreError
from hammerscale.provenance import Provenance
from hammerscale.store.netcdf import Contents
from hammerscale.store.slabs import write_slabs
from hammerscale.store.variable import Attribute, Layout, Variable
from hammerscale.tensor.voigt import COMPONENTS

DIAGNOSTIC_NAME = "diagnostic_name"
# The attribute of parts and shards with the limit under which they were computed.
TIME_LIMIT = "time_limit_s"
# What a process holds of results at any time, however many simulations a shard has.
SLAB_BYTES = 1 << 23


@dataclass(frozen=True)
class Results:
    """Simulations along the first axis of every array.

    Attributes
    ----------
    ids : ids (n,)
    stretch : U (n, t, c), the components of the unit cell
    stress : mean Cauchy stress (n, t, c) [Pa], NaN where a simulation failed
    stored_energy : (n, t) [J/m³]
    dissipation : (n, t) [J/m³]
    outcome : `Outcome` (n,)
    last_good_time : normalised time up to which a history is valid (n,)
    cost_s : CPU time (n,) [s]
    diagnostics : named numbers of the method (n, d)
    """

    ids: npt.NDArray[np.int64]
    stretch: FloatArray
    stress: FloatArray
    stored_energy: FloatArray
    dissipation: FloatArray
    outcome: npt.NDArray[np.int8]
    last_good_time: FloatArray
    cost_s: FloatArray
    diagnostics: FloatArray

    def select(self, rows: npt.NDArray[np.intp]) -> "Results":
        """Return some simulations."""
        return Results(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def concatenate(parts: Sequence[Results]) -> Results:
    """Return the simulations of all parts, in their order."""
    return Results(
        **{field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Results)}
    )


def collect_results(
    ids: Sequence[int],
    responses: Sequence[Response],
    stretch: Sequence[FloatArray],
    cost_s: Sequence[float],
    diagnostic_names: Sequence[str],
) -> Results:
    """Return the results of finished simulations as arrays; `stretch` holds one (t, c) array each."""
    return Results(
        ids=np.array(ids, dtype=np.int64),
        stretch=np.array(stretch),
        stress=np.array([response.stress for response in responses]),
        stored_energy=np.array([response.stored_energy for response in responses]),
        dissipation=np.array([response.dissipation for response in responses]),
        outcome=np.array([response.outcome for response in responses], dtype=np.int8),
        last_good_time=np.array([response.last_good_time for response in responses]),
        cost_s=np.array(cost_s, dtype=np.float64),
        diagnostics=np.array(
            [[response.diagnostics.get(name, np.nan) for name in diagnostic_names] for response in responses]
        ).reshape(len(responses), len(diagnostic_names)),
    )


HISTORY_LAYOUTS = {
    "stretch": Layout(("path", "time", "component"), "f8", "1", "right stretch tensor U"),
    "stress": Layout(("path", "time", "component"), "f8", "Pa", "mean Cauchy stress in the unrotated frame"),
    "stored_energy": Layout(("path", "time"), "f8", "J m-3", "mean free energy per reference volume"),
    "dissipation": Layout(("path", "time"), "f8", "J m-3", "accumulated dissipated work per reference volume"),
    "outcome": Layout(
        ("path",),
        "i1",
        "1",
        "how the simulation ended",
        {
            "flag_values": np.array([outcome.value for outcome in Outcome], dtype=np.int8),
            "flag_meanings": " ".join(outcome.name.lower() for outcome in Outcome),
        },
    ),
    "last_good_time": Layout(("path",), "f8", "1", "normalised time up to which the history is valid"),
    "cost": Layout(("path",), "f8", "s", "CPU time of the simulation"),
}
DIAGNOSTIC_LAYOUT = Layout(("path", "diagnostic"), "f8", "1", "numbers reported by the method")


def axes(times: FloatArray, components: Sequence[str], diagnostic_names: Sequence[str]) -> dict[str, Variable]:
    """Return the coordinate variables that results share."""
    variables = {
        "time": Variable(("time",), times, "1", "normalised time; physical time is time × parameter duration_s"),
        "component": Variable(("component",), np.array(components), "", f"component, shears once, order {COMPONENTS}"),
    }
    if diagnostic_names:
        variables[DIAGNOSTIC_NAME] = Variable(("diagnostic",), np.array(diagnostic_names), "", "name of the diagnostic")
    return variables


def arrays(results: Results) -> dict[str, npt.NDArray[np.generic]]:
    """Return the arrays of results by their name in the file, ids as `path`."""
    named: dict[str, npt.NDArray[np.generic]] = {
        "path": results.ids,
        "stretch": results.stretch,
        "stress": results.stress,
        "stored_energy": results.stored_energy,
        "dissipation": results.dissipation,
        "outcome": results.outcome,
        "last_good_time": results.last_good_time,
        "cost": results.cost_s,
    }
    if results.diagnostics.shape[1]:
        named["diagnostics"] = results.diagnostics
    return named


def layouts(diagnostic_names: Sequence[str]) -> dict[str, Layout]:
    """Return the layouts of everything in `arrays`."""
    known = {"path": Layout(("path",), "i8", "", "id of the simulation"), **HISTORY_LAYOUTS}
    return {**known, "diagnostics": DIAGNOSTIC_LAYOUT} if diagnostic_names else known


@dataclass(frozen=True)
class Axes:
    """What simulations of one data set share.

    Attributes
    ----------
    times : normalised output times (t,)
    components : names of the components of stretch and stress
    diagnostic_names : names of the numbers that the method reports
    """

    times: FloatArray
    components: Sequence[str]
    diagnostic_names: Sequence[str]

    @property
    def bytes_per_path(self) -> int:
        """Size of the arrays of one simulation [bytes]."""
        sizes = {"path": 1, "time": self.times.size, "component": len(self.components)}
        sizes["diagnostic"] = len(self.diagnostic_names)
        return sum(layout.nbytes(sizes) for layout in layouts(self.diagnostic_names).values())

    @property
    def slab_rows(self) -> int:
        """Number of simulations to hold in the memory."""
        return max(1, SLAB_BYTES // self.bytes_per_path)


def write_results(
    file: Path,
    rows: int,
    slabs: Iterable[Results],
    shared: Axes,
    attributes: Mapping[str, Attribute],
    provenance: Provenance,
) -> None:
    """Write a part or a shard of `rows` simulations, which come slab by slab: the memory holds one slab at a time."""
    with write_slabs(
        path=file,
        along="path",
        rows=rows,
        grown=layouts(shared.diagnostic_names),
        fixed=axes(shared.times, shared.components, shared.diagnostic_names),
        attributes=attributes,
        provenance=provenance,
    ) as writer:
        for slab in slabs:
            writer.append(arrays(slab))


def has_outgrown(contents: Contents, time_limit_s: float) -> bool:
    """Whether a file holds simulations that were given up under a smaller limit [s] than the present one."""
    limit = contents.attributes.get(TIME_LIMIT, 0.0)
    return float(limit) < time_limit_s and bool((contents.variables["outcome"].data == Outcome.TIME_LIMIT).any())


def from_contents(contents: Contents) -> Results:
    """Return the results that a part or shard holds."""
    data = {name: variable.data for name, variable in contents.variables.items()}
    try:
        return Results(
            ids=data["path"].astype(np.int64),
            stretch=data["stretch"].astype(np.float64),
            stress=data["stress"].astype(np.float64),
            stored_energy=data["stored_energy"].astype(np.float64),
            dissipation=data["dissipation"].astype(np.float64),
            outcome=data["outcome"].astype(np.int8),
            last_good_time=data["last_good_time"].astype(np.float64),
            cost_s=data["cost"].astype(np.float64),
            diagnostics=data.get("diagnostics", np.empty((len(data["path"]), 0))).astype(np.float64),
        )
    except KeyError as error:
        raise StoreError(f"a results file has no variable {error}", remedy="it is no shard: move it away") from error
