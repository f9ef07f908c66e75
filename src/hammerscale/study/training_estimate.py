"""What the trainings of a campaign are going to cost, and what is left out, before anything is computed."""

from collections.abc import Iterator
from typing import NamedTuple

from hammerscale.campaign.controller import Campaign
from hammerscale.campaign.models import Model
from hammerscale.config import Config
from hammerscale.config.surrogates import Network

MINUTE_S = 60.0
# Start of a job, reading data, export [CPU s].
START_S = 10.0


class Pace(NamedTuple):
    """What a network took on one thread of an AMD EPYC (Zen 5), with the sizes that it has of its own.

    Attributes
    ----------
    epochs : the kind's own number of epochs
    path_s : CPU time per path and epoch [s]
    """

    epochs: int
    path_s: float


# 1,560 s for 3,200 paths and 500 epochs; 1,700 s for 3,200 and 400; 274 s for 1,000 and 200.
PACES = {"pca_net": Pace(500, 1.0e-3), "rno": Pace(400, 1.3e-3), "gru": Pace(200, 1.4e-3)}
# Kinds whose training does not grow with the number of paths, as they look at some of them [CPU s].
SEARCHES = {"embedded_crystals": 160.0}


def training_cost(config: Config, model: Model) -> float:
    """Return the expected CPU time of a training [s]; formulas and linear maps take no longer than their start."""
    surrogate = config.surrogate(model.surrogate)
    if not isinstance(surrogate, Network):
        return START_S + SEARCHES.get(surrogate.kind, 0.0)
    pace, training = PACES[surrogate.kind], surrogate.training
    spent = pace.path_s * model.train_paths * (training.epochs or pace.epochs)
    if training.max_minutes is not None:
        spent = min(spent, MINUTE_S * training.max_minutes * training.threads)
    return START_S + spent


def estimate_lines(config: Config) -> Iterator[str]:
    """Yield what trainings are expected to cost and what that is based on, and how many impacts are not in it."""
    campaign = Campaign(config)
    models = list(campaign.models.models())
    if models:
        total_s = sum(training_cost(config, model) for model in models)
        yield f"about {total_s / MINUTE_S:.3g} CPU minutes of training, {len(models)} models"
        kinds = dict.fromkeys(config.surrogate(model.surrogate).kind for model in models)
        based = [f"{kind} {1e3 * PACES[kind].path_s:g} ms per path and epoch" for kind in kinds if kind in PACES]
        based += [f"{kind} {SEARCHES[kind]:g} s" for kind in kinds if kind in SEARCHES]
        yield f"  estimated: {', '.join([*based, f'{START_S:g} s to start'])}, as measured on an AMD EPYC (Zen 5)"
    runs = [case.problem for case in campaign.impacts.cases.values() for _ in campaign.impacts.laws_of(case.problem)]
    if runs:
        largest = max(config.decks[problem].body.element_count() for problem in runs)
        reason = "their steps depend on law and deformation"
        yield f"not estimated: {len(runs)} impacts of up to {largest:,} elements; {reason}"
