"""Numbers that a run keeps of every recorded step: energies, momentum, contact, the length of the step."""

from dataclasses import dataclass, field

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.macro.explicit.solver import ExplicitSolver
from hammerscale.store.variable import Variable

COLUMNS = {
    "time": ("s", "time"),
    "step": ("1", "number of the step"),
    "step_length": ("s", "length of the step"),
    "sound_speed": ("m s-1", "largest sound speed of the law, from which the stable step follows"),
    "kinetic": ("J", "kinetic energy"),
    "internal": ("J", "work of the stresses"),
    "plastic": ("J", "dissipated by the law, NaN where it does not say"),
    "hourglass": ("J", "energy of the hourglass springs"),
    "viscosity": ("J", "work of the bulk viscosity"),
    "contact": ("J", "work that contacts did on the body"),
    "total": ("J", "kinetic, internal, hourglass and viscous energy less the work of contacts"),
    "momentum_z": ("kg m/s", "momentum along z"),
    "contact_impulse": ("N s", "impulse along z that contacts gave"),
    "penetration": ("m", "largest depth that contact had to take back"),
}


@dataclass
class History:
    """Rows of numbers in the order of `COLUMNS`."""

    rows: list[list[float]] = field(default_factory=list)

    def record(self, solver: ExplicitSolver, start: tuple[float, int, float, float, float, float, float]) -> None:
        """Add a row; `start` is what `now` returned before the step in which the energies were taken down."""
        time_s, step, dt, speed, plastic, momentum, impulse = start
        e = solver.energies
        penetration = solver.projectile.penetration if solver.projectile is not None else 0.0
        energies = e.kinetic, e.internal, plastic, e.hourglass, e.viscosity, e.contact, e.total
        self.rows.append([time_s, step, dt, speed, *energies, momentum, impulse, penetration])

    def table(self) -> FloatArray:
        """Return all rows (n, columns)."""
        return np.array(self.rows).reshape(-1, len(COLUMNS))

    def column(self, name: str) -> FloatArray:
        """Return one column (n,)."""
        return self.table()[:, list(COLUMNS).index(name)]

    def variables(self) -> dict[str, Variable]:
        """Return the columns as variables over "time"."""
        return {
            name: Variable(("time",), self.column(name).copy(), units, words)
            for name, (units, words) in COLUMNS.items()
        }


def now(solver: ExplicitSolver) -> tuple[float, int, float, float, float, float, float]:
    """Return time, step, its length, sound speed, dissipated energy, momentum along z and contact impulse."""
    outputs = solver.material.outputs()
    volume = solver.reference.volume
    # The order in which a scalar product adds depends on how its operands lie in memory, which depends on the ranks.
    plastic = float(np.sum(volume * outputs["dissipation"])) if "dissipation" in outputs else float("nan")
    momentum = float(solver.momentum()[2])
    return solver.time_s, solver.steps, solver.dt, solver.speed, plastic, momentum, solver.contact_impulse
