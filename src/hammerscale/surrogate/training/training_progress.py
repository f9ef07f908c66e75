"""What a training has achieved so far: loss curve, best weights, spent time; part of every checkpoint."""

import time
from pathlib import Path
from typing import Any, cast

import pytorch_lightning as pl
import torch

from hammerscale.store.atomic import write_text

CURVE_FILE = "curve.csv"


class Progress(pl.Callback):
    """Keeps curve and best weights, drives the learning rate and stops when time is up.

    Parameters
    ----------
    epochs : planned number of epochs
    limit_s : time limit [s], None for none
    curve_file : table that is rewritten after every epoch, None to write none

    Attributes
    ----------
    curve : (epoch, training error, validation error) of every epoch
    best_error : lowest validation error
    best_weights : weights that had it
    spent_s, spent_cpu_s : time and processor time before the interruption that this process goes on from [s]
    """

    def __init__(self, epochs: int, limit_s: float | None, curve_file: Path | None) -> None:
        self.epochs, self.limit_s, self.curve_file = epochs, limit_s, curve_file
        self.curve: list[tuple[int, float, float]] = []
        self.best_error = float("inf")
        self.best_weights: dict[str, torch.Tensor] = {}
        self.spent_s = self.spent_cpu_s = 0.0
        self._started, self._started_cpu = time.monotonic(), time.process_time()

    @property
    def elapsed_s(self) -> float:
        """Training time including that before an interruption [s]."""
        return self.spent_s + time.monotonic() - self._started

    def fraction(self, done_epochs: float) -> float:
        """Return how much of the training is done, in [0, 1]: by epochs, or by time where that runs out first."""
        by_time = self.elapsed_s / self.limit_s if self.limit_s else 0.0
        return min(1.0, max(done_epochs / self.epochs, by_time))

    def on_fit_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Start the clock."""
        self._started, self._started_cpu = time.monotonic(), time.process_time()

    def on_train_batch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule, *_: object) -> None:
        """Stop after the batch in which the time ran out; the epoch still ends in order."""
        if self.limit_s and self.elapsed_s > self.limit_s:
            trainer.should_stop = True

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Note the errors of the epoch, which was validated just before, and keep the best weights."""
        losses = cast("list[torch.Tensor]", pl_module.epoch_losses)
        train = float(torch.stack(losses).mean()) if losses else float("nan")
        validation = float(trainer.callback_metrics["validation"])
        self.curve.append((trainer.current_epoch, train, validation))
        if validation <= self.best_error:
            self.best_error = validation
            self.best_weights = {name: value.detach().clone() for name, value in pl_module.state_dict().items()}
        if self.curve_file is not None and trainer.is_global_zero:
            rows = [f"{epoch},{train!r},{validation!r}" for epoch, train, validation in self.curve]
            write_text(self.curve_file, "\n".join(["epoch,train,validation", *rows, ""]))

    def state_dict(self) -> dict[str, Any]:
        """Return what a checkpoint holds."""
        return {
            "curve": [list(row) for row in self.curve],
            "best_error": self.best_error,
            "best_weights": self.best_weights,
            "spent_s": self.elapsed_s,
            "spent_cpu_s": self.spent_cpu_s + time.process_time() - self._started_cpu,
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what a checkpoint holds."""
        self.curve = [(int(epoch), train, validation) for epoch, train, validation in state_dict["curve"]]
        self.best_error = state_dict["best_error"]
        self.best_weights = state_dict["best_weights"]
        self.spent_s = state_dict["spent_s"]
        # Checkpoints of version 0.1.0 do not know their processor time.
        self.spent_cpu_s = state_dict.get("spent_cpu_s", 0.0)
