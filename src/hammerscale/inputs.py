"""Files that users write and jobs read: each read returns the bytes that were planned with, or is an error.

The digest is that of the very bytes that are parsed, so no edit can slip in between check and read.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from hammerscale.errors import ConfigError
from hammerscale.regular_files import TABLE_BYTES, read_bytes

# SHA-256 by absolute path, one table for every active block of `pinned_inputs`.
_PINNED: ContextVar[tuple[dict[str, str], ...]] = ContextVar("pinned inputs", default=())


@contextmanager
def pinned_inputs(planned: Mapping[str, str] | None = None) -> Iterator[Mapping[str, str]]:
    """Let every file keep its contents while the block runs; yield the SHA-256 of all that were read, by path.

    Parameters
    ----------
    planned : SHA-256 that files must have, by name; others keep what they have when they are read first
    """
    known = _by_path(planned or {})
    token = _PINNED.set((*_PINNED.get(), known))
    try:
        yield known
    finally:
        _PINNED.reset(token)


def plan_inputs(planned: Mapping[str, str]) -> None:
    """Hold files to the SHA-256 that they must have, by name, until the block of `pinned_inputs` ends that runs now."""
    for known in _PINNED.get()[-1:]:
        known.update(_by_path(planned))


def read_input(file: Path, at_most: int = TABLE_BYTES) -> bytes:
    """Return the bytes of a regular file of at most so many, or refuse others than were planned as a `ConfigError`."""
    content = read_bytes(file, at_most)
    digest = hashlib.sha256(content).hexdigest()
    for known in _PINNED.get():
        if known.setdefault(str(file.absolute()), digest) != digest:
            raise ConfigError(
                f"{file} changed since the workflow was started, or since it was read first",
                "results of the old and the new contents must not be mixed",
                "put the old contents back, or end the workflow and start it again: it reruns what depends on them",
            )
    return content


def _by_path(named: Mapping[str, str]) -> dict[str, str]:
    return {str(Path(name).absolute()): digest for name, digest in named.items()}
