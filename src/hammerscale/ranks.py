"""The processes of one run: MPI ranks that were started together, or a single process."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar, cast

from hammerscale.errors import SetupError

if TYPE_CHECKING:
    from mpi4py import MPI

Value = TypeVar("Value")


def world(expected: int) -> "MPI.Comm | None":
    """Return the communicator of all ranks, None for one; another size than `expected` is an error.

    A launcher that does not fit the MPI library starts N separate runs of one rank each, which all look healthy.
    """
    if expected == 1:
        return None
    from mpi4py import MPI

    size = MPI.COMM_WORLD.Get_size()
    if size != expected:
        raise SetupError(
            f"{expected} MPI ranks were asked for, but the communicator has {size}",
            "each process would compute everything on its own and overwrite the others",
            "start with `mpiexec -n N python -m mpi4py -m hammerscale ...`, on Slurm with srun --mpi=pmi2",
        )
    return MPI.COMM_WORLD


class Group:
    """Processes that compute one thing together; all of them call every method.

    Attributes
    ----------
    rank, size : number of this process, from 0 on, and of all
    """

    def __init__(self, communicator: "MPI.Comm | None" = None) -> None:
        self._communicator = communicator
        self.rank = 0 if communicator is None else communicator.Get_rank()
        self.size = 1 if communicator is None else communicator.Get_size()

    def collect(self, value: Value) -> list[Value]:
        """Return the values of all processes, in the order of their numbers."""
        return [value] if self._communicator is None else self._communicator.allgather(value)

    def gather(self, value: Value) -> list[Value]:
        """Return the values of all processes on rank 0, and nothing on the others."""
        return [value] if self._communicator is None else self._communicator.gather(value, 0) or []

    def first(self, value: Value) -> Value:
        """Return the value of rank 0."""
        return value if self._communicator is None else cast(Value, self._communicator.bcast(value, 0))

    def exchange(self, values: Sequence[Value]) -> list[Value]:
        """Send values[r] to rank r, and return what every rank sent to this one."""
        return list(values) if self._communicator is None else self._communicator.alltoall(values)


ALONE = Group()
