"""Plans are tested on the same small campaigns as the production of data."""

from tests.production.conftest import make_config

__all__ = ["make_config"]
