"""Reads textures, paths and reference data that a config names, before anything is planned for them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hammerscale.config import Config
from hammerscale.config.comparison import reference_row
from hammerscale.config.law import LAWS, UnitCellAtEveryPoint, read_law
from hammerscale.config.unit_cells import UnitCellSettings
from hammerscale.errors import InputError


def check_named_files(config: Config) -> None:
    """Refuse a texture that is none, a path that cannot be simulated and a row that is missing, with key and file."""
    for name, settings in config.datasets.items():
        with _at(f"datasets.{name}.rev.texture.file"):
            _check_texture(settings.rev)
        for i, block in enumerate(settings.paths):
            if block.family == "file":
                # Drawing takes Numba, whose import takes a tenth of the time in which Snakemake reads a campaign.
                from hammerscale.campaign.draws import draw_path

                with _at(f"datasets.{name}.paths.{i}.file"):
                    draw_path(block, 0, settings.rev.dimension, config.campaign.seed)
    for name, comparison in config.comparisons.items():
        for i, row in enumerate(comparison.rows):
            with _at(f"comparisons.{name}.rows.{i}.row"):
                reference_row(comparison, row.row)
    for key, cell in _cells_of_laws(config):
        with _at(key):
            _check_texture(cell)


def _cells_of_laws(config: Config) -> Iterator[tuple[str, UnitCellSettings]]:
    """Yield the unit cells of the law files that problems name, each once, and the keys that name them."""
    keys: dict[str, str] = {}
    for name, problem in config.problems.items():
        for i, law in enumerate(problem.laws):
            if law not in config.surrogates and (LAWS / f"{law}.yaml").is_file():
                keys.setdefault(law, f"problems.{name}.laws.{i}")
    for law, key in keys.items():
        settings = read_law(law).file.law
        if isinstance(settings, UnitCellAtEveryPoint):
            yield key, settings.rev


def _check_texture(cell: UnitCellSettings) -> None:
    if cell.kind == "taylor" and cell.texture.kind == "file":
        from hammerscale.microstructure.texture import read_texture

        read_texture(Path(cell.texture.file))


@contextmanager
def _at(key: str) -> Iterator[None]:
    """Add the key that names a file to what is wrong with it."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{key}: {error.what}", error.why or "Nothing was started.", error.remedy) from error
