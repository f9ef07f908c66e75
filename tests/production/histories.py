"""Results of simulations that nobody computed."""

import numpy as np

from hammerscale.production.results import TIME_LIMIT, Axes, Results, write_results
from hammerscale.provenance import collect
from hammerscale.tensor.voigt import COMPONENTS

TIMES = np.array([0.0, 0.5, 1.0])


def made_up(ids, outcomes=None, value=0.0):
    """Return results of these ids; `value` is in every history."""
    n = len(ids)
    return Results(
        ids=np.array(ids, dtype=np.int64),
        stretch=np.full((n, 3, 6), value),
        stress=np.full((n, 3, 6), value),
        stored_energy=np.full((n, 3), value),
        dissipation=np.full((n, 3), value),
        outcome=np.array(outcomes if outcomes else [0] * n, dtype=np.int8),
        last_good_time=np.array([0.25] * n),
        cost_s=np.full(n, value),
        diagnostics=np.empty((n, 0)),
    )


def write_part(file, results, identity="mine", time_limit_s=10.0):
    """Write results as a part or shard."""
    shared = Axes(TIMES, COMPONENTS, ())
    write_results(file, results.ids.size, [results], shared, {TIME_LIMIT: time_limit_s}, collect(identity, {}))
