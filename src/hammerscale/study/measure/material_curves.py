"""Curves that explain the material model, as tables: one crystal, many grains, the cell in the plane."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from hammerscale.arrays import FloatArray, Outcome
from hammerscale.cell.cell_factory import crystal_material
from hammerscale.cell.spectral.spectral_cell import SpectralCell
from hammerscale.cell.spectral.spectral_entry import Spectral
from hammerscale.cell.taylor import TaylorPolycrystal
from hammerscale.config import read_material
from hammerscale.crystal.material import CrystalMaterial
from hammerscale.errors import InputError
from hammerscale.loading.uniaxial import uniaxial
from hammerscale.microstructure.texture import fibre_texture, random_texture
from hammerscale.streams import stream
from hammerscale.study.tables.table import Row, write_table
from hammerscale.units import MEGA

STEPS = 100
MICROSECOND, SECOND = 1e-6, 1.0
SEED = 2022
GRAINS = 256
PERCENT = 100.0
C_AXIS, X1, X3, DIAGONAL = np.eye(3)[2], np.eye(3)[0], np.eye(3)[2], np.array([1.0, 1.0, 0.0])
# Loads never act exactly along the c axis: equal twin variants would then win or lose by round-off.
TILT_DEG = 3.0
# What the 12 slip systems of magnesium are, in the order of the state.
FAMILIES = {"basal": slice(0, 3), "prismatic": slice(3, 6), "pyramidal": slice(6, 12)}
CRYSTALS = {
    "c at 45° to the load: basal": (DIAGONAL, 0.1),
    "c across the load: prismatic": (X3, 0.1),
    "compressed along c: pyramidal": (X1, -0.1),
    "stretched along c: twins": (X1, 0.1),
}


# By the name of the file.
TABLES = {
    "single_crystals.csv": ("crystal", "strain_percent", "stress_mpa"),
    "mechanisms.csv": ("crystal", "mechanism", "shear"),
    "twinning.csv": ("material", "label", "strain_percent", "twin_fraction"),
    "asymmetry.csv": ("texture", "direction", "strain_percent", "stress_mpa"),
    "plane_curve.csv": ("strain_percent", "stress_mpa"),
    "plane_fields.csv": ("column", "row", "angle_deg", "strain"),
}


@dataclass(frozen=True)
class UniaxialTest:
    """A uniaxial test U = diag(f, 1/f, 1) of a Taylor polycrystal.

    Attributes
    ----------
    strain : |f - 1| (n,)
    stress : |σ11| (n,) [MPa]
    slip : slip of each family, summed over its systems, mean over the grains (n, families)
    twin_fraction : mean twin fraction (n,)
    """

    strain: FloatArray
    stress: FloatArray
    slip: FloatArray
    twin_fraction: FloatArray


def write_material_curves(material: Path, plane_material: Path, folder: Path) -> list[Path]:
    """Write every table of `TABLES` into `folder`, and return the files.

    Parameters
    ----------
    material : a hexagonal crystal
    plane_material : a crystal of the plane cell
    folder : of the tables
    """
    magnesium, square = (crystal_material(read_material(file)) for file in (material, plane_material))
    crystals = {
        label: run_test(magnesium, fibre(axis, 1, TILT_DEG), strain) for label, (axis, strain) in CRYSTALS.items()
    }
    cell = plane_cell(square)
    rows = {
        "single_crystals.csv": crystal_rows(crystals),
        "mechanisms.csv": mechanism_rows(crystals, magnesium.twin.shear if magnesium.twin else 0.0),
        "twinning.csv": twinning_rows(magnesium),
        "asymmetry.csv": asymmetry_rows(magnesium),
        "plane_curve.csv": plane_curve_rows(cell),
        "plane_fields.csv": plane_field_rows(cell),
    }
    for name, columns in TABLES.items():
        write_table(folder / name, columns, list(rows[name]))
    return [folder / name for name in TABLES]


def run_test(material: CrystalMaterial, quaternions: FloatArray, strain: float) -> UniaxialTest:
    """Stretch a polycrystal in equal steps by `strain`, which may be negative, in one microsecond."""
    cell = TaylorPolycrystal(material, quaternions)
    stretch = uniaxial(strain).stretch(np.linspace(0.0, 1.0, STEPS + 1))
    state, new = cell.initial_state(1), cell.initial_state(1)
    stress, slip, twins = [0.0], [np.zeros(len(FAMILIES))], [0.0]
    for old, next_ in pairwise(stretch):
        cauchy, status = cell.advance(state, old[None], next_[None], MICROSECOND / STEPS, new)
        if status[0] != Outcome.CONVERGED:
            raise InputError(f"the test of {material.name} broke down at a strain of {next_[0] - 1.0:.3g}")
        state, new = new, state
        inside = cell.grain_variables(state[0])
        stress.append(abs(cauchy[0, 0]) / MEGA)
        slip.append(np.array([inside.slip[:, systems].sum(axis=1).mean() for systems in FAMILIES.values()]))
        twins.append(inside.twin_fraction.sum(axis=1).mean())
    return UniaxialTest(np.abs(stretch[:, 0] - 1.0), np.array(stress), np.array(slip), np.array(twins))


def fibre(axis: FloatArray, grains: int, spread_deg: float) -> FloatArray:
    """Return orientations (grains, 4) whose c axes lie around the sample direction `axis`."""
    return fibre_texture(stream(SEED, grains, "figure"), grains, C_AXIS, axis, spread_deg)


def crystal_rows(tests: Mapping[str, UniaxialTest]) -> Iterator[Row]:
    """Yield the stress of crystals in which one mechanism after the other is favoured."""
    for label, test in tests.items():
        for strain, stress in zip(test.strain, test.stress, strict=True):
            yield {"crystal": label, "strain_percent": PERCENT * float(strain), "stress_mpa": float(stress)}


def mechanism_rows(tests: Mapping[str, UniaxialTest], twin_shear: float) -> Iterator[Row]:
    """Yield the shear that every mechanism of the same crystals has accumulated at the end."""
    for label, test in tests.items():
        shears = [*test.slip[-1], twin_shear * test.twin_fraction[-1]]
        for mechanism, shear in zip([*FAMILIES, "twins (γt λ)"], shears, strict=True):
            yield {"crystal": label, "mechanism": mechanism, "shear": float(shear)}


def twinning_rows(material: CrystalMaterial) -> Iterator[Row]:
    """Yield twin fractions of single crystals by the angle of their c axis, and of polycrystals by their texture."""
    tests = {}
    for angle in (5, 20, 35, 50, 65):
        axis = np.array([np.cos(np.radians(angle)), 0.3 * np.sin(np.radians(angle)), np.sin(np.radians(angle))])
        tests["single crystal", f"{angle}°"] = run_test(material, fibre(axis, 1, 0.0), 0.1)
    textures = {
        "random": random_texture(stream(SEED, GRAINS, "figure"), GRAINS),
        "c axes around the load": fibre(X1, GRAINS, 15.0),
        "c axes across the load": fibre(X3, GRAINS, 15.0),
    }
    for label, quaternions in textures.items():
        tests["polycrystal", label] = run_test(material, quaternions, 0.1)
    for (kind, label), test in tests.items():
        for strain, twins in zip(test.strain, test.twin_fraction, strict=True):
            numbers = {"strain_percent": PERCENT * float(strain), "twin_fraction": float(twins)}
            yield {"material": kind, "label": label, **numbers}


def asymmetry_rows(material: CrystalMaterial) -> Iterator[Row]:
    """Yield tension and compression of a random texture and of one whose c axes lie around the load."""
    random = random_texture(stream(SEED, GRAINS, "figure"), GRAINS)
    textures = {"random texture": random, "c axes within 15° of the load": fibre(X1, GRAINS, 15.0)}
    for texture, quaternions in textures.items():
        for direction, strain in (("tension", 0.1), ("compression", -0.1)):
            test = run_test(material, quaternions, strain)
            for at, stress in zip(test.strain, test.stress, strict=True):
                numbers = {"strain_percent": PERCENT * float(at), "stress_mpa": float(stress)}
                yield {"texture": texture, "direction": direction, **numbers}


class PlaneCell(NamedTuple):
    """The 16-grain cell in the plane, and the angles of the axes of its grains at every pixel (n, n) [°]."""

    cell: SpectralCell
    angles_deg: FloatArray


def plane_cell(material: CrystalMaterial) -> PlaneCell:
    """Return the cell that the figures show."""
    grains = Spectral(kind="spectral", material="drawn", microstructure_seed=SEED).draw_grains(SEED)
    cell = SpectralCell(material, grains.grain_map, grains.angles)
    return PlaneCell(cell, np.degrees(grains.angles[grains.grain_map]))


def plane_curve_rows(plane: PlaneCell) -> Iterator[Row]:
    """Yield σ11 of the plane cell up to a strain of 10 %."""
    times = np.linspace(0.0, 1.0, 201)
    stress = plane.cell.response(uniaxial(0.1), times, SECOND).stress[:, 0] / MEGA
    for time, value in zip(times, stress, strict=True):
        yield {"strain_percent": 10.0 * float(time), "stress_mpa": float(value)}


def plane_field_rows(plane: PlaneCell) -> Iterator[Row]:
    """Yield the angle of the axes and |F - I| at 10 % for every pixel, columns along x1 and rows along x2."""
    gradient = plane.cell.fields(uniaxial(0.1), 1.0, SECOND).deformation_gradient
    strain = np.linalg.norm(gradient - np.eye(2), axis=(-2, -1))
    for (column, row), angle in np.ndenumerate(plane.angles_deg):
        yield {"column": column, "row": row, "angle_deg": float(angle), "strain": float(strain[column, row])}
