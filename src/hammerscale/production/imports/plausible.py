"""A strain that cannot be of its declared kind: the usual mistake is U or F for a small strain, or the reverse."""

import numpy as np
import numpy.typing as npt

from hammerscale.arrays import FloatArray
from hammerscale.errors import InputError
from hammerscale.production.imports.recorded import Recording
from hammerscale.tensor.voigt import COMPONENTS

FULL_TENSORS = {4: ("11", "12", "21", "22"), 9: ("11", "12", "13", "21", "22", "23", "31", "32", "33")}


def check_plausible(recording: Recording, strain: FloatArray, names: tuple[str, ...], kind: str) -> None:
    """Raise an `InputError` that names the first step where the strain (n, t, c) turns matter inside out."""
    bad = _inside_out(strain, names, kind)
    if not bad.any():
        return
    path, step = (int(index) for index in np.argwhere(bad)[0])
    values = ", ".join(f"{name}: {value:.4g}" for name, value in zip(names, strain[path, step], strict=True))
    raise InputError(
        f"{recording.file}, path '{recording.paths[path].label}', step {step}: this is no {kind}: {values}",
        "it turns matter inside out; the undeformed state is 1 on the diagonal, not 0",
        "check the order of the components, or say --strain-kind small_strain (or other)",
    )


def _inside_out(strain: FloatArray, names: tuple[str, ...], kind: str) -> npt.NDArray[np.bool_]:
    """Return where (n, t) a normal component of a stretch, or the determinant of a gradient, is not positive."""
    full = FULL_TENSORS.get(len(names))
    if kind == "deformation_gradient" and full and set(names) == set(full):
        size = int(len(full) ** 0.5)
        order = [names.index(name) for name in full]
        volume: FloatArray = np.linalg.det(strain[:, :, order].reshape(*strain.shape[:2], size, size))
        return np.asarray(volume <= 0.0)
    if kind == "stretch" and set(names) <= set(COMPONENTS):
        normal = [i for i, name in enumerate(names) if name[0] == name[1]]
        return np.asarray((strain[:, :, normal] <= 0.0).any(axis=2))
    return np.zeros(strain.shape[:2], dtype=np.bool_)
