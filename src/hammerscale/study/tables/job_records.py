"""Which records the jobs of a campaign leave below its folder of logs; records of former configs lie there, too."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from hammerscale.plan.controller import WorkflowPlan
from hammerscale.plan.impact_jobs import PANEL_FIELDS
from hammerscale.plan.model_jobs import model_folder

# Jobs of every data set besides its shards, and of every impact problem besides its runs and laws.
DATASET_JOBS = ("design", "gather", "plot")
FIGURES = ("grains_per_point", "training_range")
COMPARISONS = ("compare", "costs", *FIGURES, *(f"measure_{figure}" for figure in FIGURES))
MODEL_FIGURES = ("learning_curves", "resolution", "behaviour", "measure_resolution", "measure_behaviour")
PROBLEM_JOBS = ("plot_histories", *COMPARISONS, *(f"plot_laws_{one}" for one in PANEL_FIELDS))


class LongJob(NamedTuple):
    """A job that may be interrupted and go on: its rule, and the file or folder that it makes."""

    rule: str
    result: Path


def record_names(campaign: WorkflowPlan) -> set[str]:
    """Return the names of the records of all jobs that a campaign may have, without their ending."""
    return {"measure_chain", "plot_chain", *_of_datasets(campaign), *_of_models(campaign), *_of_impacts(campaign)}


def long_jobs(campaign: WorkflowPlan) -> dict[str, LongJob]:
    """Return the jobs that note themselves what they spend, by the names of their records."""
    found = {}
    for name in campaign.datasets:
        for file in campaign.shard_files(name):
            found[f"{name}/simulate_{Path(file).stem}"] = LongJob("simulate_shard", Path(file).with_suffix(""))
    for model in campaign.models.models():
        record = f"models/{model.surrogate}/train_{model.train_paths}_{model.seed}{model.part}"
        found[record] = LongJob("train_surrogate", model_folder(campaign.config, model))
    for name, case in campaign.impacts.cases.items():
        for law in campaign.impacts.laws_of(case.problem):
            found[f"impact/{name}/{law}"] = LongJob("run_impact", campaign.impacts.run_folder(name, law))
    return found


def _of_datasets(campaign: WorkflowPlan) -> Iterator[str]:
    for name in campaign.datasets:
        yield from (f"{name}/{job}" for job in DATASET_JOBS)
        yield from (f"{name}/simulate_{Path(file).stem}" for file in campaign.shard_files(name))


def _of_models(campaign: WorkflowPlan) -> Iterator[str]:
    yield from ("models/tabulate", "models/folds")
    yield from (f"models/comparison_{name}" for name in campaign.config.comparisons)
    for name in campaign.models.learned_from:
        yield from (f"models/{figure}_{name}" for figure in MODEL_FIGURES)
    for model in campaign.models.models():
        label = f"{model.train_paths}_{model.seed}{model.part}"
        yield f"models/{model.surrogate}/train_{label}"
        for tested in campaign.config.surrogate(model.surrogate).tests:
            yield f"models/{model.surrogate}/evaluate_{label}_on_{tested}"


def _of_impacts(campaign: WorkflowPlan) -> Iterator[str]:
    impacts = campaign.impacts
    yield from (f"laws/{name}" for name in campaign.config.own_laws)
    for name, case in impacts.cases.items():
        yield from (f"impact/{name}/{law}" for law in impacts.laws_of(case.problem))
    for problem in impacts.problems:
        yield from (f"impact/{problem}/{job}" for job in PROBLEM_JOBS)
        for law in impacts.laws_of(problem):
            drawn = (f"plot_{law}", *(f"plot_{law}_{parameter}" for parameter in impacts.swept(problem)))
            yield from (f"impact/{problem}/{one}" for one in drawn)
