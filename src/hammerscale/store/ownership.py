"""Which config a file belongs to."""

from pathlib import Path

from hammerscale.errors import StoreError


def require_config(path: Path, found: str | None, expected: str | None) -> None:
    """Raise a `StoreError` that names both if `path` is of the config `found` instead of `expected` (None: any)."""
    if expected is not None and found != expected:
        raise StoreError(
            f"{path} belongs to another config: its hash is {found}, expected {expected}",
            "results of different configs must not be mixed",
            "move it away and run the campaign again, or use the config that made it",
        )
