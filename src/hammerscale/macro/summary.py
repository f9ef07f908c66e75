"""The numbers of a finished run that people compare."""

import numpy as np

from hammerscale.config.impact_problem import DENSITY, Sweep, own_value
from hammerscale.macro.run import Run
from hammerscale.macro.solver import ExplicitSolver

MM, MICRO = 1e3, 1e6


def summarise(run: Run, deck: str, law: str) -> dict[str, object]:
    """Return the summary of a run: cost, balances, and for cylinders the shape that is left.

    The share of the law is None (null in the file) where its kernel is part of the solver's and has no time of its own.
    """
    solver = run.solver
    in_law = solver.material.law_seconds
    total, contact = run.history.column("total"), run.history.column("contact")
    scale = np.abs(total[0]) + np.abs(contact).max()
    point_steps = max(solver.steps - run.first_step, 1) * len(solver.mesh.elements)
    internal, hourglass = (float(run.history.column(name)[-1]) for name in ("internal", "hourglass"))
    summary: dict[str, object] = {
        "deck": deck,
        "law": law,
        **parameters(run),
        "elements": len(solver.mesh.elements),
        "steps": solver.steps,
        "simulated_time_us": solver.time_s * 1e6,
        "energy_balance": float(np.abs(total - total[0]).max() / scale),
        "hourglass_fraction": hourglass / internal if internal else 0.0,
        "us_per_element_step": run.seconds / point_steps * MICRO,
        # Of all processes; unlike the time by the clock, it knows nothing of what else the machine does.
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
    return summary | largest_outputs(solver)


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
