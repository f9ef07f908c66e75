"""Which config a file belongs to."""

from pathlib import Path

from hammerscale.errors import StoreError


class ForeignFileError(StoreError):
    """A file is whole, but of another config: it is no damage, and may be replaced by its successor."""


def require_config(path: Path, found: str | None, expected: str | None) -> None:
    """Raise a `ForeignFileError` that names both if `path` is of the config `found`, not `expected` (None: any)."""
    if expected is not None and found != expected:
        raise ForeignFileError(
            f"{path} belongs to another config: its hash is {found}, expected {expected}",
            "results of different configs must not be mixed",
            "move it away and run the campaign again, or use the config that made it",
        )
