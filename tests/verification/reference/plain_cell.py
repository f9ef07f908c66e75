"""Compute `plain_cell_<scheme>.csv` beside this file: a developed path of a 32² cell, solved tightly in plain NumPy.

Run as `python -m tests.verification.reference.plain_cell rotated` and again with `fourier`; each takes minutes.
"""

import sys
from pathlib import Path

import numpy as np

from bench.plain_cell import PlainCell
from tests.cells import curved_path, grains, square_material

PIXELS, GRAINS, SCALE = 32, 8, 2.0
TIMES = np.linspace(0.0, 1.0, 6)
STEPS, TOLERANCE = 1500, 1e-8


def main(scheme: str) -> None:
    """Write t, σ11, σ22, σ12 [Pa]."""
    cell = PlainCell(square_material(), *grains(PIXELS, GRAINS), scheme)
    stress = cell.run(curved_path(SCALE), TIMES, 1.0, STEPS, TOLERANCE)
    rows = np.column_stack([TIMES, stress])
    file = Path(__file__).with_name(f"plain_cell_{scheme}.csv")
    np.savetxt(file, rows, fmt="%.12g", delimiter=",", header="t,s11,s22,s12", comments="")


if __name__ == "__main__":
    main(sys.argv[1])
