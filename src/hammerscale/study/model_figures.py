"""Figures that explain the material model: one crystal, many grains, the cell in the plane."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hammerscale.arrays import FloatArray, Outcome
from hammerscale.config import read_material
from hammerscale.config.hashes import digest
from hammerscale.crystal.material import CrystalMaterial
from hammerscale.errors import InputError
from hammerscale.loading.uniaxial import uniaxial
from hammerscale.microstructure.texture import fibre_texture, random_texture
from hammerscale.provenance import collect
from hammerscale.rev.factory import crystal_material
from hammerscale.rev.spectral import SpectralCell
from hammerscale.rev.spectral_entry import Spectral
from hammerscale.rev.taylor import TaylorPolycrystal
from hammerscale.streams import stream
from hammerscale.study.style import house_style, save
from hammerscale.units import MEGA

STEPS = 100
MICROSECOND, SECOND = 1e-6, 1.0
SEED = 2022
GRAINS = 256
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


def draw_model(material: Path, plane_material: Path, folder: Path) -> list[Path]:
    """Draw every figure of the model into `folder` as SVG and PNG, and return the files."""
    files_read = read_material(material), read_material(plane_material)
    magnesium, square = (crystal_material(file) for file in files_read)
    made_by = collect(digest([file.constants() for file in files_read]), {"figures": SEED}).attributes()
    with house_style():
        figures = {
            "single_crystals": draw_single_crystals(magnesium),
            "twinning": draw_twinning(magnesium),
            "asymmetry": draw_asymmetry(magnesium),
            "plane_cell": draw_plane_cell(square),
        }
        files = [folder / f"{name}.{kind}" for name in figures for kind in ("svg", "png")]
        for file in files:
            save(figures[file.stem], file, made_by)
    return files


def run_test(material: CrystalMaterial, quaternions: FloatArray, strain: float) -> UniaxialTest:
    """Stretch a polycrystal in equal steps by `strain`, which may be negative, in one microsecond."""
    cell = TaylorPolycrystal(material, quaternions)
    stretch = uniaxial(strain).stretch(np.linspace(0.0, 1.0, STEPS + 1))
    state, new = cell.initial_state(1), cell.initial_state(1)
    stress, slip, twins = [0.0], [np.zeros(len(FAMILIES))], [0.0]
    for old, next_ in pairwise(stretch):
        answer, status = cell.advance(state, old[None], next_[None], MICROSECOND / STEPS, new)
        if status[0] != Outcome.CONVERGED:
            raise InputError(f"the test of {material.name} broke down at a strain of {next_[0] - 1.0:.3g}")
        state, new = new, state
        inside = cell.grain_variables(state[0])
        stress.append(abs(answer[0, 0]) / MEGA)
        slip.append(np.array([inside.slip[:, systems].sum(axis=1).mean() for systems in FAMILIES.values()]))
        twins.append(inside.twin_fraction.sum(axis=1).mean())
    return UniaxialTest(np.abs(stretch[:, 0] - 1.0), np.array(stress), np.array(slip), np.array(twins))


def fibre(axis: FloatArray, grains: int, spread_deg: float) -> FloatArray:
    """Return orientations (grains, 4) whose c axes lie around the sample direction `axis`."""
    return fibre_texture(stream(SEED, grains, "figure"), grains, C_AXIS, axis, spread_deg)


def draw_single_crystals(material: CrystalMaterial) -> Figure:
    """Stress and slip of crystals in which one mechanism after the other is favoured."""
    figure = Figure(figsize=(10.0, 4.0), layout="constrained")
    left, right = figure.subplots(1, 2)
    shares, labels = [], []
    for label, (axis, strain) in CRYSTALS.items():
        test = run_test(material, fibre(axis, 1, TILT_DEG), strain)
        left.plot(100 * test.strain, test.stress, label=label)
        shares.append([*test.slip[-1], material.twin.shear * test.twin_fraction[-1] if material.twin else 0.0])
        labels.append(label.split(":")[0])
    _label(left, "strain f - 1 [%]", "|σ11| [MPa]")
    left.legend()
    below = np.zeros(len(labels))
    for name, heights in zip([*FAMILIES, "twins (γt λ)"], np.array(shares).T, strict=True):
        right.barh(labels, heights, left=below, label=name)
        below += heights
    right.invert_yaxis()
    _label(right, "accumulated shear at 10 %, summed over systems", "")
    right.legend(ncols=4, loc="lower center", bbox_to_anchor=(0.4, 1.0))
    return figure


def draw_twinning(material: CrystalMaterial) -> Figure:
    """Twin fraction against strain: single crystals by the angle of their c axis, and a random polycrystal."""
    figure = Figure(figsize=(10.0, 3.8), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    for angle in (5, 20, 35, 50, 65):
        axis = np.array([np.cos(np.radians(angle)), 0.3 * np.sin(np.radians(angle)), np.sin(np.radians(angle))])
        test = run_test(material, fibre(axis, 1, 0.0), 0.1)
        left.plot(100 * test.strain, test.twin_fraction, label=f"{angle}°")
    left.legend(title="c axis from the load")
    _label(left, "strain f - 1 [%]", "twin fraction Λ")
    textures = {
        "random": random_texture(stream(SEED, GRAINS, "figure"), GRAINS),
        "c axes around the load": fibre(X1, GRAINS, 15.0),
        "c axes across the load": fibre(X3, GRAINS, 15.0),
    }
    for label, quaternions in textures.items():
        test = run_test(material, quaternions, 0.1)
        right.plot(100 * test.strain, test.twin_fraction, label=label)
    right.legend()
    _label(right, "strain f - 1 [%]", "")
    return figure


def draw_asymmetry(material: CrystalMaterial) -> Figure:
    """Tension against compression, for a random texture and for one whose c axes lie around the load."""
    figure = Figure(figsize=(10.0, 3.8), layout="constrained")
    axes = figure.subplots(1, 2, sharey=True)
    random = random_texture(stream(SEED, GRAINS, "figure"), GRAINS)
    for axis, title, quaternions in zip(
        axes, ("random texture", "c axes within 15° of the load"), (random, fibre(X1, GRAINS, 15.0)), strict=True
    ):
        for label, strain in (("tension", 0.1), ("compression", -0.1)):
            test = run_test(material, quaternions, strain)
            axis.plot(100 * test.strain, test.stress, label=label)
        axis.set_title(title)
        _label(axis, "strain |f - 1| [%]", "|σ11| [MPa]" if axis is axes[0] else "")
    axes[0].legend()
    return figure


def draw_plane_cell(material: CrystalMaterial) -> Figure:
    """The 16-grain cell: its stress-strain curve, the grains, and the bands in which it deforms at 10 %."""
    settings = Spectral(kind="spectral", material="drawn", microstructure_seed=SEED)
    grains = settings.draw_grains(SEED)
    cell = SpectralCell(material, grains.grain_map, grains.angles)
    path = uniaxial(0.1)
    times = np.linspace(0.0, 1.0, 201)
    response = cell.response(path, times, SECOND)
    gradient = cell.fields(path, 1.0, SECOND).deformation_gradient
    strain = np.linalg.norm(gradient - np.eye(2), axis=(-2, -1))
    figure = Figure(figsize=(12.0, 3.6), layout="constrained")
    curve, middle, right = figure.subplots(1, 3)
    curve.plot(10.0 * times, response.stress[:, 0] / MEGA)
    _label(curve, "strain f - 1 [%]", "σ11 [MPa]")
    for axis, values, label, colours in (
        (middle, np.degrees(grains.angles[grains.grain_map]), "angle of the axes θ [°]", "twilight"),
        (right, strain, "|F - I| at 10 % strain", "viridis"),
    ):
        image = axis.imshow(values.T, origin="lower", extent=(0, 1, 0, 1), cmap=colours, interpolation="nearest")
        figure.colorbar(image, ax=axis, label=label)
        axis.grid(visible=False)
        _label(axis, "x1", "x2")
    return figure


def _label(axis: Axes, horizontal: str, vertical: str) -> None:
    axis.set_xlabel(horizontal)
    axis.set_ylabel(vertical)
