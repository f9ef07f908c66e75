"""Reads textures, paths and reference data that a config names, before anything is planned for them."""

from collections.abc import Iterator
from contextlib import contextmanager

from hammerscale.config import Config
from hammerscale.config.axes.microstructures import Realisation
from hammerscale.config.comparison import reference_row
from hammerscale.config.law_file import LAW_FOLDER, read_law
from hammerscale.errors import InputError
from hammerscale.kinds import CellSettings
from hammerscale.production.draws import draw_path


def check_named_files(config: Config) -> None:
    """Refuse a texture that is none, a path that cannot be simulated and a row that is missing, with key and file."""
    for name, settings in config.datasets.items():
        with _at(f"datasets.{name}.rev.texture.file"):
            _check_texture(settings.rev)
        for i, entry in enumerate(settings.microstructures or ()):
            with _at(f"datasets.{name}.microstructures.{i}.texture.file"):
                _check_texture(Realisation(overrides=entry.overrides).cell(settings.rev, config.campaign.seed))
        for i, block in enumerate(settings.paths):
            if block.named_file:
                with _at(f"datasets.{name}.paths.{i}.file"):
                    draw_path(block, 0, settings.rev.dimension, config.campaign.seed)
    for name, comparison in config.comparisons.items():
        for i, row in enumerate(comparison.rows):
            with _at(f"comparisons.{name}.rows.{i}.row"):
                reference_row(comparison, row.row)
    for key, cell in _cells_of_laws(config):
        with _at(key):
            _check_texture(cell)


def _cells_of_laws(config: Config) -> Iterator[tuple[str, CellSettings]]:
    """Yield the unit cells of the law files that problems name, each once, and the keys that name them."""
    keys: dict[str, str] = {}
    for name, problem in config.problems.items():
        for i, law in enumerate(problem.laws):
            if law not in config.surrogates and (LAW_FOLDER / f"{law}.yaml").is_file():
                keys.setdefault(law, f"problems.{name}.laws.{i}")
    for law, key in keys.items():
        if cell := read_law(law).file.law.cell:
            yield key, cell


def _check_texture(cell: CellSettings) -> None:
    if cell.named_file:
        cell.draw_grains(0)


@contextmanager
def _at(key: str) -> Iterator[None]:
    """Add the key that names a file to what is wrong with it."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{key}: {error.what}", error.why or "Nothing was started.", error.remedy) from error
