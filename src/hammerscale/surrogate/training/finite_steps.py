"""Steps of a training whose gradient is not finite: left out, counted, and ended where they do not stop."""

import logging
from typing import Any, cast

import pytorch_lightning as pl
import torch

from hammerscale.errors import InputError
from hammerscale.surrogate.training.batches import Tensors
from hammerscale.surrogate.training.training_progress import Progress

LOG = logging.getLogger(__name__)
# So many steps in a row without a finite gradient, and the weights are lost: training goes back to the best ones.
LOST_AFTER = 10
# Going back helps against a bad stretch; weights that are lost so often are lost at this learning rate.
MOST_RETURNS = 3
REMEDY = "lower training.learning_rate, set training.gradient_clip, or choose training.precision 64-true"


class FiniteSteps(pl.Callback):
    """Takes no step along a gradient that is not finite: clipping it would spoil every weight.

    Parameters
    ----------
    progress : holder of the best weights

    Attributes
    ----------
    left_out : steps that were not taken
    returns : how often the training went back to its best weights
    ending : why the training ended before its time, empty if it did not
    """

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.left_out = self.returns = 0
        self.ending = ""
        self._in_a_row = 0

    def on_before_optimizer_step(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, optimizer: torch.optim.Optimizer
    ) -> None:
        """Drop the gradient unless its norm is finite; what has no gradient is left as it is by the optimiser."""
        gradients = [parameter.grad for parameter in pl_module.parameters() if parameter.grad is not None]
        finite = not gradients or bool(torch.stack(torch._foreach_norm(gradients)).sum().isfinite())
        # Processes that hold different parts of the gradient must do the same.
        if trainer.strategy.reduce_boolean_decision(finite, all=True):
            self._in_a_row = 0
            return
        optimizer.zero_grad(set_to_none=True)
        # The scaler of half precision looks for its scale by such steps, and leaves them out itself.
        if trainer.precision == "16-mixed":
            return
        self.left_out, self._in_a_row = self.left_out + 1, self._in_a_row + 1
        cast("list[torch.Tensor]", pl_module.epoch_losses).pop()
        LOG.warning("epoch %d: the gradient of a step is not finite, it is left out", trainer.current_epoch)
        if self._in_a_row >= LOST_AFTER and self.progress.best_weights:
            self._go_back(trainer, pl_module)

    def _go_back(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        pl_module.load_state_dict(self.progress.best_weights)
        self.returns, self._in_a_row = self.returns + 1, 0
        LOG.warning("%d such steps in a row: the training goes back to its best weights", LOST_AFTER)
        if self.returns >= MOST_RETURNS:
            self._end(trainer, "gradients are not finite again and again")

    def on_validation_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """End a training whose validation error is no number; refuse one that never had any."""
        validation = float(trainer.callback_metrics["validation"])
        stepped = bool(cast("list[torch.Tensor]", pl_module.epoch_losses))
        if not self.progress.best_weights and not (stepped and validation < float("inf")):
            raise InputError(
                "the training is not finite from its first epoch on "
                f"(validation error {validation:g}, {self.left_out} steps left out)",
                "no weights could be learned, and what was exported would be the random ones of the start",
                f"look for extreme values in the training paths; {REMEDY}",
            )
        if not validation < float("inf"):
            self._end(trainer, f"the validation error is not finite ({validation:g})")

    def _end(self, trainer: pl.Trainer, reason: str) -> None:
        trainer.should_stop = True
        self.ending = f"{reason} in epoch {trainer.current_epoch}"
        LOG.warning("%s: the training ends here with its best weights; %s", self.ending, REMEDY)

    def report(self) -> dict[str, object]:
        """Return the entry of a report about steps that went wrong; nothing where none did."""
        counts = {"steps_left_out": self.left_out, "returns_to_best_weights": self.returns, "ended_early": self.ending}
        return {name: value for name, value in counts.items() if value}

    def state_dict(self) -> dict[str, Any]:
        """Return what a checkpoint holds."""
        return {"left_out": self.left_out, "returns": self.returns, "in_a_row": self._in_a_row}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what a checkpoint holds."""
        self.left_out, self.returns = state_dict["left_out"], state_dict["returns"]
        self._in_a_row = state_dict["in_a_row"]


def require_finite(*groups: Tensors) -> None:
    """Refuse training data that hold numbers which are none."""
    if not all(bool(tensor.isfinite().all()) for tensors in groups for tensor in tensors):
        raise InputError(
            "the training paths hold numbers that are not finite",
            "every loss and every gradient would be none either",
            "gather the data set again, or leave out the paths whose simulation failed",
        )
