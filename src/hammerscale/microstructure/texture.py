"""Textures: orientations of grains as unit quaternions (w, x, y, z) that rotate crystal axes into sample axes."""

import csv
import io
from pathlib import Path

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.errors import InputError
from hammerscale.inputs import read_input

WEIGHT_TOLERANCE = 1e-6
QUATERNION_COLUMNS = ("q0", "q1", "q2", "q3")
EULER_COLUMNS = ("phi1", "Phi", "phi2")
WEIGHT_COLUMN = "weight"


def random_texture(rng: np.random.Generator, grains: int) -> FloatArray:
    """Return orientations (grains, 4) uniform over all rotations: normalised Gaussian quaternions."""
    quaternions = rng.normal(size=(grains, 4))
    return quaternions / np.linalg.norm(quaternions, axis=1, keepdims=True)


def fibre_texture(
    rng: np.random.Generator, grains: int, crystal_axis: FloatArray, sample_axis: FloatArray, spread_deg: float
) -> FloatArray:
    """Return orientations (grains, 4) that turn `crystal_axis` (3,) to `sample_axis` (3,), uniform about it.

    The tilt away from the sample axis is |N(0, spread_deg)| degrees in a uniformly random direction.

    >>> z, x = np.array([0.0, 0.0, 1.0]), np.array([1.0, 0.0, 0.0])
    >>> c_axes = rotation_matrices(fibre_texture(np.random.default_rng(1), 3, z, x, spread_deg=0.0)) @ z
    >>> bool(np.allclose(c_axes, x))
    True
    """
    crystal, sample = _unit_axis(crystal_axis, "crystal_axis"), _unit_axis(sample_axis, "sample_axis")
    if not (np.isfinite(spread_deg) and spread_deg >= 0.0):
        raise InputError(f"the spread of a fibre texture must be a number of degrees >= 0, got {spread_deg}")
    spin = _rotations_about(np.tile(crystal, (grains, 1)), rng.uniform(0.0, 2.0 * np.pi, grains))
    align = np.tile(_shortest_rotation(crystal, sample), (grains, 1))
    first = np.cross(sample, np.eye(3)[np.abs(sample).argmin()])
    first /= np.linalg.norm(first)
    azimuth = rng.uniform(0.0, 2.0 * np.pi, grains)[:, None]
    tilt_axis = np.cos(azimuth) * first + np.sin(azimuth) * np.cross(sample, first)
    tilt = _rotations_about(tilt_axis, np.radians(spread_deg) * rng.normal(size=grains))
    return quaternion_product(tilt, quaternion_product(align, spin))


def read_texture(file: str | Path) -> tuple[FloatArray, FloatArray]:
    """Return quaternions (n, 4) and weights (n,) of a CSV file with a header.

    Columns q0,q1,q2,q3 (w first, crystal → sample) or phi1,Phi,phi2 (Bunge angles in degrees, see
    `bunge_quaternions`), and optionally `weight`; without it every grain weighs the same.
    """
    file = Path(file)
    try:
        reader = csv.reader(io.StringIO(read_input(file).decode("utf-8-sig"), newline=""))
        rows = [(number, row) for number, row in enumerate(reader, start=1) if any(cell.strip() for cell in row)]
    except OSError as error:
        raise InputError(f"cannot read the texture {file}: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"the texture {file} is no CSV text: {error}", remedy="save it as CSV in UTF-8") from error
    if not rows:
        raise InputError(
            f"the texture {file} is empty", remedy=f"begin it with a header such as {','.join(QUATERNION_COLUMNS)}"
        )
    header = [cell.strip() for cell in rows[0][1]]
    kind = next((columns for columns in (QUATERNION_COLUMNS, EULER_COLUMNS) if set(columns) <= set(header)), None)
    if kind is None or set(header) - {*kind, WEIGHT_COLUMN} or len(set(header)) != len(header):
        raise InputError(
            f"{file}, line {rows[0][0]}: the header '{','.join(header)}' names no known set of columns",
            remedy=f"use {','.join(QUATERNION_COLUMNS)}[,weight] or {','.join(EULER_COLUMNS)}[,weight]",
        )
    table = np.array([_read_row(file, number, row, len(header)) for number, row in rows[1:]]).reshape(-1, len(header))
    values = table[:, [header.index(name) for name in kind]]
    weights = table[:, header.index(WEIGHT_COLUMN)] if WEIGHT_COLUMN in header else None
    quaternions = values if kind == QUATERNION_COLUMNS else bunge_quaternions(values)
    try:
        return check_orientations(quaternions, weights)
    except InputError as error:
        raise InputError(f"{file}: {error.what}", error.why, error.remedy) from error


def _read_row(file: Path, number: int, row: list[str], length: int) -> list[float]:
    if len(row) != length:
        raise InputError(f"{file}, line {number}: {len(row)} entries where the header names {length}")
    try:
        values = [float(cell) for cell in row]
    except ValueError as error:
        raise InputError(f"{file}, line {number}: '{','.join(row)}' holds something that is not a number") from error
    if not np.isfinite(values).all():
        raise InputError(f"{file}, line {number}: '{','.join(row)}' holds a number that is not finite")
    return values


def check_orientations(quaternions: FloatArray, weights: FloatArray | None) -> tuple[FloatArray, FloatArray]:
    """Return unit quaternions (n, 4) and weights (n,) with sum 1, or raise an `InputError` that names what
    is wrong with them.
    """
    quaternions = np.asarray(quaternions, dtype=np.float64)
    if quaternions.ndim != 2 or quaternions.shape[1] != 4:
        raise InputError(f"orientations are quaternions (grains, 4), got an array {quaternions.shape}")
    n = len(quaternions)
    if n == 0:
        raise InputError("a polycrystal needs at least one grain")
    length = np.linalg.norm(quaternions, axis=1)
    # Written so that NaN counts as bad.
    bad = ~(np.isfinite(length) & (length > 1e-12))
    if bad.any():
        raise InputError(
            f"the orientation of grain {int(bad.argmax())} is {quaternions[bad.argmax()].tolist()}, not a rotation"
        )
    weights = np.full(n, 1.0 / n) if weights is None else np.asarray(weights, dtype=np.float64)
    if weights.shape != (n,):
        raise InputError(f"{n} grains need {n} weights, got an array {weights.shape}")
    if not (weights >= 0.0).all() or not np.isfinite(weights).all():
        raise InputError(f"the weight of grain {int((~(weights >= 0.0)).argmax())} is not a number >= 0")
    if not abs(weights.sum() - 1.0) <= WEIGHT_TOLERANCE:
        raise InputError(
            f"the weights of the grains sum to {weights.sum():.9g}, not 1", remedy="divide them by their sum"
        )
    return quaternions / length[:, None], weights / weights.sum()


def rotation_matrices(quaternions: FloatArray) -> FloatArray:
    """Return the rotations (n, 3, 3), crystal → sample, of unit quaternions (n, 4)."""
    w, x, y, z = quaternions.T
    entries = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    return np.ascontiguousarray(np.moveaxis(np.array(entries), -1, 0))


def bunge_quaternions(angles_deg: FloatArray) -> FloatArray:
    """Return quaternions (n, 4), crystal → sample, of Bunge angles φ1, Φ, φ2 (n, 3) in degrees.

    Bunge turns the sample axes into the crystal axes about z, the new x and the newest z; as a rotation of vectors
    from crystal to sample components this is Q = Rz(φ1) Rx(Φ) Rz(φ2).
    """
    phi1, phi, phi2 = np.radians(angles_deg).T
    z, x = np.array([0.0, 0.0, 1.0]), np.array([1.0, 0.0, 0.0])
    ones = np.ones((len(phi), 1))
    last = quaternion_product(_rotations_about(ones * x, phi), _rotations_about(ones * z, phi2))
    return quaternion_product(_rotations_about(ones * z, phi1), last)


def quaternion_product(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return the quaternions (n, 4) of the rotations "first b, then a"."""
    scalar = a[:, :1] * b[:, :1] - (a[:, 1:] * b[:, 1:]).sum(axis=1, keepdims=True)
    vector = a[:, :1] * b[:, 1:] + b[:, :1] * a[:, 1:] + np.cross(a[:, 1:], b[:, 1:])
    return np.concatenate([scalar, vector], axis=1)


def _rotations_about(axes: FloatArray, angles: FloatArray) -> FloatArray:
    """Return quaternions (n, 4) of rotations about unit axes (n, 3) by angles (n,) [rad]."""
    half = 0.5 * angles[:, None]
    return np.concatenate([np.cos(half), np.sin(half) * axes], axis=1)


def _unit_axis(axis: FloatArray, name: str) -> FloatArray:
    axis = np.asarray(axis, dtype=np.float64)
    length = np.linalg.norm(axis)
    if axis.shape != (3,) or not np.isfinite(length) or length == 0.0:
        raise InputError(f"{name} of a fibre texture must be three numbers, not all zero, got {axis.tolist()}")
    return axis / length


def _shortest_rotation(start: FloatArray, end: FloatArray) -> FloatArray:
    """Return the quaternion (4,) that turns one unit vector (3,) into another by the smallest angle."""
    cosine = float(start @ end)
    if cosine < -1.0 + 1e-12:
        # Opposite vectors: half a turn about any orthogonal axis.
        axis = np.cross(start, np.eye(3)[np.abs(start).argmin()])
        return np.concatenate([[0.0], axis / np.linalg.norm(axis)])
    quaternion = np.concatenate([[1.0 + cosine], np.cross(start, end)])
    return quaternion / np.linalg.norm(quaternion)
