"""The state of one grain: G̃ = Fin⁻¹ Q (9, row by row), accumulated slips, twin fractions, and two energies.

The energies are the stored plastic energy and the dissipation [J/m³]; rates do not depend on them.
"""

from dataclasses import dataclass

FIRST_SLIP = 9


@dataclass(frozen=True)
class StateLayout:
    """Where the parts of a state begin, for a number of slip systems and twin variants."""

    n_slip: int
    n_twin: int

    @property
    def first_twin(self) -> int:
        """Entry of the first twin fraction."""
        return FIRST_SLIP + self.n_slip

    @property
    def evolving(self) -> int:
        """Number of entries that the rates depend on; the stored energy is the next one."""
        return self.first_twin + self.n_twin

    @property
    def size(self) -> int:
        """Number of entries with the two energies."""
        return self.evolving + 2
