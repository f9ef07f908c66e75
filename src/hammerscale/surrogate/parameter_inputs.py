"""Parameters of the material as inputs of a surrogate, and the refusal of data that vary without its notice."""

import logging
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.errors import InputError
from hammerscale.surrogate.groups import material_columns
from hammerscale.surrogate.socket import Histories

LOG = logging.getLogger(__name__)

MICROSTRUCTURE, PARAMETERS = "microstructure", "parameters"


@dataclass(frozen=True)
class ParameterInputs:
    """The p parameters that a model takes besides the strain; none by default.

    Attributes
    ----------
    names, units : of each parameter, as in the data set
    lowest, highest : range of the training, in these units
    """

    names: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    lowest: tuple[float, ...] = ()
    highest: tuple[float, ...] = ()

    def scaled(self, parameters: FloatArray | None, count: int) -> FloatArray:
        """Return the parameters (n, p) of `count` paths, which lie between -1 and 1 in the training."""
        given = np.empty((count, 0)) if parameters is None else parameters
        if given.shape != (count, len(self.names)):
            raise InputError(
                f"parameters of shape {given.shape} are given for {count} paths",
                f"the model takes {self}",
                f"give an array of shape ({count}, {len(self.names)})",
            )
        lowest, highest = np.array(self.lowest), np.array(self.highest)
        return (2.0 * given - lowest - highest) / (highest - lowest)

    def of(self, data: Histories) -> FloatArray:
        """Return the parameters (n, p) from those of the data, found by name."""
        held = dict(zip(data.parameter_names, data.parameter_units, strict=True))
        if missing := [name for name, unit in zip(self.names, self.units, strict=True) if held.get(name) != unit]:
            raise InputError(
                f"the model takes {self}; the data hold no {', '.join(missing)} in that unit",
                "its stress depends on their values",
                "evaluate it on a data set that holds them",
            )
        if data.parameters is None:
            return np.empty((len(data.stretch), 0))
        return data.parameters[:, [data.parameter_names.index(name) for name in self.names]]

    def row(self, values: Mapping[str, float]) -> FloatArray:
        """Return values by name as one array (p,); other names are refused, values outside the training are logged."""
        if set(values) != set(self.names):
            raise InputError(
                f"the surrogate takes the parameters {self}; given are {', '.join(values) or 'none'}",
                "its stress depends on their values",
                "name each of them with its value under `parameters` in a law file of kind exported",
            )
        for name, low, high in zip(self.names, self.lowest, self.highest, strict=True):
            if not low <= values[name] <= high:
                LOG.warning("%s = %g lies outside its training: %s", name, values[name], self)
        return np.array([values[name] for name in self.names])

    def document(self) -> dict[str, object]:
        """Return what `load_inputs` reads, as JSON would hold it."""
        return {name: list(values) for name, values in asdict(self).items()}

    def __str__(self) -> str:
        ranges = zip(self.names, self.units, self.lowest, self.highest, strict=True)
        return ", ".join(f"{name} from {low:g} to {high:g} {unit}" for name, unit, low, high in ranges) or "none"


@runtime_checkable
class Parametrised(Protocol):
    """A fitted surrogate that takes parameters of the material."""

    @property
    def inputs(self) -> ParameterInputs:
        """The parameters that it takes."""

    def predict(self, times: FloatArray, stretch: FloatArray, parameters: FloatArray | None = None) -> FloatArray:
        """Return the stress (n, t, c) [Pa]; `parameters` (n, p) are those of `inputs` in their order and units."""


def fit_inputs(training: Histories) -> ParameterInputs:
    """Return the parameters of the material that vary in the training histories."""
    if training.parameters is None:
        return ParameterInputs()
    lowest, highest = training.parameters.min(axis=0), training.parameters.max(axis=0)
    varying = [i for i in material_columns(training.parameter_names) if lowest[i] < highest[i]]
    return ParameterInputs(
        tuple(training.parameter_names[i] for i in varying),
        tuple(training.parameter_units[i] for i in varying),
        tuple(lowest[varying].tolist()),
        tuple(highest[varying].tolist()),
    )


def load_inputs(document: Mapping[str, object]) -> ParameterInputs:
    """Return the inputs of the document of a model, none where it names none; damage is a `ValueError` or the like."""
    values = document.get(PARAMETERS, ParameterInputs().document())
    if not isinstance(values, Mapping):
        raise TypeError("parameters is no mapping")
    names, units = (tuple(str(text) for text in values[key]) for key in ("names", "units"))
    lowest, highest = (tuple(float(str(number)) for number in values[key]) for key in ("lowest", "highest"))
    if not len(names) == len(units) == len(lowest) == len(highest):
        raise ValueError("names, units and ranges of its parameters differ in number")
    if not all(np.isfinite([low, high]).all() and low < high for low, high in zip(lowest, highest, strict=True)):
        raise ValueError("the range of one of its parameters is empty")
    return ParameterInputs(names, units, lowest, highest)


def require_visible(training: Histories, kind: str, takes_parameters: bool, averages_over: Collection[str]) -> None:
    """Refuse training histories whose stress depends on something that a surrogate of this kind is not given.

    Parameters
    ----------
    training : the histories that it learns from
    kind : kind of the surrogate
    takes_parameters : whether parameters of the material are among its inputs
    averages_over : what it is meant to learn the mean over, `MICROSTRUCTURE` or `PARAMETERS`
    """
    if training.groups is None:
        return
    counts = {
        MICROSTRUCTURE: np.unique(training.groups.microstructure).size,
        PARAMETERS: 1 if takes_parameters else np.unique(training.groups.parameters).size,
    }
    hidden = {what: count for what, count in counts.items() if count > 1 and what not in averages_over}
    if hidden:
        words = {MICROSTRUCTURE: "microstructures", PARAMETERS: "combinations of material parameters"}
        found = " and ".join(f"{count} {words[what]}" for what, count in hidden.items())
        wanted = ", ".join([*averages_over, *hidden])
        raise InputError(
            f"the training paths have {found}, which surrogate {kind} is not given",
            "it would learn the mean stress over them without notice",
            f"set `averages_over: [{wanted}]` on the surrogate if this mean is wanted; otherwise learn from a data set "
            "without this variation" + ("" if takes_parameters else ", or choose a kind that takes parameters"),
        )
