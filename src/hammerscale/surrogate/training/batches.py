"""Batches whose order depends on seed and epoch alone, so that a resumed training sees the same ones."""

from collections.abc import Iterator

import torch
from torch.utils.data import DataLoader, Sampler, TensorDataset

from hammerscale.streams import stream

Tensors = tuple[torch.Tensor, ...]


class EpochOrder(Sampler[list[int]]):
    """Yields the row numbers of each batch; every epoch has a permutation of its own.

    Parameters
    ----------
    count : number of paths
    batch : paths per batch; the last one may be smaller
    seed : seed of the permutations, None to keep the order
    """

    def __init__(self, count: int, batch: int, seed: int | None) -> None:
        self.count, self.batch, self.seed = count, batch, seed
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Choose the permutation; Lightning calls this before each epoch."""
        self.epoch = epoch

    def __len__(self) -> int:
        return -(-self.count // self.batch)

    def __iter__(self) -> Iterator[list[int]]:
        if self.seed is None:
            order = list(range(self.count))
        else:
            order = stream(self.seed, self.epoch, "surrogate/batches").permutation(self.count).tolist()
        rank, world = _place()
        for start in range(0, self.count, self.batch):
            rows = order[start : start + self.batch]
            # Every process takes a step on every batch, on at least one path.
            yield rows[rank::world] or rows[:1]


def _place() -> tuple[int, int]:
    """Return rank and number of processes that share each batch."""
    if torch.distributed.is_available() and torch.distributed.is_initialized():
        return torch.distributed.get_rank(), torch.distributed.get_world_size()
    return 0, 1


def batches(tensors: Tensors, batch: int, seed: int | None) -> DataLoader[Tensors]:
    """Return a loader of whole batches of rows of `tensors`."""
    data = TensorDataset(*tensors)
    # A sampler of lists indexes whole batches at once; collating single rows costs more than a training step.
    # A generator of its own keeps the loader from drawing one of the caller's random numbers.
    order = EpochOrder(len(data), batch, seed)
    return DataLoader(data, sampler=order, batch_size=None, generator=torch.Generator())
