"""How a network is trained; what Lightning's trainer understands is passed through."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

CSV = "csv"
NO_LOGGER = "none"
# What a training that was interrupted had spent before; written by the process that ends it.
SPENT_FILE = "spent_before.json"
# Steps whose gradient was not finite, and whether they ended the training; only where there were any.
TROUBLE_FILE = "trouble.json"


@dataclass(frozen=True)
class Training:
    """Settings of one training.

    Attributes
    ----------
    epochs : passes over the training paths
    batch : paths per step of the optimiser
    learning_rate, final_learning_rate : start and end of the cosine
    gradient_clip : largest norm of the gradient, 0 for no limit
    patience : epochs without a better validation error before it stops, 0 for never
    max_minutes : time limit; the cosine then ends with the time, and a run that is killed and resumed is no longer
        bitwise that of an uninterrupted one
    folder : where checkpoints and the loss curve go and from where an interrupted training goes on; None keeps nothing
    checkpoint_every_s : time between checkpoints [s], taken at the ends of epochs
    accelerator, devices, strategy, precision, logger : as PyTorch Lightning understands them; logger is csv, none or
        the path of a Lightning logger's class, which is given the folder
    """

    epochs: int
    batch: int
    learning_rate: float
    final_learning_rate: float
    gradient_clip: float = 0.0
    patience: int = 0
    max_minutes: float | None = None
    folder: Path | None = None
    checkpoint_every_s: float = 60.0
    accelerator: str = "auto"
    devices: int | str | Sequence[int] = 1
    strategy: str = "auto"
    precision: str = "32-true"
    logger: str = CSV
