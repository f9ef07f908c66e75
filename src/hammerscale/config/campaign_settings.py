"""The root of the config: what a campaign file may say.

A new stage brings a module with its sections, a field of `Settings`, its values in `default.py`, and what its results
depend on in `hashes.py`; `python -m hammerscale.config.generate` writes the rest.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field

from hammerscale.config.axes.one_cell import cell_conflicts
from hammerscale.config.comparison import Comparison, misplaced_rows
from hammerscale.config.dataset import Dataset
from hammerscale.config.impact_problem import Problem
from hammerscale.config.laws_section import CampaignLaw, misplaced_laws
from hammerscale.config.machinery.section import LARGEST_SEED, Conflict, FolderOfResults, Integer, Section, Slug
from hammerscale.config.surrogates import SurrogateSettings, misplaced


class Campaign(Section):
    """What holds for the whole campaign."""

    name: Slug = Field(description="name of the campaign, in files and job names")
    seed: Integer = Field(default=0, ge=0, le=LARGEST_SEED, description="every random stream derives from it")
    results: FolderOfResults = Field(default="results", description="folder that everything is written to")

    def conflicts(self) -> Iterator[Conflict]:
        """Refuse a folder that commands would take for an option, also without the `./` that paths lose."""
        if str(Path(self.results)).startswith("-"):
            yield Conflict(("results",), "must not start with -, which commands would take for an option")


class Settings(Section):
    """A campaign: its identity, its data sets, what is learned from them and the impacts that it is used in."""

    campaign: Campaign = Field(description="what holds for the whole campaign")
    datasets: dict[Slug, Dataset] = Field(min_length=1, description="data sets by name")
    surrogates: Annotated[dict[Slug, SurrogateSettings], Field(min_length=1)] | None = Field(
        default=None, description="surrogates by name, each trained on one of the data sets"
    )
    comparisons: Annotated[dict[Slug, Comparison], Field(min_length=1)] | None = Field(
        default=None, description="comparisons of surrogates with reference data by name, one table each"
    )
    laws: Annotated[dict[Slug, CampaignLaw], Field(min_length=1)] | None = Field(
        default=None, description="laws by name, each standing for one of the data sets and following it"
    )
    problems: Annotated[dict[Slug, Problem], Field(min_length=1)] | None = Field(
        default=None, description="impact problems by name, each run under several laws"
    )

    def conflicts(self) -> Iterator[Conflict]:
        """Refuse surrogates, comparisons and laws that ask for data sets or paths which are not there."""
        for path, message, guess in misplaced(self.surrogates or {}, self.datasets):
            yield Conflict(("surrogates", *path), message, guess)
        yield from cell_conflicts(self.datasets, self.surrogates or {}, self.laws or {}, self.problems or {})
        for path, message, guess in misplaced_rows(self.comparisons or {}, self.surrogates or {}, self.datasets):
            yield Conflict(("comparisons", *path), message, guess)
        for path, message, guess in misplaced_laws(self.laws or {}, self.surrogates or {}, self.datasets):
            yield Conflict(("laws", *path), message, guess)
