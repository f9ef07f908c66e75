"""Cost and error of the Taylor polycrystal: 128 magnesium grains per path, 201 output times, one core.

Run as `taskset -c 0 python -m bench.rev_taylor [--quick]`; times are CPU seconds, the smallest of some repetitions.
"""

import ast
import resource
import sys
import time
from collections.abc import Callable

import numba
import numpy as np
from numba import njit

from bench.taylor_scalar import mean_left_tensor
from hammerscale.arrays import FloatArray, Outcome
from hammerscale.cell.taylor import TaylorPolycrystal
from hammerscale.crystal.backend.generator import kernel_source
from hammerscale.crystal.geometry import crystal_geometry
from hammerscale.loading.path import StrainPath
from hammerscale.loading.random_walk import random_walk
from hammerscale.loading.uniaxial import uniaxial
from hammerscale.microstructure.texture import random_texture, rotation_matrices
from hammerscale.tensor.voigt import IDENTITY, NORM_WEIGHTS, determinant, deviator, from_matrix, to_matrix
from tests.crystal.materials import MAGNESIUM, MICROSECOND

GRAINS, SEED = 128, 2022
TIMES = np.linspace(0.0, 1.0, 201)
TIGHT = 1e-3


def cpu_seconds(work: Callable[[], object], repetitions: int) -> float:
    """Return the CPU time of the quickest repetition."""
    best = np.inf
    for _ in range(repetitions):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return float(best)


@njit(fastmath={"contract"})
def fused_operations(rounds):
    """Twenty-four independent chains of eight fused multiply-adds, as many as it takes to keep both units busy."""
    x = np.linspace(0.1, 0.2, 192)
    for _ in range(rounds):
        for i in range(192):
            y = x[i]
            y = y * 0.999 + 1e-3
            y = y * 0.999 + 1e-3
            y = y * 0.999 + 1e-3
            y = y * 0.999 + 1e-3
            y = y * 0.999 + 1e-3
            y = y * 0.999 + 1e-3
            y = y * 0.999 + 1e-3
            y = y * 0.999 + 1e-3
            x[i] = y
    return x.sum()


def peak_gflops() -> float:
    """Return the rate of fused multiply-adds that a Numba loop reaches here, in 1e9 floating-point operations per
    second.
    """
    rounds = 200_000
    fused_operations(10)
    return 2.0 * 8.0 * 192.0 * rounds / cpu_seconds(lambda: fused_operations(rounds), 5) / 1e9


def flops_per_rate() -> int:
    """Return the additions and multiplications of one grain's rate evaluation, counted in the generated source."""
    module = ast.parse(kernel_source(crystal_geometry(MAGNESIUM)))
    body = next(node for node in module.body if isinstance(node, ast.FunctionDef) and node.name == "evaluate")
    loop = next(node for node in body.body if isinstance(node, ast.For))
    slices = [node.slice for node in ast.walk(loop) if isinstance(node, ast.Subscript)]
    indices = {id(inner) for index in slices for inner in ast.walk(index)}
    count = 0
    for node in ast.walk(loop):
        if (
            isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.Add | ast.Sub | ast.Mult)
            and id(node) not in indices
        ):
            count += 1
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            count += {"decay": 18, "inverse_cube_root": 24}.get(node.func.id, 0)
    return count


def deviatoric_error(found: FloatArray, expected: FloatArray) -> float:
    """Return the relative L2 norm over time of the deviator's error."""
    difference = (deviator(found - expected) ** 2 * NORM_WEIGHTS).sum()
    return float(np.sqrt(difference / (deviator(expected) ** 2 * NORM_WEIGHTS).sum()))


def cases(quick: bool) -> dict[str, list[StrainPath]]:
    """Return the paths of every case: at least 40 each unless `quick`."""
    rng = np.random.default_rng(SEED)
    count = 4 if quick else 40
    return {
        "taylor_uniaxial_10": [uniaxial(c) for c in np.linspace(0.1 / count, 0.1, count)],
        "taylor_random_10": [random_walk(rng, 0.1)[0] for _ in range(count)],
        "taylor_random_50": [random_walk(rng, 0.5)[0] for _ in range(count)],
    }


def scalar_deviator(path: StrainPath, orientations: FloatArray) -> FloatArray:
    """Return the deviatoric stress (m, 6) that the scalar version finds."""
    left = mean_left_tensor(MAGNESIUM, rotation_matrices(orientations), path, TIMES, MICROSECOND, 1e-6)
    stretch = path.stretch(TIMES)
    matrix = to_matrix(stretch)
    scale = MAGNESIUM.shear_modulus * determinant(stretch)[:, None] ** (-5.0 / 3.0)
    return scale * deviator(from_matrix(matrix @ left @ matrix))


def advance_seconds(cell: TaylorPolycrystal, points: int) -> float:
    """Return the CPU time per point of a batch step: one of 200 increments of a 10 % stretch, after five of them."""
    old, new = cell.initial_state(points), cell.initial_state(points)
    increment = 0.1 / 200 * np.random.default_rng(1).normal(size=(points, 6)) / np.sqrt(6.0)
    stretch = np.tile(IDENTITY, (points, 1))
    seconds = 0.0
    for _ in range(6):
        start = time.process_time()
        _, status = cell.advance(old, stretch, stretch + increment, MICROSECOND / 200, new)
        seconds = time.process_time() - start
        assert (status == Outcome.CONVERGED).all()
        stretch, old, new = stretch + increment, new, old
    return seconds / points


def rows(quick: bool) -> list[dict[str, float | str]]:
    """Return one row of results per case."""
    numba.config.NUMBA_NUM_THREADS = 1
    orientations = random_texture(np.random.default_rng(SEED), GRAINS)
    cell = TaylorPolycrystal(MAGNESIUM, orientations)
    tight = TaylorPolycrystal(MAGNESIUM, orientations, tolerance=1e-6 * TIGHT)
    cell.response(uniaxial(0.01), TIMES, MICROSECOND)
    scalar_deviator(uniaxial(0.001), orientations[:1])
    peak, step_seconds = peak_gflops(), advance_seconds(cell, 64)
    table: list[dict[str, float | str]] = []
    for name, paths in cases(quick).items():
        responses = cell.responses(paths, TIMES, MICROSECOND)
        seconds = cpu_seconds(lambda p=paths: cell.responses(p, TIMES, MICROSECOND), 3) / len(paths)
        expected = tight.responses(paths, TIMES, MICROSECOND)
        errors = [deviatoric_error(a.stress, b.stress) for a, b in zip(responses, expected, strict=True)]
        some = paths[:: max(len(paths) // 4, 1)]
        start = time.process_time()
        scalar_errors = [
            deviatoric_error(scalar_deviator(path, orientations), response.stress)
            for path, response in zip(some, expected[:: max(len(paths) // 4, 1)], strict=True)
        ]
        scalar_seconds = (time.process_time() - start) / len(some)
        steps = np.mean([response.diagnostics["steps"] for response in responses])
        table.append(
            {
                "case": name,
                "seconds_per_path": seconds,
                "scalar_seconds_per_path": scalar_seconds,
                "speedup": scalar_seconds / seconds,
                "worst_error": max(errors),
                "median_error": float(np.median(errors)),
                "scalar_worst_error": max(scalar_errors),
                "paths": float(len(paths)),
                "steps_per_grain": steps / GRAINS,
                "ns_per_grain_and_rate": 1e9 * seconds / (3.0 * steps),
                "fma_peak_gflops": peak,
                # Of the whole run, counting the arithmetic of the rates only.
                "fraction_of_peak": 3.0 * steps * flops_per_rate() / seconds / 1e9 / peak,
                "advance_seconds_per_point": step_seconds,
                "state_bytes_per_point": float(cell.initial_state(1).nbytes),
                "peak_memory_MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0,
            }
        )
    return table


def main() -> None:
    """Print the rows as a table."""
    for row in rows(quick="--quick" in sys.argv):
        print(row.pop("case"))
        for key, value in row.items():
            print(f"  {key:28s} {value:.4g}")


if __name__ == "__main__":
    main()
