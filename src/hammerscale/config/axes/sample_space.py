"""The sample space of a data set: its microstructures × the samples of its parameters, each pair a variant."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from hammerscale.config.axes.microstructures import Microstructure, Realisation, realisations
from hammerscale.config.axes.parameter_conflicts import holds
from hammerscale.config.axes.parameters import Interval, ParameterAxis, Sample, Sampling, sample_count, samples

# The larger, the more a simulation is held back.
SPLITS = ("train", "validation", "test")
MOST_VARIANTS = 10_000


@dataclass(frozen=True)
class Variant:
    """One microstructure with one sample of the parameters: every path is simulated with it.

    Attributes
    ----------
    realisation : the microstructure
    row : its row in the table of microstructures
    parameters : values of the parameters by name, in the units of their keys
    held_out : whether the sample lies in a region that is held out
    """

    realisation: Realisation = field(default_factory=Realisation)
    row: int = 0
    parameters: Mapping[str, float] = field(default_factory=dict)
    held_out: bool = False

    @cached_property
    def key(self) -> str:
        """The name of the variant in the ledger: the canonical text of what it changes, "" for nothing."""
        content: dict[str, Any] = {}
        if self.realisation.content:
            content["microstructure"] = self.realisation.content
        if self.parameters:
            content["parameters"] = dict(self.parameters)
        return json.dumps(content, sort_keys=True, separators=(",", ":")) if content else ""

    def split(self, block_split: str) -> str:
        """Return what its simulations of a block are for: whoever holds them back furthest decides."""
        own = "test" if self.held_out else self.realisation.split or block_split
        return max(own, block_split, key=SPLITS.index)


def variant_count(
    microstructures: Sequence[Microstructure], axes: Mapping[str, ParameterAxis], sampling: Sampling
) -> int:
    """Return the number of variants, those that coincide included, without making them."""
    return max(1, sum(entry.count for entry in microstructures)) * sample_count(axes, sampling)


def sample_space(
    microstructures: Sequence[Microstructure],
    axes: Mapping[str, ParameterAxis],
    sampling: Sampling,
    held_out: Sequence[Mapping[str, Interval]],
) -> tuple[Variant, ...]:
    """Return the variants, microstructure after microstructure; samples that coincide make one."""
    points: list[Sample] = samples(axes, sampling)
    known: dict[str, Variant] = {}
    for row, realisation in enumerate(realisations(microstructures)):
        for sample in points:
            variant = Variant(realisation, row, sample, any(holds(region, sample) for region in held_out))
            known.setdefault(variant.key, variant)
    return tuple(known.values())
