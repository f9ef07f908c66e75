"""What stands for one unit cell of one material, and so cannot rest on a data set with several."""

from collections.abc import Iterator, Mapping

from hammerscale.config.dataset import Dataset
from hammerscale.config.impact_problem import Problem
from hammerscale.config.laws_section import CampaignLaw
from hammerscale.config.machinery.section import Conflict
from hammerscale.config.surrogates import SurrogateSection

REMEDY = "name a data set without the keys `microstructures` and `parameters`"
LAW_REMEDY = "name a surrogate of another data set, or a law file of kind exported with values for its parameters"


def cell_conflicts(
    datasets: Mapping[str, Dataset],
    surrogates: Mapping[str, SurrogateSection],
    laws: Mapping[str, CampaignLaw],
    problems: Mapping[str, Problem],
) -> Iterator[Conflict]:
    """Yield laws and surrogates that would be silently wrong for all but one cell of their data set."""
    several = {name for name, dataset in datasets.items() if dataset.has_axes}
    for name, law in laws.items():
        if law.dataset in several:
            message = f"has several unit cells or materials, and a law stands for one: {REMEDY}"
            yield Conflict(("laws", name, "dataset"), message)
    for name, surrogate in surrogates.items():
        named = [(("dataset",), surrogate.dataset), *_tests(surrogate)]
        for path, dataset in named:
            if surrogate.of_kind.needs_crystal and dataset in several:
                message = f"has several unit cells or materials, and {surrogate.kind} models one: {REMEDY}"
                yield Conflict(("surrogates", name, *path), message)
    for name, problem in problems.items():
        for i, named_law in enumerate(problem.laws):
            learned = surrogates[named_law].dataset if named_law in surrogates else ""
            if learned in several:
                message = f"learns from {learned}, which has several unit cells or materials, and a law stands for one"
                yield Conflict(("problems", name, "laws", i), f"{message}: {LAW_REMEDY}")


def _tests(surrogate: SurrogateSection) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield the keys of the further data sets that a surrogate is tested on, and their names."""
    yield from ((("tested_on", i), other) for i, other in enumerate(surrogate.tested_on or ()))
