"""A folder of the node for unfinished work: fast, and lost with the node."""

import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hammerscale.errors import SetupError
from hammerscale.store.disk import reporting_write_errors
from hammerscale.store.temporary import remove, sweep, temporary_beside

LOG = logging.getLogger(__name__)
UNSET = re.compile(r"\$(\w+|\{[^}]*\})")


def scratch_folder(setting: str) -> Path:
    """Return the folder that the config names, with ~ and $VARIABLES as they are on this node."""
    expanded = os.path.expandvars(setting)
    if unset := UNSET.search(expanded):
        raise SetupError(
            f"the scratch folder {setting} cannot be found: {unset[0]} is not set here",
            "unfinished work has no place to lie",
            "let the site or the job set the variable, or choose another shards.scratch",
        )
    return Path(expanded).expanduser()


@contextmanager
def working_in(scratch: Path, name: str) -> Iterator[Path]:
    """Yield a folder of this process's own below `scratch`, removed in the end; what dead processes left is swept."""
    with reporting_write_errors(scratch, needed=0):
        scratch.mkdir(parents=True, exist_ok=True)
        if swept := sweep(scratch):
            LOG.info("%s: %d folders of dead processes removed", scratch, len(swept))
        own = temporary_beside(scratch / name)
        own.mkdir()
    try:
        yield own
    finally:
        remove(own)
