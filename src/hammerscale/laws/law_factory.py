"""From a law file to a law."""

from hammerscale.config.law_file import LawFile
from hammerscale.laws.law import Law


def build_law(file: LawFile) -> Law:
    """Return the law that a checked file describes."""
    return file.law.build()
