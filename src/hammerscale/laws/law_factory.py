"""From a law file to a law."""

from hammerscale.config.law_file import LawFile, read_law
from hammerscale.laws.law import Law


def build_law(file: LawFile) -> Law:
    """Return the law that a checked file describes."""
    return file.law.build()


def load_law(name: str, density: float | None = None) -> Law:
    """Return a law by its name in config/laws, its file, or the folder of an exported surrogate.

    Parameters
    ----------
    density : ρ [kg/m³] in place of the law's own; a surrogate needs one

    >>> load_law("copper_j2").density
    8930.0
    """
    return build_law(read_law(name, density).file)
