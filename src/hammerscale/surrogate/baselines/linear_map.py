"""The linear baseline: least squares between the principal components of strain and stress.

Where parameters of the material vary, the map between the components is itself an affine function of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, ClassVar, Self

import numpy as np
from annotated_types import Ge, Le

from hammerscale.arrays import FloatArray
from hammerscale.keys import FromData, Meaning, Modes, Number
from hammerscale.kinds import SurrogateKind
from hammerscale.provenance import Provenance
from hammerscale.surrogate.model_checks import reduction_size, require_shapes
from hammerscale.surrogate.model_folder import ModelFile, known_duration, write_model
from hammerscale.surrogate.parameter_inputs import ParameterInputs, fit_inputs, load_inputs
from hammerscale.surrogate.pca_net.pca import Reduction, fit_reduction, load_reduction
from hammerscale.surrogate.signature import Signature
from hammerscale.surrogate.socket import NO_REPORT, Histories, Split
from hammerscale.surrogate.training_request import Order

KIND = "linear"


@dataclass(frozen=True)
class FittedLinear:
    """The fitted baseline.

    Attributes
    ----------
    strain, stress : reductions of both sides
    matrix : map of coefficients (a, b), or of `columns` (a + p + a p, b) under p parameters
    signature : what goes in and comes out
    duration_s : physical length of the paths [s], None where unknown
    inputs : parameters of the material that it takes
    """

    strain: Reduction
    stress: Reduction
    matrix: FloatArray
    signature: Signature
    duration_s: float | None
    inputs: ParameterInputs = field(default_factory=ParameterInputs)

    def predict(self, times: FloatArray, stretch: FloatArray, parameters: FloatArray | None = None) -> FloatArray:
        """Return the stress (n, t, c) [Pa]; `parameters` (n, p) are those of `inputs`."""
        scaled = self.inputs.scaled(parameters, len(stretch))
        return self.stress.lift(columns(self.strain.project(times, stretch), scaled) @ self.matrix, times)

    def export(self, folder: Path, provenance: Provenance, report: Mapping[str, object] = NO_REPORT) -> None:
        """Write bases and matrix."""
        arrays = {**self.strain.arrays("strain"), **self.stress.arrays("stress"), "matrix": self.matrix}
        document = {"duration_s": self.duration_s, "parameters": self.inputs.document()}
        write_model(folder, provenance, ModelFile(KIND, document, arrays, signature=self.signature), report)


def load_linear(model: ModelFile) -> FittedLinear:
    """Return the baseline that was exported."""
    arrays = dict(model.arrays)
    matrix = arrays["matrix"].astype(np.float64)
    strain, stress = (load_reduction(arrays, side) for side in ("strain", "stress"))
    return FittedLinear(strain, stress, matrix, model.signature, known_duration(model), load_inputs(model.document))


def columns(strain: FloatArray, scaled: FloatArray) -> FloatArray:
    """Return strain coefficients (n, a), scaled parameters (n, p) and their products (n, a p) in one matrix."""
    products = strain[:, :, None] * scaled[:, None]
    return np.concatenate([strain, scaled, products.reshape(len(strain), -1)], axis=1)


@dataclass(frozen=True, kw_only=True)
class Linear(SurrogateKind):
    """Least squares between the principal components of strain and stress."""

    takes_parameters: ClassVar[bool] = True

    modes: Annotated[Modes, Meaning("modes per component, fewer where the data do not hold as many")] = 32
    ridge: Annotated[
        Number, Ge(0.0), Le(1.0), Meaning("penalty, relative to the largest squared singular value [-]")
    ] = 1e-8
    duration_s: Annotated[float | None, FromData("physical length of the paths [s], None where unknown")] = None

    def make(self, order: Order, checkpoints: Path, duration_s: float | None) -> Self:
        """Return the baseline for paths of one length."""
        return replace(self, duration_s=duration_s)

    @staticmethod
    def check(model: ModelFile) -> None:
        """Refuse a model whose numbers or shapes the kernels could not take."""
        inputs, outputs = (reduction_size(model.arrays, side) for side in ("strain", "stress"))
        parameters = len(load_inputs(model.document).names)
        columns_of_matrix = inputs + parameters + inputs * parameters
        require_shapes(model.arrays, {"matrix": "p q"}, {"p": columns_of_matrix, "q": outputs})

    @staticmethod
    def load(model: ModelFile) -> FittedLinear:
        """Return the baseline that was exported."""
        return load_linear(model)

    def fit(self, data: Histories, split: Split, seed: int) -> FittedLinear:
        """Return the least-squares map; means are subtracted, so that it is affine in strain and parameters."""
        training = data.select(split.train)
        modes = min(self.modes, split.train.size, data.times.size)
        strain = fit_reduction(data.times, training.stretch, modes, subtract_mean=True, quadrature=True)
        stress = fit_reduction(data.times, training.stress, modes, subtract_mean=True, quadrature=True)
        coefficients = strain.project(data.times, training.stretch)
        inputs = fit_inputs(training)
        wide = columns(coefficients, inputs.scaled(inputs.of(training), len(coefficients)))
        sizes = np.ones(wide.shape[1])
        # The penalty treats all columns alike, so a parameter alone gets the size of a strain coefficient.
        sizes[strain.count : strain.count + len(inputs.names)] = np.sqrt((coefficients**2).mean()) or 1.0
        left, singular, right = np.linalg.svd(wide * sizes, full_matrices=False)
        # One path, or equal ones, have no inputs besides their mean.
        scale = singular**2 + self.ridge * singular[0] ** 2
        damped = np.divide(singular, scale, out=np.zeros_like(singular), where=scale > 0.0)
        matrix = sizes[:, None] * (right.T @ (damped[:, None] * (left.T @ stress.project(data.times, training.stress))))
        return FittedLinear(strain, stress, matrix, data.signature, self.duration_s, inputs)
