"""The impact runs of a campaign: every problem as it is and varied, each under all laws of the problem."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from hammerscale.cell.physics_version import PHYSICS_VERSION
from hammerscale.config import Config
from hammerscale.config.hashes import digest
from hammerscale.config.impact_fit import cell_of_law
from hammerscale.config.impact_problem import DENSITY, Variation, own_value
from hammerscale.kinds import CellSettings
from hammerscale.ledger.places import campaign_folder, dataset_file

# The last file that a run writes.
SUMMARY = "summary.json"
# States before and after a step and in a checkpoint.
STATE_COPIES = 3
# Tables made for a problem that names a reference law.
COMPARISONS = ("accuracy", "costs")
# Drawn for all laws side by side.
PANEL_FIELDS = ("von_mises", "deviatoric_strain")


class ImpactCase(NamedTuple):
    """A problem with one variation or none.

    Attributes
    ----------
    problem : name of the problem
    variation : what is varied
    """

    problem: str
    variation: Variation | None

    @property
    def name(self) -> str:
        """Name of its folder; no name of a problem has a dot."""
        return f"{self.problem}.{self.variation.label}" if self.variation else self.problem


class ImpactPlan:
    """What the rules of impacts ask for.

    Parameters
    ----------
    config : the campaign
    model_folder : returns the folder of a surrogate's model
    """

    def __init__(self, config: Config, model_folder: Callable[[str], Path]) -> None:
        self.config, self._model_folder = config, model_folder

    @property
    def folder(self) -> Path:
        """Folder of all runs."""
        return campaign_folder(self.config) / "runs"

    @property
    def laws_folder(self) -> Path:
        """Folder of the laws that stand for data sets, as files."""
        return campaign_folder(self.config) / "laws"

    @cached_property
    def cases(self) -> Mapping[str, ImpactCase]:
        """Cases by name."""
        found = [
            ImpactCase(name, one) for name, problem in self.config.problems.items() for one in problem.variations()
        ]
        return {case.name: case for case in found}

    @property
    def problems(self) -> tuple[str, ...]:
        """Names of the problems."""
        return tuple(self.config.problems)

    @property
    def laws(self) -> tuple[str, ...]:
        """Names of all laws, each once."""
        return tuple(dict.fromkeys(law for problem in self.config.problems.values() for law in problem.laws))

    def laws_of(self, problem: str) -> tuple[str, ...]:
        """Return the laws of a problem."""
        return self.config.problems[problem].laws

    def swept(self, problem: str) -> tuple[str, ...]:
        """Return the parameters that a problem sweeps."""
        found = (one.parameter for one in self.config.problems[problem].variations() if one)
        return tuple(dict.fromkeys(found))

    def deck(self, case: str) -> str:
        """Return the deck's file."""
        return self.config.problems[self.cases[case].problem].deck

    def law(self, law: str) -> str:
        """Return what to call the law by: the folder of a surrogate's model, the file of a law, or the name itself."""
        if law in self.config.surrogates:
            return str(self._model_folder(law))
        return str(self._law_file(law)) if law in self.config.own_laws else law

    def needed(self, law: str) -> list[str]:
        """Return the files that have to be there first: the manifest of a surrogate's model, the file of a law."""
        if law in self.config.surrogates:
            return [str(self._model_folder(law) / "manifest.json")]
        return [str(self._law_file(law))] if law in self.config.own_laws else []

    def _law_file(self, law: str) -> Path:
        return self.laws_folder / f"{law}.yaml"

    def own_law_identity(self, law: str) -> str:
        """Return the hash of what the file of a law depends on that stands for a data set."""
        return self.config.own_law_hash(law, PHYSICS_VERSION)

    def options(self, case: str, law: str) -> tuple[str, ...]:
        """Return the arguments of the verb: the variation, and the density of a surrogate's data."""
        changes: dict[str, float] = {}
        if law in self.config.surrogates:
            changes[DENSITY] = self.config.materials[self.config.surrogate(law).dataset].density.si
        if variation := self.cases[case].variation:
            changes[variation.parameter] = variation.value
        return _repeated("--vary", (str(Variation(key, value)) for key, value in changes.items()))

    def identity(self, case: str, law: str) -> str:
        """Return the hash of what a run depends on, the contents of a surrogate's model left to its manifest."""
        deck = self.config.decks[self.cases[case].problem].model_dump(mode="json")
        own = law in self.config.own_laws
        content = self.own_law_identity(law) if own else self.config.laws.get(law, law)
        return digest([deck, " ".join(self.options(case, law)), content, PHYSICS_VERSION])

    def run_folder(self, case: str, law: str) -> Path:
        """Return the folder of a run."""
        return self.folder / case / law

    def swept_cases(self, problem: str, parameter: str) -> list[str]:
        """Return the names of the cases of a sweep in the order of its values, the deck as it is among them."""
        own = own_value(self.config.decks[problem], parameter)
        varied = [one for one in self.config.problems[problem].variations() if one and one.parameter == parameter]
        return [
            name
            for _, name in sorted([(own, problem), *((one.value, ImpactCase(problem, one).name) for one in varied)])
        ]

    @property
    def compared(self) -> tuple[str, ...]:
        """Names of the problems with a reference and other laws."""
        return tuple(name for name, one in self.config.problems.items() if one.reference and len(one.laws) > 1)

    def reference(self, problem: str) -> Path:
        """Return the folder of the run that the others of a problem are compared with."""
        return self.run_folder(problem, str(self.config.problems[problem].reference))

    def others(self, problem: str) -> list[Path]:
        """Return the folders of the other runs of a problem, as its deck is."""
        own = self.config.problems[problem].reference
        return [self.run_folder(problem, law) for law in self.laws_of(problem) if law != own]

    def plane_run(self) -> Path | None:
        """Return the folder of the first run with plane cells at every point, None without any."""
        named = ((problem, law) for problem in self.problems for law in self.laws_of(problem))
        found = (self.run_folder(*run) for run in named if (cell := self._cell(run[1])) and cell.is_plane)
        return next(found, None)

    def _cell(self, law: str) -> CellSettings | None:
        """Return the unit cell that a law has at every point, None if it has none."""
        return None if law in self.config.surrogates else cell_of_law(law, self.config.settings)

    def learned(self, problem: str) -> tuple[str, ...]:
        """Return the laws of a problem that are surrogates."""
        return tuple(law for law in self.laws_of(problem) if law in self.config.surrogates)

    def model_options(self, problem: str) -> tuple[str, ...]:
        """Return the arguments that name the surrogates of a problem and the data of each."""
        data = (f"{law}={self._data(law)}" for law in self.learned(problem))
        return (*self._models(problem), *_repeated("--dataset", data))

    def grain_options(self, problem: str) -> tuple[str, ...]:
        """Return the arguments that name the surrogates of a problem, and the data whose paths points follow."""
        data = (str(self._data(law)) for law in self.learned(problem)[:1])
        return (*self._models(problem), *_repeated("--dataset", data))

    def cost_options(self, problem: str) -> tuple[str, ...]:
        """Return the arguments of the verb that tabulates costs: models and data, plane cells, costs from elsewhere."""
        cells = (str(run) for run in [self.plane_run()] if run)
        elsewhere = _repeated("--compare-with", self._compared_with(problem))
        return (*self.model_options(problem), *_repeated("--cell", cells), *elsewhere)

    def _compared_with(self, problem: str) -> list[str]:
        """Return the table of costs from elsewhere of a problem, if it names one."""
        table = self.config.problems[problem].compare_with
        return [table] if table else []

    def _models(self, problem: str) -> tuple[str, ...]:
        models = (f"{law}={self._model_folder(law)}" for law in self.learned(problem))
        meant = ("--different-materials",) if self.config.problems[problem].different_materials else ()
        return (*meant, *_repeated("--model", models))

    def _data(self, surrogate: str) -> Path:
        return dataset_file(self.config, self.config.surrogate(surrogate).dataset)

    def cost_inputs(self, problem: str) -> list[str]:
        """Return the files from which the table of costs of a problem is made."""
        cells = [str(cell / SUMMARY) for cell in [self.plane_run()] if cell]
        return [*self.files([problem], self.laws_of(problem)), *cells, *self._compared_with(problem)]

    def results(self, figures: Path, tables: Path) -> list[str]:
        """Return all figures and tables of impacts."""
        compared = [str(tables / f"{problem}_{table}.html") for problem in self.compared for table in COMPARISONS]
        drawn = [str(figures / problem / name) for problem in self.compared for name in self.comparing_figures(problem)]
        return self.figures(figures) + compared + drawn

    def comparing_figures(self, problem: str) -> Iterator[str]:
        """Yield the figures that a problem with a reference has, as far as its laws are such as they show."""
        reference, learned = str(self.config.problems[problem].reference), self.learned(problem)
        cell = self._cell(reference)
        if learned and cell and cell.mean_field:
            yield "grains_per_point.svg"
        if set(learned) - {reference}:
            yield "training_range.svg"

    def reference_law(self, problem: str) -> str:
        """Return what to call the reference of a problem by."""
        return self.law(str(self.config.problems[problem].reference))

    def memory_mb(self, case: str, law: str) -> float:
        """Return what the states of a law take [MB], before and after a step and in a checkpoint."""
        cell = self._cell(law)
        if cell is None:
            return 0.0
        deck = self.config.decks[self.cases[case].problem]
        return STATE_COPIES * 1e-6 * cell.state_bytes * deck.body.element_count()

    def files(self, cases: Iterable[str], laws: Iterable[str]) -> list[str]:
        """Return the summaries of runs, the last file that each writes."""
        return [str(self.run_folder(case, law) / SUMMARY) for case in cases for law in laws]

    def figures(self, folder: Path) -> list[str]:
        """Return all figures of impacts."""
        found = []
        for problem in self.problems:
            found += [folder / problem / f"laws_{field}.svg" for field in PANEL_FIELDS]
            found += [folder / problem / "histories.svg"]
            for law in self.laws_of(problem):
                found += [folder / problem / law / f"{name}.svg" for name in ("snapshots", *self.swept(problem))]
        return [str(file) for file in found]


def _repeated(option: str, values: Iterable[str]) -> tuple[str, ...]:
    """Return the arguments that give an option once for each value; who makes a command line of them quotes them."""
    return tuple(argument for value in values for argument in (option, value))
