"""Where every quantity of a block of eight grains lies in the flat work buffer.

The buffer is a list of slots of eight doubles, one per grain ("lane"), so that one loop over lanes reads and writes
whole vectors. All offsets become literals of the generated kernels: with offsets in variables, or with several
arrays, they stay scalar.
"""

from dataclasses import dataclass

LANES = 8

# Slots of the step control, the same for every crystal.
(
    TIME,  # normalised time reached
    SEGMENT_START,
    SEGMENT_END,
    NEXT_OUTPUT,  # time of the next output of this lane
    STEP,  # step size the controller wants
    ATTEMPT,  # step size being tried: STEP, or less before a breakpoint or an event
    DONE,  # step size of the last attempt
    REACHES_END,  # 1 where the attempt ends at SEGMENT_END
    SHORTENED,  # 1 where the attempt is shorter than STEP
    PREVIOUS_ERROR,
    ERROR,  # of the last attempt, relative to the tolerance
    OVERSHOOT,  # how far a twin fraction, or their sum, left its bounds
    ACCEPTED,
    OUTPUT_DUE,  # 1 where an output time lies within the last step
    ATTENTION,  # 1 where the driver must look after the lane
    ATTEMPTS,
    REJECTIONS,
    REFRESH,  # 1 where the next attempt has length zero, to evaluate the rates behind an event
    GRAIN,  # what the lane works on, and where in its path and output it is
    SEGMENT,
    OUTPUT_INDEX,
) = range(21)
STRETCH = 21  # 6 slots
PATH = 27  # 24 slots: cubics of the 6 components
OUTPUT = 51  # 8 slots: G̃G̃ᵀ and the two energies at an output time
DYNAMIC = 59


@dataclass(frozen=True)
class Layout:
    """Slots that depend on the number of systems.

    The state is G̃ (9), accumulated slips, twin fractions, stored plastic energy and dissipation.
    """

    n_slip: int
    n_twin: int

    @property
    def evolving(self) -> int:
        """Number of state components that the rates depend on."""
        return 9 + self.n_slip + self.n_twin

    @property
    def size(self) -> int:
        """Number of state components with the two energies."""
        return self.evolving + 2

    @property
    def state(self) -> int:
        """First slot of the state at the start of the step."""
        return DYNAMIC

    @property
    def stage(self) -> int:
        """First slot of the state at which rates are evaluated."""
        return DYNAMIC + self.size

    @property
    def rate(self) -> int:
        """First slot of the rates at the stage."""
        return DYNAMIC + 2 * self.size

    @property
    def first_rate(self) -> int:
        """First slot of the rates at the start of the step."""
        return DYNAMIC + 3 * self.size

    @property
    def second_rate(self) -> int:
        """First slot of the rates at the second stage."""
        return DYNAMIC + 4 * self.size

    @property
    def error(self) -> int:
        """First slot of the error estimate without the last stage."""
        return DYNAMIC + 5 * self.size

    @property
    def start_fraction(self) -> int:
        """First slot of the twin fractions that decide which variants are pinned."""
        return DYNAMIC + 6 * self.size

    @property
    def free_fraction(self) -> int:
        """First slot of the twin fractions at the end of the attempt, before they are put back into their bounds."""
        return self.start_fraction + self.n_twin

    @property
    def slots(self) -> int:
        """Number of slots of the whole buffer."""
        return self.free_fraction + self.n_twin
