"""Whether a material is volumetric-isochoric, as the crystals here are, where its data set does not say so.

Then the mean stress is κ (J - 1), and J dev σ follows from the isochoric part of the stretch alone. The first is a fit.
The second is a test: what the isochoric strain and its last changes leave of J dev σ must not follow the volume, alone
or times these, better than it follows the volumes of other paths.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.errors import InputError
from hammerscale.streams import stream
from hammerscale.surrogate.signature import CAUCHY
from hammerscale.surrogate.socket import Histories
from hammerscale.tensor.voigt import determinant, deviator

# Root mean squares, relative to pressure and deviator: an error of the features that no training can mend.
PRESSURE_TOLERANCE = 1e-3
# With eight paths one in four such dependences went unseen, with twenty none; more paths and samples change nothing.
FEWEST_PATHS, MOST_PATHS, MOST_SAMPLES = 20, 200, 50
PERMUTATIONS = 99
# Parts of the path over which changes of the strain are used, in addition to the strain itself.
LAGS = (0.05, 0.2)
# An imported stress of an unnamed measure may be the Cauchy stress; the others named are not.
POSSIBLE_KINDS = (CAUCHY, "other")


@dataclass(frozen=True)
class Finding:
    """Whether the physics is known.

    Attributes
    ----------
    holds : whether the material is volumetric-isochoric
    reason : why, in words
    """

    holds: bool
    reason: str


def find_physics(training: Histories) -> Finding:
    """Return whether the data set names the physics, or its training paths show it."""
    if not training.is_stretch:
        return Finding(False, "the data are not the stretch and the stress tensor in three dimensions")
    if training.volumetric_isochoric and _has_one_modulus(training):
        return Finding(True, "the data set names its material volumetric-isochoric")
    if training.stress_kind not in POSSIBLE_KINDS:
        return Finding(False, f"the stress is the {training.stress_kind}, whose pressure is another than Cauchy's")
    if len(training.stretch) < FEWEST_PATHS:
        return Finding(False, f"{len(training.stretch)} training paths show nothing, {FEWEST_PATHS} are wanted")
    return _measured(_thinned(training))


def _has_one_modulus(training: Histories) -> bool:
    """Return whether paths of volumetric-isochoric materials have one κ: they are of one material, or show it."""
    several = training.groups is not None and np.unique(training.groups.parameters).size > 1
    return not several or _pressure_misfit(training) <= PRESSURE_TOLERANCE


def require_physics(training: Histories, name: str) -> None:
    """Refuse data whose material is not known to be volumetric-isochoric."""
    found = find_physics(training)
    if not found.holds:
        raise InputError(
            f"surrogate {name} takes the pressure for κ (J - 1) and its deviator for one of the isochoric stretch",
            f"of these data this is not known: {found.reason}",
            "choose a surrogate that takes any components (nearest, linear, pca_net, rno, gru)",
        )


def fit_bulk_modulus(training: Histories) -> float:
    """Return the least-squares κ [Pa] of mean stress against det U - 1; any value fits paths that keep their volume."""
    volume_change = determinant(training.stretch) - 1.0
    mean_stress = training.stress[..., :3].mean(axis=-1)
    square = float(np.vdot(volume_change, volume_change))
    return float(np.vdot(volume_change, mean_stress)) / square if square > 0.0 else 0.0


def _thinned(training: Histories) -> Histories:
    """Return some of the paths, all their length."""
    few = stream(0, 0, "surrogate/physics").permutation(len(training.stretch))[:MOST_PATHS]
    return training.select(np.sort(few))


def _measured(data: Histories) -> Finding:
    misfit = _pressure_misfit(data)
    if not misfit <= PRESSURE_TOLERANCE:
        return Finding(
            False,
            f"the training paths' mean stress differs from κ (J - 1) by {100.0 * misfit:.3g} % of the smaller of "
            f"pressure and deviator, more than {100.0 * PRESSURE_TOLERANCE:g} %",
        )
    volume = determinant(data.stretch)
    if _follows_volume(data.stretch, volume - 1.0, volume[..., None] * deviator(data.stress)):
        return Finding(False, "the training paths' deviator follows the volume")
    return Finding(True, "the training paths show it: the mean stress is κ (J - 1), the deviator ignores the volume")


def _pressure_misfit(data: Histories) -> float:
    """Return the size of the mean stress without κ (J - 1) over that of the smaller of pressure and deviator."""
    volume = determinant(data.stretch)
    mean, deviatoric = data.stress[..., :3].mean(axis=-1), volume[..., None] * deviator(data.stress)
    rest = _size(mean - fit_bulk_modulus(data) * (volume - 1.0))
    smaller = min(_size(mean), _size(deviatoric) * np.sqrt(deviatoric.shape[-1] / 3.0))
    if rest == 0.0:
        return 0.0
    return rest / smaller if smaller > 0.0 else np.inf


def _follows_volume(stretch: FloatArray, dilatation: FloatArray, deviatoric: FloatArray) -> bool:
    """Return whether J dev σ (n, t, 6) follows the dilatation (n, t) better than it follows that of other paths."""
    every = slice(None, None, max(1, stretch.shape[1] // MOST_SAMPLES))
    stretch, dilatation, deviatoric = stretch[:, every], dilatation[:, every], deviatoric[:, every]
    strain = deviator(stretch) / stretch[..., :3].mean(axis=-1, keepdims=True)
    known = np.concatenate([np.ones((*strain.shape[:2], 1)), strain, *_changes(strain)], axis=2)
    basis = _basis(known.reshape(-1, known.shape[2]))
    target = _without(deviatoric.reshape(-1, deviatoric.shape[2]), basis)
    rng = stream(0, 0, "surrogate/permutations")
    orders = [np.arange(len(stretch)), *(rng.permutation(len(stretch)) for _ in range(PERMUTATIONS))]
    shares = []
    for order in orders:
        columns = (dilatation[order][..., None] * known).reshape(-1, known.shape[2])
        shares.append(float(((_basis(_without(columns, basis)).T @ target) ** 2).sum()))
    return shares[0] > max(shares[1:]) and shares[0] > PRESSURE_TOLERANCE**2 * float((deviatoric**2).sum())


def _changes(strain: FloatArray) -> Iterator[FloatArray]:
    """Yield by how much strains (n, t, 6) changed over each of the lags, from rest on."""
    samples = np.arange(strain.shape[1])
    for lag in LAGS:
        yield strain - strain[:, np.maximum(samples - max(1, round(lag * samples.size)), 0)]


def _basis(columns: FloatArray) -> FloatArray:
    """Return an orthonormal basis of what columns (r, c) span."""
    left, singular, _ = np.linalg.svd(columns, full_matrices=False)
    return left[:, singular > 1e-9 * max(singular[0], 1e-300)]


def _without(columns: FloatArray, basis: FloatArray) -> FloatArray:
    return columns - basis @ (basis.T @ columns)


def _size(values: FloatArray) -> float:
    return float(np.sqrt((values**2).mean()))
