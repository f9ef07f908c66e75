"""Cost and error of the two-dimensional FFT cell, beside the same scheme in plain NumPy.

Run `taskset -c 1 python -m bench.rev_cell [--quick]`: CPU seconds on one thread, everything compiled beforehand.
"""

import argparse
import resource
import time
from collections.abc import Callable

import numba
import numpy as np
import scipy.fft
from numba import njit

from bench.plain_cell import PlainCell
from hammerscale.cell.spectral.spectral_cell import SpectralCell
from hammerscale.cell.spectral.spectral_fourier import transform_backward, transform_forward
from hammerscale.cell.spectral.spectral_operators import ROTATED, fill_operator_tables, precondition
from hammerscale.cell.spectral.spectral_workspace import new_workspace, state_size
from hammerscale.crystal.material import CrystalMaterial, SlipFamily
from hammerscale.loading.path import StrainPath
from hammerscale.loading.random_walk import random_walk
from hammerscale.microstructure.voronoi import random_angles, random_map

SEED = 2022
TIMES = np.linspace(0.0, 1.0, 201)
FAMILY = SlipFamily("cubic2d", 0.0, 0.0, 0.0, 100e6, 0.5, 1.0)
MATERIAL = CrystalMaterial("paper_2d", "square", 1.0, 19e9, 24e9, 1.0e4, (FAMILY,))
# The plain cell runs this share of the path; its cost per step hardly changes along it.
PLAIN_SHARE = 0.1
Row = dict[str, float | str]


@njit(cache=True)
def precondition_once(workspace):
    precondition(workspace[0], ROTATED)


@njit(cache=True)
def transform_pair(workspace):
    transform_forward(workspace[0])
    transform_backward(workspace[0])


@njit(cache=True)
def rocket_pair(plane):
    return scipy.fft.ifft2(scipy.fft.fft2(plane))


def cpu_seconds(work: Callable[[], object], repeats: int = 1) -> float:
    """Return the least CPU seconds of one call over `repeats`."""
    best = np.inf
    for _ in range(repeats):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def microseconds(work: Callable[[], object]) -> float:
    """Return the CPU microseconds of a short call, the best of ten batches."""
    work()
    return 1e6 / 200 * cpu_seconds(lambda: [work() for _ in range(200)], 10)


def walks(count: int, max_strain: float) -> list[StrainPath]:
    return [random_walk(np.random.default_rng([SEED, k]), max_strain, dimension=2)[0] for k in range(count)]


def advance_cost(cell: SpectralCell, points: int = 8, steps: int = 20) -> float:
    """Return the CPU seconds of one step of 1e-4 strain per point, after the first few."""
    state, strain = cell.initial_state(points), np.array([1e-4, -0.5e-4, 0.0, 0.3e-4, 0.0, 0.0])
    start = 0.0
    for k in range(2 * steps):
        if k == steps:
            start = time.process_time()
        new, identity = np.empty_like(state), np.array([1.0, 1, 1, 0, 0, 0])
        ends = [np.tile(identity + s * strain, (points, 1)) for s in (k, k + 1)]
        cell.advance(state, ends[0], ends[1], 1e-3, new)
        state = new
    return (time.process_time() - start) / steps / points


def walk_row(pixels: int, max_strain: float, count: int) -> Row:
    """Return the costs of random walks on the 16-grain map of the paper."""
    rng = np.random.default_rng(SEED)
    grain_map, angles = random_map(rng, 16, pixels), random_angles(rng, 16)
    cell = SpectralCell(MATERIAL, grain_map, angles)
    tight = SpectralCell(MATERIAL, grain_map, angles, tolerance=1e-7, steps=8000)
    paths = walks(count, max_strain)
    cell.response(paths[0], TIMES[:3], 1.0)
    seconds, errors, steps, iterations, evaluations = [], [], 0.0, 0.0, 0.0
    for path in paths:
        start = time.process_time()
        response = cell.response(path, TIMES, 1.0)
        seconds.append(time.process_time() - start)
        exact = tight.response(path, TIMES, 1.0).stress
        errors.append(np.linalg.norm(response.stress - exact) / np.linalg.norm(exact))
        steps += response.diagnostics["steps"]
        iterations += response.diagnostics["conjugate_gradient_iterations"]
        evaluations += response.diagnostics["newton_iterations"]
    plain = PlainCell(MATERIAL, grain_map, angles, "rotated")
    part = TIMES[TIMES <= PLAIN_SHARE]
    workspace = new_workspace(pixels, "f4")
    fill_operator_tables(workspace[0], pixels, ROTATED, MATERIAL.volumetric_modulus / MATERIAL.shear_modulus)
    green = microseconds(lambda: precondition_once(workspace))
    transforms = microseconds(lambda: transform_pair(workspace))
    applications = 1e-6 * (iterations + evaluations) / sum(seconds)
    return {
        "case": f"cell_{pixels}_random_{100 * max_strain:.0f}",
        "seconds_per_path": float(np.mean(seconds)),
        "slowest_path": max(seconds),
        "scalar_seconds_per_path": cpu_seconds(lambda: plain.run(paths[0], part, 1.0, 1000, 1e-4)) / PLAIN_SHARE,
        "worst_error": float(max(errors)),
        "median_error": float(np.median(errors)),
        "steps": steps / count,
        "cg_per_step": iterations / steps,
        # The Green operator holds one pair of transforms.
        "green_share": green * applications,
        "fft_share": transforms * applications,
        "advance_step_s": advance_cost(cell),
        "state_bytes": 8.0 * state_size(pixels),
        "peak_memory_MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def transform_row(pixels: int) -> Row:
    """Return microseconds of a forward and backward pair of one complex plane."""
    row: Row = {"case": f"transform_pair_{pixels}"}
    for precision in ("f8", "f4"):
        workspace = new_workspace(pixels, precision)
        fill_operator_tables(workspace[0], pixels, ROTATED, 1.26)
        row[f"own_{precision}_us"] = microseconds(lambda w=workspace: transform_pair(w))
    plane = np.ones((pixels, pixels), dtype=np.complex128)
    row["rocket_fft_us"] = microseconds(lambda: rocket_pair(plane))
    return row


def rows(quick: bool) -> list[Row]:
    """Return one row of results per case."""
    numba.set_num_threads(1)
    count = 2 if quick else 12
    return [walk_row(32, 0.1, count), walk_row(64, 0.1, count), transform_row(64)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two paths each")
    for row in rows(parser.parse_args().quick):
        print(row["case"])
        for key, value in row.items():
            if key != "case":
                print(f"    {key:26s} {value:.4g}")


if __name__ == "__main__":
    main()
