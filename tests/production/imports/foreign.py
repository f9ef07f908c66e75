"""Made-up paths of somebody else."""

from dataclasses import dataclass

import numpy as np

from hammerscale.production.imports.importer import ImportMeaning

HEADER = ["path", "t", "e11", "e22", "e12", "s11", "s22", "s12"]
MEANING = ImportMeaning(strain_kind="small_strain", stress_unit="MPa", fractions=(0.6, 0.2, 0.2))


@dataclass(frozen=True)
class Foreign:
    """Made-up paths: strain and stress (n, t, c), time (t,)."""

    strain: np.ndarray
    stress: np.ndarray
    time: np.ndarray


def make_foreign(paths=5, steps=11, components=3, seed=0):
    rng = np.random.default_rng(seed)
    strain = 0.01 * rng.normal(size=(paths, steps, components)).cumsum(axis=1)
    return Foreign(strain, 210e3 * strain + rng.normal(size=strain.shape), np.linspace(0.0, 1.0, steps))


def long_rows(foreign, labels=None):
    for i in range(len(foreign.strain)):
        for k, time in enumerate(foreign.time):
            label = labels[i] if labels else i
            yield [label, repr(float(time)), *map(float, foreign.strain[i, k]), *map(float, foreign.stress[i, k])]
