"""What the trainings of a campaign are going to cost, and its impacts, before anything is computed."""

from collections.abc import Iterator

from hammerscale.config import Config
from hammerscale.config.surrogates import NetworkSection
from hammerscale.plan.controller import WorkflowPlan
from hammerscale.plan.model_jobs import Model
from hammerscale.study.impact_estimate import impact_lines

MINUTE_S = 60.0
# Start of a job, reading data, export [CPU s].
START_S = 10.0


def training_cost(config: Config, model: Model) -> float:
    """Return the expected CPU time of a training [s]; formulas and linear maps take no longer than their start."""
    surrogate = config.surrogate(model.surrogate)
    if not isinstance(surrogate, NetworkSection):
        return START_S + surrogate.of_kind.fit_s
    kind, training = surrogate.of_kind, surrogate.training
    spent = kind.path_s * model.train_paths * (training.epochs or kind.epochs)
    if training.max_minutes is not None:
        spent = min(spent, MINUTE_S * training.max_minutes * training.threads)
    return START_S + spent


def estimate_lines(config: Config) -> Iterator[str]:
    """Yield what trainings are expected to cost and what impacts are, and what that is based on."""
    campaign = WorkflowPlan(config)
    models = list(campaign.models.models())
    if models:
        total_s = sum(training_cost(config, model) for model in models)
        yield f"about {total_s / MINUTE_S:.3g} CPU minutes of training, {len(models)} models"
        surrogates = [config.surrogate(model.surrogate) for model in models]
        used = {one.kind: one.of_kind for one in surrogates}
        networks = [(kind, own) for kind, own in used.items() if own.is_network]
        based = [f"{kind} {1e3 * own.path_s:g} ms per path and epoch" for kind, own in networks]
        based += [f"{kind} {own.fit_s:g} s" for kind, own in used.items() if own.fit_s]
        yield f"  estimated: {', '.join([*based, f'{START_S:g} s to start'])}, as measured on an AMD EPYC (Zen 5)"
    yield from impact_lines(config, campaign.impacts)
