"""The homogeneous elastic body of the paper's stored energy (A.3), as a unit cell in closed form.

It is exact and costs nothing, so it verifies all that carries a unit cell: campaigns, data sets, adapters, solvers.
"""

from dataclasses import dataclass

import numpy as np

from hammerscale.arrays import FloatArray, Outcome, StatusArray
from hammerscale.cell.requests import check_duration, check_times
from hammerscale.cell.unit_cell import Response
from hammerscale.crystal.elasticity import left_energy, left_stress, longitudinal_speed
from hammerscale.errors import InputError
from hammerscale.loading.path import StrainPath
from hammerscale.tensor.voigt import COMPONENTS, determinant, from_matrix, to_matrix, volume_ratio

VOLUME_RATIO, STORED_ENERGY = 0, 1


def elastic_stress(stretch: FloatArray, shear_modulus: float, volumetric_modulus: float) -> FloatArray:
    """Return the Cauchy stress (n, 6) [Pa] of stretches (n, 6): G J^(-5/3) dev U² + 2 λe (J-1) I."""
    matrix = to_matrix(stretch)
    return left_stress(from_matrix(matrix @ matrix), volume_ratio(stretch), shear_modulus, volumetric_modulus)


def elastic_energy(stretch: FloatArray, shear_modulus: float, volumetric_modulus: float) -> FloatArray:
    """Return the stored energy (n,) [J/m³] of stretches (n, 6), equation (A.3)."""
    trace = (to_matrix(stretch) ** 2).sum(axis=(-1, -2))
    return left_energy(trace, volume_ratio(stretch), shear_modulus, volumetric_modulus)


@dataclass(frozen=True)
class ElasticBody:
    """A homogeneous, isotropic elastic representative volume.

    Attributes
    ----------
    shear_modulus : G [Pa]
    volumetric_modulus : λe; the bulk modulus is 2 λe [Pa]
    density : ρ [kg/m³]

    >>> body = ElasticBody(shear_modulus=17e9, volumetric_modulus=17e9, density=1740.0)
    >>> stretch = np.array([[1.01, 1.0, 1.0, 0.0, 0.0, 0.0]])
    >>> elastic_stress(stretch, body.shear_modulus, body.volumetric_modulus).round(-6) / 1e6
    array([[564., 228., 228.,   0.,   0.,   0.]])
    """

    shear_modulus: float
    volumetric_modulus: float
    density: float
    components: tuple[str, ...] = COMPONENTS
    diagnostic_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("shear_modulus", "volumetric_modulus", "density"):
            if not getattr(self, name) > 0.0:
                raise InputError(f"{name} must be positive, got {getattr(self, name)}")

    def initial_state(self, n: int) -> FloatArray:
        """Return states (n, 2): volume ratio J and stored energy [J/m³]."""
        state = np.zeros((n, 2))
        state[:, VOLUME_RATIO] = 1.0
        return state

    def advance(
        self,
        state_old: FloatArray,
        stretch_old: FloatArray,
        stretch_new: FloatArray,
        duration_s: float,
        state_new: FloatArray,
    ) -> tuple[FloatArray, StatusArray]:
        """Return the stress (n, 6) at `stretch_new`; an elastic body forgets the rest (see `UnitCell.advance`)."""
        stress = elastic_stress(stretch_new, self.shear_modulus, self.volumetric_modulus)
        state_new[:, VOLUME_RATIO] = determinant(stretch_new)
        state_new[:, STORED_ENERGY] = elastic_energy(stretch_new, self.shear_modulus, self.volumetric_modulus)
        return stress, np.where(np.isfinite(stress).all(axis=1), Outcome.CONVERGED, Outcome.NOT_FINITE).astype(np.int32)

    def sound_speed(self, state: FloatArray) -> FloatArray:
        """Return the longitudinal wave speed (n,) [m/s] at the state's J."""
        return longitudinal_speed(state[:, VOLUME_RATIO], self.shear_modulus, self.volumetric_modulus, self.density)

    def outputs(self, state: FloatArray) -> dict[str, FloatArray]:
        """Return the stored energy (n,) [J/m³]."""
        return {"stored_energy": state[:, STORED_ENERGY]}

    def response(self, path: StrainPath, times: FloatArray, duration_s: float) -> Response:
        """Return the exact history of stress and energy along a path."""
        times = check_times(times)
        check_duration(duration_s)
        stretch = path.stretch(times)
        stress = elastic_stress(stretch, self.shear_modulus, self.volumetric_modulus)
        finite = np.isfinite(stress).all(axis=1)
        good = times.size if finite.all() else int(finite.argmin())
        stress[good:] = np.nan
        return Response(
            times=times,
            stress=stress,
            stored_energy=np.where(
                np.arange(times.size) < good,
                elastic_energy(stretch, self.shear_modulus, self.volumetric_modulus),
                np.nan,
            ),
            dissipation=np.where(np.arange(times.size) < good, 0.0, np.nan),
            outcome=Outcome.CONVERGED if good == times.size else Outcome.NOT_FINITE,
            last_good_time=float(times[good - 1]) if good else 0.0,
        )
