"""What the trainings of a campaign are going to cost, and its impacts, before anything is computed."""

from collections.abc import Iterator
from typing import NamedTuple

from hammerscale.campaign.controller import Campaign
from hammerscale.campaign.models import Model
from hammerscale.config import Config
from hammerscale.config.surrogates import Network
from hammerscale.study.impact_estimate import impact_lines

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
# A network of which nothing was measured is taken for about such a one.
UNMEASURED = Pace(400, 1.5e-3)
# Kinds whose training does not grow with the number of paths, as they look at some of them [CPU s].
SEARCHES = {"embedded_crystals": 160.0}


def training_cost(config: Config, model: Model) -> float:
    """Return the expected CPU time of a training [s]; formulas and linear maps take no longer than their start."""
    surrogate = config.surrogate(model.surrogate)
    if not isinstance(surrogate, Network):
        return START_S + SEARCHES.get(surrogate.kind, 0.0)
    pace, training = PACES.get(surrogate.kind, UNMEASURED), surrogate.training
    spent = pace.path_s * model.train_paths * (training.epochs or pace.epochs)
    if training.max_minutes is not None:
        spent = min(spent, MINUTE_S * training.max_minutes * training.threads)
    return START_S + spent


def estimate_lines(config: Config) -> Iterator[str]:
    """Yield what trainings are expected to cost and what impacts are, and what that is based on."""
    campaign = Campaign(config)
    models = list(campaign.models.models())
    if models:
        total_s = sum(training_cost(config, model) for model in models)
        yield f"about {total_s / MINUTE_S:.3g} CPU minutes of training, {len(models)} models"
        used = {one.kind: one for one in (config.surrogate(model.surrogate) for model in models)}
        paces = {kind: PACES.get(kind, UNMEASURED) for kind, one in used.items() if isinstance(one, Network)}
        based = [f"{kind} {1e3 * pace.path_s:g} ms per path and epoch" for kind, pace in paces.items()]
        based += [f"{kind} {SEARCHES[kind]:g} s" for kind in used if kind in SEARCHES]
        yield f"  estimated: {', '.join([*based, f'{START_S:g} s to start'])}, as measured on an AMD EPYC (Zen 5)"
    yield from impact_lines(config, campaign.impacts)
