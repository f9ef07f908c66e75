"""A short text beside a shard that lists its failed simulations, so that nobody has to open a thousand shards."""

from pathlib import Path

import numpy as np

from hammerscale.campaign.layout import failed_file
from hammerscale.campaign.parts import Index
from hammerscale.rev.unit_cell import Outcome
from hammerscale.store.atomic import write_text


def note_failures(shard_file: Path, results: Index) -> None:
    """Write `<n>.failed` beside a shard, one line per failed simulation; no file stands for no failure."""
    file = failed_file(shard_file)
    failed = np.flatnonzero(results.outcome != Outcome.CONVERGED)
    if failed.size == 0:
        file.unlink(missing_ok=True)
        return
    lines = [
        f"{results.ids[row]} {Outcome(int(results.outcome[row])).name.lower()} {results.last_good_time[row]:.6g}\n"
        for row in failed
    ]
    write_text(file, "".join(lines))
