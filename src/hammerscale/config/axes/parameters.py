"""The parameters of a data set: axes over numeric keys of its material and its paths, and how they are sampled."""

import itertools
import math
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field

from hammerscale.config.machinery.section import LARGEST_SEED, Conflict, Integer, Number, Section

DURATION, MATERIAL, PATH = "duration_s", "material.", "path."
MOST_SAMPLES = 10_000

Sample = dict[str, float]
Interval = tuple[Number, Number]


class ParameterAxis(Section):
    """The values that one parameter takes, in the unit that its key has: either `values` or a `range`."""

    values: Annotated[tuple[Number, ...], Field(min_length=1)] | None = Field(
        default=None, examples=[[10.0, 20.0]], description="the values themselves"
    )
    range: Interval | None = Field(default=None, description="smallest and largest value")
    scale: Literal["linear", "log"] = Field(
        default="linear", description="how a range is covered: evenly, or evenly in its logarithm"
    )

    def conflicts(self) -> Iterator[Conflict]:
        """Require values or a range, and refuse values that stand twice and ranges that cannot be covered."""
        if (self.values is None) == (self.range is None):
            yield Conflict((), "must have either `values` or a `range`")
        if self.values and len(set(self.values)) < len(self.values):
            yield Conflict(("values",), "must not hold a number twice: its simulations would be the same")
        if self.range and not self.range[0] < self.range[1]:
            yield Conflict(("range",), "must rise: the smallest value, then the largest")
        if self.scale == "log" and not (self.range and self.range[0] > 0.0):
            yield Conflict(("scale",), "log needs a range above zero")

    def at(self, fraction: float) -> float:
        """Return the value at a fraction in [0, 1] of the axis."""
        if self.values:
            return self.values[min(int(fraction * len(self.values)), len(self.values) - 1)]
        assert self.range is not None
        low, high = self.range
        # The ends are meant to the last digit.
        if fraction in (0.0, 1.0):
            return high if fraction else low
        if self.scale == "log":
            return low * math.exp(fraction * math.log(high / low))
        return low + fraction * (high - low)


class Sampling(Section):
    """How the parameters are sampled together."""

    method: Literal["grid", "latin_hypercube", "sobol"] = Field(
        default="grid",
        description="all combinations, a Latin hypercube, or the scrambled Sobol' sequence, whose beginning a larger "
        "count keeps",
    )
    count: Annotated[Integer, Field(ge=2, le=MOST_SAMPLES)] | None = Field(
        default=None, description="number of samples; with a grid the points along each range, its ends included"
    )
    seed: Integer = Field(default=0, ge=0, le=LARGEST_SEED, description="seed of the samples")


def sampling_conflicts(axes: Mapping[str, ParameterAxis], sampling: Sampling) -> Iterator[Conflict]:
    """Yield what a sampling lacks for these axes; paths begin with a key of the sampling."""
    ranges = [name for name, axis in axes.items() if axis.range]
    if not axes:
        yield Conflict((), "needs `parameters` that it samples")
    elif sampling.count is None and sampling.method != "grid":
        yield Conflict(("method",), "needs a `count` of samples")
    elif sampling.count is None and ranges:
        yield Conflict(("method",), f"needs a `count` of points along the range of {ranges[0]}")
    elif sampling.count and sampling.method == "grid" and not ranges:
        yield Conflict(("count",), "must be left out for a grid of `values`: their number is given")


def sample_count(axes: Mapping[str, ParameterAxis], sampling: Sampling) -> int:
    """Return the number of samples, those that coincide included."""
    if sampling.method == "grid":
        return math.prod(len(axis.values or ()) or sampling.count or 0 for axis in axes.values())
    return sampling.count or 0


def samples(axes: Mapping[str, ParameterAxis], sampling: Sampling) -> list[Sample]:
    """Return the values of all parameters by name, sample by sample; without axes there is one, empty."""
    if sampling.method == "grid":
        lines = [axis.values or [axis.at(u) for u in _evenly(sampling.count)] for axis in axes.values()]
        return [dict(zip(axes, point, strict=True)) for point in itertools.product(*lines)]
    points = _unit_points(sampling, len(axes))
    return [{name: axis.at(u) for (name, axis), u in zip(axes.items(), row, strict=True)} for row in points]


def _evenly(count: int | None) -> list[float]:
    assert count is not None
    return [i / (count - 1) for i in range(count)]


def _unit_points(sampling: Sampling, dimension: int) -> list[list[float]]:
    """Return the samples in the unit cube, a row each."""
    # Half a second of import, which a grid does without.
    import numpy as np
    from scipy.stats import qmc

    count = sampling.count or 0
    rng = np.random.Generator(np.random.PCG64DXSM(sampling.seed))
    if sampling.method == "latin_hypercube":
        points = qmc.LatinHypercube(dimension, rng=rng).random(count)
    else:
        # The sequence is balanced over powers of two; its beginning is the same for every power.
        points = qmc.Sobol(dimension, rng=rng).random_base2((count - 1).bit_length())[:count]
    return points.tolist()
