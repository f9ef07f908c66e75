"""Which rotations of space leave a polycrystal as it is: all, those about one axis, or none.

The contribution of a grain is measured by its slip and twin systems, family by family. It is the sum of P⊗P over the
Schmid tensors P, of fourth rank like a stiffness, and for twins, which shear one way only, also the sum of P itself.
The mean of these over n grains of random orientation is not isotropic: 1/√n of the anisotropy of one crystal is left,
as a root mean square. So the anisotropy of any polycrystal is expressed as a number of random grains, and it counts as
symmetric where this number is at least `SYMMETRIC_GRAINS`. A polycrystal of fewer grains never does: a single hexagonal
crystal is symmetric about its c axis in every tensor of fourth rank, but does not flow symmetrically.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.microstructure.texture import rotation_matrices

ALL, AXIS, NONE = "all", "axis", "none"
# The least isotropic of 1,000 draws of 128 random grains counts as 37 grains; 6 % of the draws of 64 grains as less
# than 32.
SYMMETRIC_GRAINS = 32
# A tensor of fourth rank turns by at most four times the angle, so five rotations average it exactly.
TURNS = 5
SEARCHED_AXES = 400
SAMPLE_AXES = tuple(tuple(axis) for axis in np.eye(3).tolist())
Axis = tuple[float, ...]
# Projects 3×3 matrices as nine numbers onto symmetric, traceless ones.
_TRANSPOSED = np.eye(9).reshape(3, 3, 9).swapaxes(0, 1).reshape(9, 9)
_DEVIATORIC = 0.5 * (np.eye(9) + _TRANSPOSED) - np.outer(np.eye(3), np.eye(3)) / 3.0


@dataclass(frozen=True)
class Symmetry:
    """Rotations under which the stress of a material turns with its strain.

    Attributes
    ----------
    kind : "all", "axis" or "none"
    axis : the unit axis of "axis", None otherwise
    reason : how this was found
    """

    kind: str
    axis: tuple[float, ...] | None
    reason: str

    def document(self) -> dict[str, object]:
        """Return the symmetry as JSON would hold it."""
        return asdict(self)

    def __str__(self) -> str:
        if self.axis is None:
            return f"{'all' if self.kind == ALL else 'no'} rotations"
        return f"rotations about ({', '.join(f'{part:.4g}' for part in self.axis)})"


UNKNOWN = Symmetry(NONE, None, "the data set does not name the symmetry of its material")


def load_symmetry(document: Mapping[str, object]) -> Symmetry:
    """Return the symmetry of a document; an invalid one is a `ValueError`, `KeyError` or `TypeError`."""
    kind, axis = str(document["kind"]), document["axis"]
    if kind not in (ALL, AXIS, NONE) or (kind == AXIS) != isinstance(axis, Sequence):
        raise ValueError(f"{kind} with the axis {axis} is no symmetry")
    return Symmetry(kind, unit_axis(axis) if isinstance(axis, Sequence) else None, str(document["reason"]))


def unit_axis(axis: Sequence[float]) -> Axis:
    """Return an axis of three numbers as a unit vector; an invalid one is a `ValueError`."""
    numbers = np.array([float(part) for part in axis])
    length = float(np.linalg.norm(numbers))
    if numbers.shape != (3,) or not np.isfinite(length) or length == 0.0:
        raise ValueError(f"{tuple(axis)} is no axis")
    return tuple((numbers / length).tolist())


def measure_symmetry(
    quaternions: FloatArray,
    weights: FloatArray,
    slip: Sequence[FloatArray],
    twins: Sequence[FloatArray] = (),
    axes: Sequence[Axis] = (),
) -> Symmetry:
    """Return the symmetry of a polycrystal.

    Parameters
    ----------
    quaternions, weights : orientations (grains, 4), crystal → sample, and volume fractions (grains,)
    slip, twins : Schmid tensors (systems, 3, 3) of every family in crystal axes
    axes : axes that the texture was made about, tried before any other
    """
    count = 1.0 / float((weights**2).sum())
    if count < SYMMETRIC_GRAINS:
        return Symmetry(NONE, None, f"{count:.3g} grains of equal weight, fewer than the {SYMMETRIC_GRAINS} wanted")
    rotations = rotation_matrices(quaternions)
    means = list(_means(rotations, weights, slip, twins))
    crystal = sum(_square(mean) for mean in _means(np.eye(3)[None], np.ones(1), slip, twins))
    isotropic = crystal / max(sum(_square(mean) for mean in means), 1e-12 * crystal)
    if isotropic >= SYMMETRIC_GRAINS:
        return Symmetry(ALL, None, _reason(isotropic, "about any axis"))
    tried = {axis: _grains_about(means, crystal, np.array(axis)) for axis in (*axes, *SAMPLE_AXES)}
    best = max(tried, key=lambda axis: tried[axis])
    if tried[best] < SYMMETRIC_GRAINS:
        best = _searched_axis(means, crystal)
        tried[best] = _grains_about(means, crystal, np.array(best))
    if tried[best] >= SYMMETRIC_GRAINS:
        return Symmetry(AXIS, best, _reason(tried[best], "about this axis"))
    return Symmetry(NONE, None, _reason(tried[best], "about the best axis"))


def _reason(grains: float, where: str) -> str:
    return f"measured: {where} as symmetric as {grains:.3g} random grains, of at least {SYMMETRIC_GRAINS} wanted"


def _means(
    rotations: FloatArray, weights: FloatArray, slip: Sequence[FloatArray], twins: Sequence[FloatArray]
) -> Iterator[FloatArray]:
    """Yield the anisotropic means over the grains, (9, 9) of every family and (9,) of every family of twins."""
    for schmid in (*slip, *twins):
        systems = 0.5 * (schmid + schmid.swapaxes(1, 2))
        turned = np.einsum("gik,skl,gjl->gsij", rotations, systems, rotations).reshape(len(rotations), -1, 9)
        square = np.einsum("g,gsa,gsb->ab", weights, turned, turned)
        yield square - np.trace(square) / 5.0 * _DEVIATORIC
    for schmid in twins:
        total = (0.5 * (schmid + schmid.swapaxes(1, 2))).sum(axis=0)
        yield np.einsum("g,gik,kl,gjl->ij", weights, rotations, total, rotations).reshape(9)


def _square(mean: FloatArray) -> float:
    return float((mean**2).sum())


def _grains_about(means: Sequence[FloatArray], crystal: float, axis: FloatArray) -> float:
    """Return the number of random grains that are as far from symmetric about an axis as these means."""
    angles = 2.0 * np.pi * np.arange(TURNS) / TURNS
    quaternions = np.column_stack([np.cos(angles / 2), np.outer(np.sin(angles / 2), axis / np.linalg.norm(axis))])
    turns = [np.kron(rotation, rotation) for rotation in rotation_matrices(quaternions)]
    rest = 0.0
    for mean in means:
        turned = [turn @ mean @ turn.T if mean.ndim == 2 else turn @ mean for turn in turns]
        rest += _square(mean - np.mean(turned, axis=0))
    return crystal / max(rest, 1e-12 * crystal)


def _searched_axis(means: Sequence[FloatArray], crystal: float) -> Axis:
    """Return the axis about which the means are most symmetric, from an even spread over half of the sphere."""
    # Imported here: the import alone takes as long as a verb that needs no search.
    from scipy.optimize import minimize

    height = (np.arange(SEARCHED_AXES) + 0.5) / SEARCHED_AXES
    azimuth = np.pi * (1.0 + np.sqrt(5.0)) * np.arange(SEARCHED_AXES)
    across = np.sqrt(1.0 - height**2)
    spread = np.column_stack([across * np.cos(azimuth), across * np.sin(azimuth), height])
    first = max(spread, key=lambda axis: _grains_about(means, crystal, axis))

    def anisotropy(axis: FloatArray) -> float:
        return 1.0 / _grains_about(means, crystal, axis)

    refined = minimize(anisotropy, np.asarray(first), method="Nelder-Mead")
    return unit_axis(refined.x.tolist())
