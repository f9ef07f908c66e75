"""Laws loaded from the folder of an exported surrogate, without the code that trained it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np

from hammerscale.arrays import FloatArray, Outcome, StatusArray
from hammerscale.errors import InputError
from hammerscale.laws.embedded_crystals_law import EmbeddedCrystalsCell, EmbeddedCrystalsLaw
from hammerscale.laws.law import Law, checked_step
from hammerscale.laws.pca_net_law import PcaNetLaw
from hammerscale.laws.sequence import SequenceLaw
from hammerscale.registry import SURROGATES, named
from hammerscale.surrogate.baselines.pressure import load_pressure
from hammerscale.surrogate.embedded.embedded_crystals import load_crystals
from hammerscale.surrogate.features import TensorFeatures
from hammerscale.surrogate.gru.gru_model import FittedGru, load_gru
from hammerscale.surrogate.model_checks import require_whole
from hammerscale.surrogate.model_folder import ModelFile, read_model
from hammerscale.surrogate.parameter_inputs import load_inputs
from hammerscale.surrogate.pca_net.pca_net_model import load_pca_net
from hammerscale.surrogate.rno.rno_model import FittedOperator, load_operator
from hammerscale.surrogate.signature import STRETCH_TO_CAUCHY

NO_PARAMETERS: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True)
class PressureLaw:
    """The pressure-only baseline as a law: σ = κ (det F - 1) I.

    Attributes
    ----------
    bulk_modulus : κ [Pa]
    density : ρ [kg/m³]
    """

    bulk_modulus: float
    density: float

    def initial_state(self, n: int) -> FloatArray:
        """Return empty states (n, 0): the law remembers nothing."""
        return np.empty((n, 0))

    @checked_step
    def advance(
        self,
        state_old: FloatArray,
        gradient_old: FloatArray,
        gradient_new: FloatArray,
        duration_s: float,
        state_new: FloatArray,
    ) -> tuple[FloatArray, StatusArray]:
        """Return the pressure at `gradient_new` (see `Law.advance`)."""
        volume = np.linalg.det(gradient_new)
        cauchy = (self.bulk_modulus * (volume - 1.0))[:, None, None] * np.eye(3)
        return cauchy, np.where(volume > 0.0, Outcome.CONVERGED, Outcome.NOT_FINITE).astype(np.int32)

    def sound_speed(self, state: FloatArray) -> FloatArray:
        """Return √(κ/ρ) (n,) [m/s]."""
        return np.full(len(state), np.sqrt(self.bulk_modulus / self.density))

    def outputs(self, state: FloatArray) -> dict[str, FloatArray]:
        """Return no fields: there is no state."""
        return {}


def pressure_law(model: ModelFile, density: float, parameters: FloatArray) -> Law:
    """Return the law of the pressure alone."""
    return PressureLaw(load_pressure(model).bulk_modulus, density)


def operator_law(model: ModelFile, density: float, parameters: FloatArray) -> Law:
    """Return the law of a recurrent operator."""
    return _sequence_law(load_operator(model), model.kind, density)


def gru_law(model: ModelFile, density: float, parameters: FloatArray) -> Law:
    """Return the law of a gated unit for the material with parameters (p,)."""
    return _sequence_law(load_gru(model).at(parameters), model.kind, density)


def _sequence_law(surrogate: FittedOperator | FittedGru, kind: str, density: float) -> Law:
    """Return the law of an operator or a gated unit that was trained on stretch and stress of known duration."""
    if not isinstance(surrogate.frame, TensorFeatures):
        raise InputError(
            f"this {kind} learned components as they are, since its material was not known to be volumetric-isochoric",
            "a law needs the pressure of a volume and the deviator of an isochoric stretch",
            "train on a data set of such a material",
        )
    return SequenceLaw(surrogate, surrogate.frame, _known_duration(surrogate.duration_s, kind), density)


def pca_net_law(model: ModelFile, density: float, parameters: FloatArray) -> Law:
    """Return the law of a published network that was trained on six components of paths of known duration."""
    surrogate = load_pca_net(model)
    return PcaNetLaw(surrogate, _known_duration(surrogate.duration_s, model.kind), density)


def crystals_law(model: ModelFile, density: float, parameters: FloatArray) -> Law:
    """Return the law of embedded crystals: a small Taylor polycrystal at every point."""
    return EmbeddedCrystalsLaw(EmbeddedCrystalsCell(load_crystals(model), density))


def _require_lawful(model: ModelFile) -> None:
    """Refuse a model of other measures or components than a solver gives and takes."""
    if not model.signature.is_lawful:
        raise InputError(
            f"this {model.kind} maps {model.signature}",
            f"a law maps {STRETCH_TO_CAUCHY}",
            "train on a data set that holds these; an import names its measures by --strain-kind and --stress-kind",
        )


def _known_duration(duration_s: float | None, kind: str) -> float:
    if duration_s is None:
        raise InputError(
            f"this {kind} does not know the physical length of its paths",
            "without it a rate of the solver is not a rate of the data",
            "train on a data set with the parameter duration_s, with this version",
        )
    return duration_s


def load_exported(folder: str | Path, density: float, parameters: Mapping[str, float] = NO_PARAMETERS) -> Law:
    """Return the law of an exported surrogate.

    Parameters
    ----------
    folder : the exported surrogate
    density : ρ [kg/m³], the solver's to choose
    parameters : values of the parameters that the surrogate takes, by their names and in their units there
    """
    model = read_model(Path(folder))
    laws = [kind for kind, surrogate in SURROGATES.items() if surrogate.law]
    if model.kind not in laws:
        raise InputError(
            f"{folder} holds a surrogate of kind {model.kind!r}, which is no law",
            "a law answers step by step; this surrogate answers for whole paths, or a newer version wrote it",
            f"kinds that are laws: {', '.join(laws)}",
        )
    _require_lawful(model)
    try:
        require_whole(model)
        known = load_inputs(model.document).row(parameters)
        law: Law = named(SURROGATES[model.kind].law)(model, density, known)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{folder} holds no whole surrogate of kind {model.kind!r} ({type(error).__name__}: {error})",
            "numbers or weights are missing, or another version wrote them",
            "export the model again",
        ) from error
    return law
