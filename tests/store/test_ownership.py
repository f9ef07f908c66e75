"""A file of another config is told apart from a damaged one."""

from pathlib import Path

import pytest

from hammerscale.errors import StoreError
from hammerscale.store.ownership import ForeignFileError, require_config
from hammerscale.store.seal import damaged


def test_another_config_is_an_error_of_its_own_that_names_both():
    with pytest.raises(ForeignFileError, match=r"a\.nc belongs to another config: its hash is ours, expected theirs"):
        require_config(Path("a.nc"), "ours", "theirs")
    with pytest.raises(ForeignFileError):
        require_config(Path("a.nc"), None, "theirs")
    assert issubclass(ForeignFileError, StoreError)
    assert not isinstance(damaged(Path("a.nc"), "it is empty"), ForeignFileError)


def test_the_same_or_no_config_is_accepted():
    require_config(Path("a.nc"), "ours", "ours")
    require_config(Path("a.nc"), "ours", None)
