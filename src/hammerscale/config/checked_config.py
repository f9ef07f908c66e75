"""A checked config together with the contents of the files it names."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from hammerscale.config import hashes
from hammerscale.config.axes.parameter_keys import changed_material
from hammerscale.config.axes.sample_space import Variant
from hammerscale.config.campaign_settings import Campaign, Settings
from hammerscale.config.cell_record import CellRecord, record_of
from hammerscale.config.comparison import Comparison
from hammerscale.config.dataset import Dataset
from hammerscale.config.deck import Deck
from hammerscale.config.impact_problem import Problem
from hammerscale.config.laws_section import CampaignLaw
from hammerscale.config.machinery.spelling import suggest
from hammerscale.config.material_file import MaterialFile
from hammerscale.config.surrogates import SurrogateSection
from hammerscale.errors import InputError

Part = TypeVar("Part")


@dataclass(frozen=True)
class Config:
    """What `load` returns: everything that a campaign depends on.

    Attributes
    ----------
    settings : the checked keys
    materials : the material of every data set, by the data set's name
    contents : SHA-256 of every file that is read for the campaign, by its name in the config: materials, textures,
        paths, decks, laws and what these name, reference data
    decks : the deck of every impact problem, by the problem's name
    laws : SHA-256 of every law of a problem that is a file, with the files that it names, by the law's name
    """

    settings: Settings
    materials: Mapping[str, MaterialFile]
    contents: Mapping[str, str]
    decks: Mapping[str, Deck] = field(default_factory=dict)
    laws: Mapping[str, str] = field(default_factory=dict)
    _variants: dict[tuple[str, str], "Config"] = field(default_factory=dict, repr=False, compare=False)

    @property
    def campaign(self) -> Campaign:
        """What holds for the whole campaign."""
        return self.settings.campaign

    @property
    def datasets(self) -> Mapping[str, Dataset]:
        """The data sets by name."""
        return self.settings.datasets

    @property
    def surrogates(self) -> Mapping[str, SurrogateSection]:
        """The surrogates by name."""
        return self.settings.surrogates or {}

    @property
    def comparisons(self) -> Mapping[str, Comparison]:
        """The comparisons with reference data by name."""
        return self.settings.comparisons or {}

    @property
    def own_laws(self) -> Mapping[str, CampaignLaw]:
        """The laws of the campaign by name, which stand for its data sets."""
        return self.settings.laws or {}

    @property
    def problems(self) -> Mapping[str, Problem]:
        """The impact problems by name."""
        return self.settings.problems or {}

    def dataset(self, name: str) -> Dataset:
        """Return the data set of this name, or refuse a name that is not in the config."""
        return _named(name, self.datasets, "data set", "--dataset")

    def one_cell(self, name: str) -> Dataset:
        """Return the data set of this name, or refuse one whose simulations differ in more than their paths."""
        settings = self.dataset(name)
        if settings.has_axes:
            raise InputError(
                f"data set {name} has microstructures or parameters",
                "this needs a data set with one unit cell of one material",
                "choose a data set without the keys `microstructures` and `parameters`",
            )
        return settings

    def surrogate(self, name: str) -> SurrogateSection:
        """Return the surrogate of this name, or refuse a name that is not in the config."""
        return _named(name, self.surrogates, "surrogate", "--surrogate")

    def comparison(self, name: str) -> Comparison:
        """Return the comparison of this name, or refuse a name that is not in the config."""
        return _named(name, self.comparisons, "comparison", "the name under `comparisons`")

    def own_law(self, name: str) -> CampaignLaw:
        """Return the law of the campaign of this name, or refuse a name that is not in the config."""
        return _named(name, self.own_laws, "law under `laws`", "--law")

    def at(self, dataset: str, variant: Variant) -> "Config":
        """Return the config of one variant of a data set: there the data set has one cell, one material and no axes."""
        if not variant.key:
            return self._alone(dataset, variant) if self.datasets[dataset].has_axes else self
        known = self._variants.get((dataset, variant.key))
        return known or self._variants.setdefault((dataset, variant.key), self._alone(dataset, variant))

    def _alone(self, dataset: str, variant: Variant) -> "Config":
        alone = self.datasets[dataset].at(variant, self.campaign.seed)
        material = changed_material(self.materials[dataset], dict(variant.parameters))
        settings = self.settings.model_copy(update={"datasets": {**self.datasets, dataset: alone}})
        return replace(self, settings=settings, materials={**self.materials, dataset: material}, _variants={})

    def cell_record(self, dataset: str) -> CellRecord:
        """Return the crystal and the microstructure of a data set, as far as all its variants have them in common."""
        records = []
        for variant in self.datasets[dataset].variants:
            one = self.at(dataset, variant)
            rev, material = one.datasets[dataset].rev, one.materials[dataset]
            records.append(record_of(rev, material, self.contents, self.campaign.seed))
        return records[0].in_common(records[1:])

    def hash(self) -> str:
        """Return the SHA-256 of everything in the config and in the files it names."""
        problems = {
            name: [self.decks[name].model_dump(mode="json"), problem.model_dump(mode="json", exclude={"deck"})]
            for name, problem in self.problems.items()
        }
        campaign = hashes.config_hash(self.settings, self.materials, self.contents)
        own_laws = {name: law.model_dump(mode="json") for name, law in self.own_laws.items()}
        comparisons = {name: self._comparison_content(name) for name in self.comparisons}
        return hashes.digest([campaign, problems, own_laws, dict(self.laws), comparisons])

    def design_hash(self, dataset: str) -> str:
        """Return the SHA-256 of what the design table of a data set depends on: paths, splits, seed, length."""
        return hashes.design_hash(self.settings, dataset, self.contents)

    def block_hash(self, dataset: str, label: str) -> str:
        """Return the SHA-256 of what the paths of one block depend on; more simulations or another split keep it."""
        return hashes.block_hash(self.settings, dataset, label, self.contents)

    def surrogate_hash(self, surrogate: str) -> str:
        """Return the SHA-256 of what a surrogate learns with, its data and what only the machine sees left out."""
        return hashes.surrogate_hash(self.surrogates[surrogate])

    def comparison_hash(self, name: str) -> str:
        """Return the SHA-256 of a comparison: its table of reference data and the models of its rows."""
        return hashes.digest(self._comparison_content(name))

    def _comparison_content(self, name: str) -> dict[str, object]:
        comparison = self.comparisons[name]
        return {**comparison.model_dump(mode="json"), "file": self.contents[comparison.file]}

    def own_law_hash(self, name: str, physics_version: str) -> str:
        """Return the SHA-256 of what a law of the campaign depends on: its kind, the unit cell, the files it names."""
        law = self.own_laws[name]
        rev = self.settings.datasets[law.dataset].rev
        record = self.cell_record(law.dataset)
        if law.kind == "elastic":
            cell: list[object] = [rev.material, record.crystal_alone().model_dump(mode="json")]
        else:
            # Its own seed of the microstructure is in the record, where the campaign's stands if it has none.
            keys = {key: value for key, value in rev.keys().items() if key != "microstructure_seed"}
            cell = [keys, record.model_dump(mode="json")]
        return hashes.digest([law.kind, cell, physics_version])

    def simulation_hash(self, dataset: str, physics_version: str) -> str:
        """Return the SHA-256 of what turns a path of the data set into stresses.

        That is the unit cell, its microstructure, the material constants in SI, the length of a path, the output times
        and the `physics_version` of the code. The path itself is hashed by `block_hash`.
        """
        material = self.materials[dataset]
        return hashes.simulation_hash(self.settings, dataset, material, self.contents, physics_version)


def _named(name: str, known: Mapping[str, Part], what: str, option: str) -> Part:
    """Return the part of the config with a name, or refuse the name."""
    if name in known:
        return known[name]
    guess = suggest(name, known)
    raise InputError(
        f"there is no {what} '{name}'" + (f"; did you mean '{guess}'?" if guess else ""),
        f"the config has {', '.join(known) or 'none'}",
        f"choose one of these with {option}",
    )
