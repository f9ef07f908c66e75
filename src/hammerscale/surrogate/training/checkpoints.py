"""Checkpoints that are whole or not there: sealed, verified, the one before kept in reserve."""

import logging
import pickle
import time
from pathlib import Path
from typing import Any

import pytorch_lightning as pl
import torch

from hammerscale.store.atomic import replacing
from hammerscale.store.quarantine import quarantine
from hammerscale.store.seal import DamagedFileError, check_seal, seal

LOG = logging.getLogger(__name__)
KEPT = 2
PATTERN = "epoch-*.ckpt"
OTHERS = ".other"
# What a training is taken up from.
KEYS = {"identity", "state_dict", "optimizer_states", "loops", "callbacks", "epoch", "global_step"}
NOT_LOADED = (pickle.UnpicklingError, RuntimeError, ValueError, LookupError, TypeError, AttributeError, EOFError)


class SealedCheckpoints(pl.Callback):
    """Writes a checkpoint at the end of an epoch, not more often than `every_s` [s], and after the last one.

    Parameters
    ----------
    folder : where they go
    every_s : shortest time between two of them [s]
    identity : digest of data and settings, by which another training recognises that they are not its own
    """

    def __init__(self, folder: Path, every_s: float, identity: str) -> None:
        self.folder, self.every_s, self.identity = folder, every_s, identity
        self._last = time.monotonic()

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Write one if it is time."""
        last = trainer.should_stop or trainer.current_epoch + 1 == trainer.max_epochs
        if last or time.monotonic() - self._last >= self.every_s:
            save_training(trainer, self.folder)
            self._last = time.monotonic()

    def on_save_checkpoint(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, checkpoint: dict[str, Any]
    ) -> None:
        """Name the training that the checkpoint belongs to."""
        checkpoint["identity"] = self.identity


def save_training(trainer: pl.Trainer, folder: Path) -> None:
    """Write the state of a training under a name with its epoch and remove all but the latest two."""
    path = folder / f"epoch-{trainer.current_epoch:06d}.ckpt"
    if trainer.is_global_zero:
        with replacing(path) as temporary:
            # Passed explicitly: Lightning warns otherwise.
            trainer.save_checkpoint(temporary, weights_only=False)
            seal(temporary)
            check_seal(temporary)
        for old in sorted(folder.glob(PATTERN))[:-KEPT]:
            old.unlink()
    else:
        # Sharded strategies gather from all processes.
        trainer.save_checkpoint(path, weights_only=False)


def own_checkpoint(folder: Path, identity: str) -> Path | None:
    """Return the latest whole checkpoint of this training; those of another are put aside, which is logged."""
    latest = latest_checkpoint(folder)
    if latest is None or _belongs(latest, identity):
        return latest
    kept = [quarantine(path, path.with_suffix(OTHERS)).name for path in sorted(folder.glob(PATTERN))]
    LOG.warning(
        "%s holds checkpoints of other data or settings: they are kept as %s, and this training starts anew",
        folder,
        ", ".join(kept),
    )
    return None


def _belongs(file: Path, identity: str) -> bool:
    """Whether a checkpoint is one of Lightning's and names this training; no program in it is run."""
    try:
        held = torch.load(file, map_location="cpu", weights_only=True)
    except NOT_LOADED as error:
        LOG.warning("%s is no checkpoint of this program (%s)", file, str(error).partition("\n")[0])
        return False
    return isinstance(held, dict) and held.keys() >= KEYS and held["identity"] == identity


def latest_checkpoint(folder: Path) -> Path | None:
    """Return the latest whole checkpoint; those that are damaged are put aside, which is logged."""
    found = sorted(folder.glob(PATTERN), reverse=True)
    for path in found:
        try:
            check_seal(path)
        except DamagedFileError as error:
            LOG.warning("%s; kept as %s, the checkpoint before is tried", error.what, quarantine(path).name)
        else:
            LOG.info("going on from %s", path)
            return path
    if found:
        LOG.warning("%s holds no whole checkpoint: the training starts anew", folder)
    return None
