"""One training of one network, on CPU or GPU, that ends with the weights that validated best."""

import hashlib
import logging
import math
import sys
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict
from importlib import import_module
from typing import Protocol, cast, runtime_checkable

import pytorch_lightning as pl
import torch
from lightning_fabric.utilities.exceptions import MisconfigurationException
from pytorch_lightning.callbacks import Callback, EarlyStopping
from pytorch_lightning.loggers import CSVLogger, Logger

from hammerscale.errors import SetupError
from hammerscale.store.disk import reporting_write_errors
from hammerscale.store.sealed_json import write_sealed_json
from hammerscale.streams import stream
from hammerscale.surrogate.training.batches import Tensors, batches
from hammerscale.surrogate.training.checkpoints import SealedCheckpoints, own_checkpoint
from hammerscale.surrogate.training.finite_steps import FiniteSteps, require_finite
from hammerscale.surrogate.training.settings import CSV, NO_LOGGER, SPENT_FILE, TROUBLE_FILE, Training
from hammerscale.surrogate.training.training_progress import CURVE_FILE, Progress

# These decide the numbers; the others set where and for how long they are computed.
IDENTIFYING = ("epochs", "batch", "learning_rate", "final_learning_rate", "gradient_clip", "patience", "precision")


class TrainableNetwork(Protocol):
    """A torch module with its own error measure."""

    def path_errors(self, batch: Tensors, fraction: float, generator: torch.Generator | None) -> torch.Tensor:
        """Return the relative error (b,) of each path.

        `fraction` of the training is done; `generator` is for whatever is random, None when validating.
        """


@runtime_checkable
class OwnOptimizer(Protocol):
    """A network with an optimiser of its own."""

    def optimizer(self, learning_rate: float) -> torch.optim.Optimizer:
        """Return the optimiser of its parameters; the learning rate of all its groups follows the cosine."""


class Fitting(pl.LightningModule):
    """The optimisation of a network: mean path error, cosine learning rate.

    Parameters
    ----------
    network : the network
    training : the settings
    progress : the clock that the learning rate follows
    seed : seed of whatever is random in a step
    """

    def __init__(self, network: torch.nn.Module, training: Training, progress: Progress, seed: int) -> None:
        super().__init__()
        self.seed = seed
        self.network = network
        self.settings = training
        self.epoch_losses: list[torch.Tensor] = []
        self.progress = progress

    def on_train_batch_start(self, batch: Tensors, batch_idx: int) -> None:
        """Set the learning rate from what is done; no scheduler state has to survive an interruption."""
        done = self.current_epoch + batch_idx / max(1, int(self.trainer.num_training_batches))
        for group in self.trainer.optimizers[0].param_groups:
            group["lr"] = cosine(self.settings, self.progress.fraction(done))

    def training_step(self, batch: Tensors, batch_idx: int) -> torch.Tensor:
        """Return the mean error of the batch."""
        # Random numbers of a batch depend on its place in the training alone, so none have to survive an interruption.
        drawn = stream(self.seed, self.current_epoch, f"surrogate/batch {batch_idx}").integers(1 << 62)
        generator = torch.Generator().manual_seed(int(drawn))
        fraction = self.progress.fraction(self.current_epoch)
        loss = cast(TrainableNetwork, self.network).path_errors(batch, fraction, generator).mean()
        self.log("train", loss, on_step=True, on_epoch=False, prog_bar=True, batch_size=len(batch[0]))
        self.epoch_losses.append(loss.detach())
        return loss

    def on_train_epoch_start(self) -> None:
        """Forget the losses of the epoch before."""
        self.epoch_losses = []

    def validation_step(self, batch: Tensors, batch_idx: int) -> None:
        """Log the mean error of the validation paths."""
        errors = cast(TrainableNetwork, self.network).path_errors(batch, 1.0, None)
        self.log("validation", errors.mean(), prog_bar=True, batch_size=len(batch[0]), sync_dist=True)

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """Return the network's own optimiser, or Adam; fused halves its cost on the CPU, too."""
        if isinstance(self.network, OwnOptimizer):
            return self.network.optimizer(self.settings.learning_rate)
        # Where gradients are scaled, a fused step would clip them before they are scaled back.
        fused = self.settings.precision != "16-mixed"
        return torch.optim.Adam(self.parameters(), lr=self.settings.learning_rate, fused=fused)


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Run a block, in which weights are initialised, with torch's generator at `seed`, and put it back afterwards."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield


def cosine(training: Training, fraction: float) -> float:
    """Return the learning rate when `fraction` of the training is done."""
    fall = training.learning_rate - training.final_learning_rate
    return training.final_learning_rate + 0.5 * fall * (1.0 + math.cos(math.pi * fraction))


def fit_network(
    network: torch.nn.Module, train: Tensors, validation: Tensors, training: Training, seed: int
) -> list[tuple[int, float, float]]:
    """Train `network` in place, leave it with the weights that validated best and return the loss curve.

    Parameters
    ----------
    network : a `TrainableNetwork`, initialised
    train, validation : tensors with one row per path; without validation paths the training paths watch
    training : settings
    seed : seed of the order of batches
    """
    watching = validation if len(validation[0]) else train
    require_finite(train, watching)
    curve_file = None if training.folder is None else training.folder / CURVE_FILE
    limit_s = None if training.max_minutes is None else 60.0 * training.max_minutes
    progress = Progress(training.epochs, limit_s, curve_file)
    finite = FiniteSteps(progress)
    fitting = Fitting(network, training, progress, seed)
    identity = _identity(training, seed, network, (*train, *watching))
    trainer = _trainer(training, [finite, progress], identity)
    resume = None if training.folder is None else own_checkpoint(training.folder, identity)
    with warnings.catch_warnings(), _reporting_full_disk(training):
        # One process serves the data: they lie in memory.
        warnings.filterwarnings("ignore", message=".*does not have many workers.*")
        # Deprecations inside Lightning are not ours to mend.
        warnings.filterwarnings("ignore", message=".*LeafSpec.*")
        trainer.fit(
            fitting,
            batches(train, training.batch, seed),
            batches(watching, max(training.batch, 64), None),
            ckpt_path=resume,
            weights_only=True,
        )
    if training.folder is not None and progress.spent_s and trainer.is_global_zero:
        write_sealed_json(training.folder / SPENT_FILE, {"wall_s": progress.spent_s, "cpu_s": progress.spent_cpu_s})
    if training.folder is not None and finite.report() and trainer.is_global_zero:
        write_sealed_json(training.folder / TROUBLE_FILE, finite.report())
    fitting.load_state_dict(progress.best_weights)
    network.to("cpu").eval()
    return progress.curve


def _reporting_full_disk(training: Training) -> AbstractContextManager[None]:
    """Turn what a logger or Lightning meets on a full disk into one error; checkpoints stay for the next start."""
    return reporting_write_errors(training.folder, 0, only=training.folder) if training.folder else nullcontext()


def _trainer(training: Training, watchers: list[Callback], identity: str) -> pl.Trainer:
    callbacks = [*watchers]
    if training.patience:
        callbacks.append(EarlyStopping("validation", patience=training.patience, check_finite=True))
    if training.folder is not None:
        callbacks.append(SealedCheckpoints(training.folder, training.checkpoint_every_s, identity))
    logging.getLogger("pytorch_lightning.utilities.rank_zero").setLevel(logging.WARNING)
    try:
        return pl.Trainer(
            max_epochs=training.epochs,
            accelerator=training.accelerator,
            devices=cast("int | str | list[int]", training.devices),
            strategy=training.strategy,
            precision=training.precision,  # type: ignore[arg-type]
            gradient_clip_val=training.gradient_clip or None,
            logger=_logger(training),
            callbacks=callbacks,
            enable_checkpointing=False,
            enable_progress_bar=sys.stderr.isatty(),
            enable_model_summary=False,
            num_sanity_val_steps=0,
            log_every_n_steps=1,
            use_distributed_sampler=False,
            deterministic=True,
        )
    except (MisconfigurationException, ImportError, RuntimeError, TypeError, ValueError) as error:
        raise SetupError(
            f"PyTorch Lightning cannot train as asked: {error}",
            f"asked for: accelerator {training.accelerator}, devices {training.devices}, strategy {training.strategy}, "
            f"precision {training.precision}",
            "change these under `training`, or train on a machine that has them",
        ) from error


def _logger(training: Training) -> Logger | bool:
    """Return who notes the loss of every step, in the folder of the training."""
    if training.folder is None or training.logger == NO_LOGGER:
        return False
    if training.logger == CSV:
        return CSVLogger(training.folder)
    module, _, name = training.logger.rpartition(".")
    try:
        return cast(Logger, getattr(import_module(module), name)(save_dir=str(training.folder)))
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise SetupError(
            f"cannot log with {training.logger} ({type(error).__name__}: {error})",
            "a logger is a class that PyTorch Lightning can call with `save_dir`",
            "install its package, or choose the logger csv",
        ) from error


def _identity(training: Training, seed: int, network: torch.nn.Module, tensors: Tensors) -> str:
    """Return a digest of all that decides the numbers of a training."""
    settings = asdict(training)
    digest = hashlib.sha256(repr([seed, *(settings[name] for name in IDENTIFYING)]).encode())
    for tensor in (*tensors, *network.state_dict().values()):
        digest.update(repr(tuple(tensor.shape)).encode())
        digest.update(tensor.detach().cpu().numpy().tobytes())
    return digest.hexdigest()
