"""Reads the decks and law files that the problems of a config name, and finds all that is wrong with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hammerscale.config.campaign_settings import Settings
from hammerscale.config.cell_record import CellRecord
from hammerscale.config.comparable import Claim, different_laws
from hammerscale.config.deck import Deck
from hammerscale.config.impact_problem import Variation, vary
from hammerscale.config.law_file import LAW_FOLDER, LawFile
from hammerscale.config.law_records import record_of_law
from hammerscale.config.machinery.faults import ConfigFault, InvalidConfigError
from hammerscale.config.machinery.merge import Tree
from hammerscale.config.machinery.section_file import content_hash, read_section
from hammerscale.config.machinery.spelling import suggest
from hammerscale.config.machinery.yaml_file import KeyPath
from hammerscale.errors import ConfigError, HammerscaleError


@dataclass
class ImpactFiles:
    """What the problems of a checked config name.

    Attributes
    ----------
    settings, tree : the config, and where its keys stand
    cells : what every data set stands for, by its name; a data set that is wrong is missing
    decks : by the problem's name
    hashes : SHA-256 of every law file and of the files that it names, by the law's name
    claims : what every law stands for, by its name; a law that claims nothing is missing
    faults : everything that is wrong
    """

    settings: Settings
    tree: Tree
    cells: Mapping[str, CellRecord]
    decks: dict[str, Deck] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    faults: list[ConfigFault] = field(default_factory=list)

    def read_all(self) -> None:
        """Read the files of every problem."""
        for name, problem in (self.settings.problems or {}).items():
            self._deck(name, Path(problem.deck), problem.variations())
            for i, law in enumerate(problem.laws):
                self._law(("problems", name, "laws", i), law)
            for law, message in different_laws(problem, self.claims):
                self._add(("problems", name, "laws", problem.laws.index(law)), law, message)

    def _deck(self, problem: str, file: Path, variations: tuple[Variation | None, ...]) -> None:
        path = ("problems", problem, "deck")
        try:
            deck = self.decks[problem] = read_section(file, Deck)
        except InvalidConfigError as error:
            self.faults += error.problems
            return
        except ConfigError as error:
            self._refuse(path, str(file), error)
            return
        for variation in filter(None, variations):
            try:
                vary(deck, {variation.parameter: variation.value})
            except ConfigError as error:
                self._refuse(("problems", problem, "sweep", variation.parameter), str(variation), error)

    def _law(self, path: KeyPath, name: str) -> None:
        """Find a law by its name: a surrogate, a law of the campaign or a file, and only one of these."""
        file = LAW_FOLDER / f"{name}.yaml"
        surrogate = (self.settings.surrogates or {}).get(name)
        own = (self.settings.laws or {}).get(name)
        if surrogate is None and own is None:
            if name not in self.hashes:
                self._law_file(path, name, file)
            return
        if file.is_file():
            self._add(path, name, f"is a surrogate or law of this config and the file {file} as well: rename one")
        dataset = (surrogate or own).dataset  # type: ignore[union-attr]
        if cell := self.cells.get(dataset):
            record = cell.crystal_alone() if own and own.kind == "elastic" else cell
            self.claims[name] = Claim(f"data set {dataset}", record)

    def _law_file(self, path: KeyPath, name: str, file: Path) -> None:
        if not file.is_file():
            known = [*(self.settings.surrogates or {}), *(self.settings.laws or {})]
            known += sorted(other.stem for other in LAW_FOLDER.glob("*.yaml"))
            message = f"is no surrogate or law of this config and no file in {LAW_FOLDER}; there are {', '.join(known)}"
            self._add(path, name, message, suggest(name, known))
            return
        try:
            law = read_section(file, LawFile)
            self.hashes[name] = content_hash(law, files=law.named_files())
            if record := record_of_law(law):
                self.claims[name] = Claim(str(file), record)
        except InvalidConfigError as error:
            self.faults += error.problems
        except (HammerscaleError, OSError) as error:
            self._refuse(path, name, error)

    def _refuse(self, path: KeyPath, value: str, error: Exception) -> None:
        reason = error.what if isinstance(error, HammerscaleError) else str(error)
        self._add(path, value, f"cannot be used: {reason}")

    def _add(self, path: KeyPath, value: str, message: str, suggestion: str = "") -> None:
        self.faults.append(ConfigFault(path, self.tree.origin(path), repr(value), message, suggestion))
