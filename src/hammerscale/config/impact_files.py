"""Reads the decks and law files that the problems of a config name, and finds all that is wrong with them."""

from dataclasses import dataclass, field
from pathlib import Path

from hammerscale.config.deck import Deck
from hammerscale.config.impact_problem import Variation, vary
from hammerscale.config.law import LAWS, LawFile
from hammerscale.config.merge import Tree
from hammerscale.config.problems import InvalidConfigError, Problem
from hammerscale.config.section_file import content_hash, read_section
from hammerscale.config.settings import Settings
from hammerscale.config.spelling import suggest
from hammerscale.config.yaml_file import KeyPath
from hammerscale.errors import ConfigError


@dataclass
class ImpactFiles:
    """What the problems of a checked config name.

    Attributes
    ----------
    settings, tree : the config, and where its keys stand
    decks : by the problem's name
    laws : by name, those that are surrogates left out
    hashes : SHA-256 of every law and of the files that it names, by name
    faults : everything that is wrong
    """

    settings: Settings
    tree: Tree
    decks: dict[str, Deck] = field(default_factory=dict)
    laws: dict[str, LawFile] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    faults: list[Problem] = field(default_factory=list)

    def read_all(self) -> None:
        """Read the files of every problem."""
        for name, problem in (self.settings.problems or {}).items():
            self._deck(name, Path(problem.deck), problem.variations())
            for i, law in enumerate(problem.laws):
                if law not in (self.settings.surrogates or {}) and law not in self.laws:
                    self._law(("problems", name, "laws", i), law)

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
        file = LAWS / f"{name}.yaml"
        if not file.is_file():
            known = [*(self.settings.surrogates or {}), *sorted(other.stem for other in LAWS.glob("*.yaml"))]
            message = f"is neither a surrogate of this config nor a file in {LAWS}; there are {', '.join(known)}"
            self.faults.append(Problem(path, self.tree.origin(path), repr(name), message, suggest(name, known)))
            return
        try:
            law = self.laws[name] = read_section(file, LawFile)
            self.hashes[name] = content_hash(law, files=law.named_files())
        except InvalidConfigError as error:
            self.faults += error.problems
        except (ConfigError, OSError) as error:
            self._refuse(path, name, error)

    def _refuse(self, path: KeyPath, value: str, error: Exception) -> None:
        reason = error.what if isinstance(error, ConfigError) else str(error)
        self.faults.append(Problem(path, self.tree.origin(path), repr(value), f"cannot be used: {reason}"))
