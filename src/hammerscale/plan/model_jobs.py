"""The models of a campaign: which are trained and tested, where they lie and what each depends on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from hammerscale.config import Config
from hammerscale.config.hashes import digest
from hammerscale.config.surrogates import NetworkSection, training_simulations
from hammerscale.config.training_keys import TrainingKeys
from hammerscale.ledger.places import campaign_folder
from hammerscale.surrogate.training_request import BY_PATH

# Reading the data, loading torch, evaluating and exporting.
JOB_OVERHEAD_MIN = 15.0
# A training without a time limit: the published network on 30,000 paths takes about four hours on two cores.
UNLIMITED_MIN = 480.0
# Before the number of a fold in names.
FOLD = "_fold_"


@dataclass(frozen=True)
class Model:
    """One training of a surrogate.

    Attributes
    ----------
    surrogate : name of the surrogate in the config
    train_paths : number of training paths
    seed : seed of subset, weights and batches
    fold : part of the training paths that it is tested on and does not learn from, None for none
    """

    surrogate: str
    train_paths: int
    seed: int
    fold: int | None = None

    @property
    def part(self) -> str:
        """End of its names: that of its fold."""
        return "" if self.fold is None else f"{FOLD}{self.fold}"

    @property
    def name(self) -> str:
        """Name of its folder."""
        return f"paths_{self.train_paths}_seed_{self.seed}{self.part}"


def models_folder(config: Config) -> Path:
    """Return the folder of all models of a campaign."""
    return campaign_folder(config) / "models"


def models_of(config: Config, surrogate: str) -> list[Model]:
    """Return every model of a surrogate that learns from all its paths."""
    settings = config.surrogate(surrogate)
    bound = settings.one_seed_above
    return [
        Model(surrogate, size, seed)
        for size in settings.train_paths or (training_simulations(config.datasets[settings.dataset]),)
        for seed in (settings.seeds if bound is None or size <= bound else settings.seeds[:1])
    ]


def first_model(config: Config, surrogate: str, train_paths: int | None = None) -> Model:
    """Return the model of a surrogate with so many training paths, by default the most, and its first seed."""
    size = train_paths or max(model.train_paths for model in models_of(config, surrogate))
    return Model(surrogate, size, config.surrogate(surrogate).seeds[0])


def folds_of(config: Config, surrogate: str) -> list[Model]:
    """Return the models of a surrogate's folds, none where it is not cross-validated."""
    model = first_model(config, surrogate)
    return [replace(model, fold=fold) for fold in range(config.surrogate(surrogate).folds or 0)]


def model_folder(config: Config, model: Model) -> Path:
    """Return the folder of a model."""
    return models_folder(config) / model.surrogate / model.name


def evaluation_file(config: Config, model: Model, dataset: str) -> Path:
    """Return where the errors of a model on the test paths of a data set lie, next to its folder."""
    folder = model_folder(config, model)
    return folder.with_name(f"{folder.name}_on_{dataset}.json")


class ModelPlan:
    """What the rules that train and test ask for.

    Parameters
    ----------
    config : the campaign
    dataset_identity : returns the hash of what a data set depends on
    """

    def __init__(self, config: Config, dataset_identity: Callable[[str], str]) -> None:
        self.config, self._dataset_identity = config, dataset_identity

    @property
    def folder(self) -> Path:
        """Folder of all models."""
        return models_folder(self.config)

    @property
    def surrogates(self) -> tuple[str, ...]:
        """Names of the surrogates."""
        return tuple(self.config.surrogates)

    @property
    def learned_from(self) -> tuple[str, ...]:
        """Names of the data sets that surrogates learn from."""
        return tuple(dict.fromkeys(surrogate.dataset for surrogate in self.config.surrogates.values()))

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables that the surrogates of the campaign fill."""
        made = {"surrogates": bool(self.surrogates), "folds": bool(self.fold_folders())}
        compared = (f"comparison_{name}" for name in self.config.comparisons)
        return (*(table for table, is_made in made.items() if is_made), *compared)

    def dataset(self, surrogate: str) -> str:
        """Return the name of the data set that a surrogate learns from."""
        return self.config.surrogate(surrogate).dataset

    @property
    def probed(self) -> dict[str, list[Path]]:
        """Data sets of one polycrystal that surrogates learn from, each with the models that laws take."""
        cells = {name: self.config.datasets[name] for name in self.learned_from}
        return {
            name: [
                model_folder(self.config, first_model(self.config, surrogate))
                for surrogate in self.surrogates
                if self.dataset(surrogate) == name
            ]
            for name, dataset in cells.items()
            if dataset.rev.mean_field and not dataset.has_axes
        }

    def models(self) -> Iterator[Model]:
        """Yield every model of the campaign, those of folds among them."""
        for name in self.surrogates:
            yield from models_of(self.config, name)
            yield from folds_of(self.config, name)

    def fold_folders(self) -> list[Path]:
        """Return the folders of the models of all folds."""
        return [model_folder(self.config, model) for model in self.models() if model.fold is not None]

    def comparison_inputs(self, name: str) -> list[str]:
        """Return the table of reference data of a comparison, and the tables of errors of its models."""
        comparison = self.config.comparisons[name]
        models = [(first_model(self.config, row.surrogate, row.train_paths), row.tested_on) for row in comparison.rows]
        return [comparison.file, *(str(evaluation_file(self.config, *one)) for one in dict.fromkeys(models))]

    def comparison_identity(self, name: str) -> str:
        """Return the hash of what a comparison depends on, the errors of its models left to their tables."""
        return self.config.comparison_hash(name)

    def evaluation_files(self, dataset: str | None = None) -> list[str]:
        """Return the tables of errors of all models without a fold, or of those that learn from one data set."""
        return [
            str(evaluation_file(self.config, model, tested))
            for model in self.models()
            if model.fold is None and dataset in (None, self.dataset(model.surrogate))
            for tested in self.config.surrogate(model.surrogate).tests
        ]

    def identity(self, surrogate: str, train_paths: int, seed: int, part: str = "") -> str:
        """Return the hash of what a model depends on: how it learns, from what, with which seed, without which fold."""
        learned = [self.config.surrogate_hash(surrogate), self._dataset_identity(self.dataset(surrogate))]
        settings = self.config.surrogate(surrogate)
        fold = [part, settings.folds, settings.folds_by or BY_PATH] if part else []
        return digest([*learned, train_paths, seed, *fold])

    def options(self, surrogate: str, train_paths: int, part: str = "") -> tuple[str, ...]:
        """Return the arguments that ask for so many paths without one fold.

        Who wants all paths names no number, since some simulations may have failed.
        """
        held = training_simulations(self.config.datasets[self.dataset(surrogate)])
        size = () if train_paths == held else ("--train-paths", str(train_paths))
        return (*size, *(("--fold", part.removeprefix(FOLD)) if part else ()))

    def training(self, surrogate: str) -> TrainingKeys:
        """Return how a surrogate is trained; a baseline trains as a network would with nothing set."""
        settings = self.config.surrogate(surrogate)
        return settings.training if isinstance(settings, NetworkSection) else TrainingKeys()

    def runtime_min(self, surrogate: str, attempt: int) -> int:
        """Return the time limit to ask for [min]; a further attempt gets more."""
        return int(attempt * ((self.training(surrogate).max_minutes or UNLIMITED_MIN) + JOB_OVERHEAD_MIN))
