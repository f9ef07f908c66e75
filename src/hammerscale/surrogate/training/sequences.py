"""Histories as the tensors that recurrent networks train on."""

import numpy as np
import torch

from hammerscale.surrogate.frame import Frame
from hammerscale.surrogate.surrogate import Histories
from hammerscale.surrogate.training.batches import Tensors


def sequence_tensors(frame: Frame, data: Histories, dtype: torch.dtype = torch.float32) -> Tensors:
    """Return times (n, t), features (n, t, f) and targets (n, t, o), one row per path."""
    times = np.broadcast_to(data.times, data.stretch.shape[:2])
    arrays = (times, frame.features(data.stretch), frame.targets(data.stretch, data.stress))
    return tuple(torch.tensor(array, dtype=dtype) for array in arrays)
