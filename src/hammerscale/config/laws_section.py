"""Laws of a campaign that stand for one of its data sets and follow it: another texture or seed makes another law."""

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field

from hammerscale.config.choices import polycrystals
from hammerscale.config.dataset import Dataset
from hammerscale.config.machinery.section import Conflict, Section, Slug
from hammerscale.config.machinery.spelling import suggest


class CampaignLaw(Section):
    """A law made from the unit cell of a data set."""

    kind: Literal["unit_cell", "johnson_cook", "elastic"] = Field(
        description="the unit cell itself at every point, Johnson and Cook's law fitted to it, or the elastic energy "
        "of its crystal alone"
    )
    dataset: Slug = Field(description="data set whose unit cell the law stands for")


def misplaced_laws(
    laws: Mapping[str, CampaignLaw], surrogates: Mapping[str, object], datasets: Mapping[str, Dataset]
) -> Iterator[Conflict]:
    """Yield what is wrong with laws among the other parts of a config; paths of keys begin with a law's name."""
    for name, law in laws.items():
        if name in surrogates:
            yield Conflict((name,), "is the name of a surrogate, too: give one of them another name")
        if law.dataset not in datasets:
            message = f"is no data set of this config; it has {', '.join(datasets)}"
            yield Conflict((name, "dataset"), message, suggest(law.dataset, datasets))
        elif law.kind == "johnson_cook" and not (cell := datasets[law.dataset].rev).mean_field:
            message = (
                f"must be a data set of {polycrystals()}, not of {cell.kind}: the fit strains it in all directions"
            )
            yield Conflict((name, "dataset"), message)
