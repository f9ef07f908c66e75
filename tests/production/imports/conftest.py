"""Paths that nobody here made, as the three formats hold them."""

import csv

import pytest

from hammerscale.production.imports.importer import import_dataset
from hammerscale.production.imports.recorded import Source
from hammerscale.store.netcdf import read_netcdf, verify_file
from tests.production.imports.foreign import MEANING, make_foreign


@pytest.fixture
def foreign():
    return make_foreign()


@pytest.fixture
def write_csv(tmp_path):
    """Return a function that writes a table: a header and rows of cells."""

    def write(header, rows, name="theirs.csv"):
        file = tmp_path / name
        with file.open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerows([header, *rows])
        return file

    return write


@pytest.fixture
def load(tmp_path):
    """Return a function that imports a file and reads the verified data set."""

    def run(source, meaning=MEANING):
        output = tmp_path / "imported" / "dataset.nc"
        import_dataset(source if isinstance(source, Source) else Source(source), meaning, output)
        verify_file(output)
        return {name: variable.data for name, variable in read_netcdf(output).variables.items()}

    return run
