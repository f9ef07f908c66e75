"""The state of one grain: G̃ = Fin⁻¹ Q (9, row by row), a number per slip system, twin fractions, and two energies.

The number of a system is its accumulated slip, or with saturating hardening the growth r of its resistance ξ0 (1 + r);
a third number then follows the energies, the slip summed over systems. The energies are the stored plastic energy and
the dissipation [J/m³]. Rates do not depend on energies and summed slip.
"""

from dataclasses import dataclass

FIRST_SLIP = 9


@dataclass(frozen=True)
class StateLayout:
    """Where the parts of a state begin, for a number of slip systems and twin variants.

    sums_slip : whether the summed slip is a number of the state
    """

    n_slip: int
    n_twin: int
    sums_slip: bool = False

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
        """Number of entries with those that rates do not depend on."""
        return self.evolving + 2 + self.sums_slip
