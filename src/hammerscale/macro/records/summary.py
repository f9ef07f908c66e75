"""The numbers of a finished run that people compare."""

import logging

import numpy as np

from hammerscale.config.impact_problem import DENSITY, Sweep, own_value
from hammerscale.macro.explicit.run import Run
from hammerscale.macro.explicit.solver import ExplicitSolver

MM, MICRO, PERCENT = 1e3, 1e6, 100.0
# Above these limits hourglass springs or spurious energy shape the body.
HOURGLASS_LIMIT, BALANCE_LIMIT = 0.05, 0.01
# The share of the springs means nothing while the stresses have done little work: less than this part of the largest.
WORTH_COMPARING = 0.1

log = logging.getLogger(__name__)


def summarise(run: Run, deck: str, law: str) -> dict[str, object]:
    """Return the summary of a run: cost, balances, and for cylinders the final shape.

    The share of the law is None (null in the file) where its kernel is part of the solver's and has no time of its own.
    """
    solver = run.solver
    in_law = solver.material.law_seconds
    total, contact = run.history.column("total"), run.history.column("contact")
    scale = np.abs(total[0]) + np.abs(contact).max()
    point_steps = max(solver.steps - run.first_step, 1) * len(solver.mesh.elements)
    final, peak = hourglass_shares(run)
    summary: dict[str, object] = {
        "deck": deck,
        "law": law,
        **parameters(run),
        "elements": len(solver.mesh.elements),
        "steps": solver.steps,
        "simulated_time_us": solver.time_s * 1e6,
        "energy_balance": float(np.abs(total - total[0]).max() / scale),
        "hourglass_fraction": final,
        "hourglass_peak_fraction": peak,
        "us_per_element_step": run.seconds / point_steps * MICRO,
        # Summed over all processes; unlike wall time it does not depend on other work of the machine.
        "cpu_us_per_element_step": sum(solver.group.collect(run.cpu_seconds)) / point_steps * MICRO,
        "law_time_fraction": None if in_law is None else in_law / max(run.seconds, 1e-9),
        "wall_time_s": run.seconds_before + run.seconds,
        "ranks": solver.group.size,
    }
    if solver.projectile is not None:
        summary["largest_penetration_mm"] = solver.projectile.penetration * MM
        summary["projectile_velocity_m_s"] = solver.projectile.velocity
    if run.deck.body.kind == "cylinder":
        summary |= cylinder_shape(solver)
    summary |= {"warnings": doubts(summary)} | largest_outputs(solver)
    for text in doubts(summary) if solver.group.rank == 0 else ():
        log.warning("%s", text)
    return summary


def hourglass_shares(run: Run) -> tuple[float, float]:
    """Return the energy of the hourglass springs over the work of the stresses, at the end and at its largest [-]."""
    internal, hourglass = (run.history.column(name) for name in ("internal", "hourglass"))
    compared = np.abs(internal) > WORTH_COMPARING * np.abs(internal).max()
    shares = np.divide(hourglass, internal, out=np.zeros_like(internal), where=internal != 0.0)
    return float(shares[-1]), float(np.abs(shares[compared]).max(initial=0.0))


def doubts(summary: dict[str, object]) -> list[str]:
    """Return warnings to read before the numbers of a summary are trusted, each with what to do."""
    final, peak, balance = (
        abs(float(str(summary[name]))) for name in ("hourglass_fraction", "hourglass_peak_fraction", "energy_balance")
    )
    found = []
    if not max(final, peak) <= HOURGLASS_LIMIT:
        found.append(
            f"the hourglass springs hold {PERCENT * final:.1f} % of the internal energy at the end and "
            f"{PERCENT * peak:.1f} % at most, above {PERCENT * HOURGLASS_LIMIT:g} %: the mesh is too coarse for this "
            "impact; refine it and compare (docs/explanation/impact_solver.md)"
        )
    if not balance <= BALANCE_LIMIT:
        found.append(
            f"the total energy drifts by {PERCENT * balance:.1f} %, above {PERCENT * BALANCE_LIMIT:g} %: "
            "lower solver.step_scale, and ask whether the law gives energy (docs/explanation/impacts.md)"
        )
    return found


def parameters(run: Run) -> dict[str, float]:
    """Return the values of what a sweep can vary, as they were in this run."""
    deck = {name: own_value(run.deck, name) for name in Sweep.model_fields}
    return {name: value for name, value in deck.items() if value} | {DENSITY: run.solver.law.density}


def cylinder_shape(solver: ExplicitSolver) -> dict[str, object]:
    """Return final length and the radius of the foot [mm]."""
    position = solver.position
    foot = position[solver.mesh.node_sets["bottom"]]
    return {
        "final_length_mm": float(np.ptp(position[:, 2])) * MM,
        "mushroom_radius_mm": float(np.hypot(foot[:, 0], foot[:, 1]).max()) * MM,
    }


def largest_outputs(solver: ExplicitSolver) -> dict[str, object]:
    """Return the largest plastic strain [-] and temperature [°C] where the law has them."""
    outputs = solver.material.outputs()
    names = {"plastic_strain": "max_plastic_strain", "temperature": "max_temperature_c"}
    return {key: float(outputs[name].max()) for name, key in names.items() if name in outputs}
