"""One data set: a unit cell, the strain paths it is driven along, and how its jobs are cut."""

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import Field

from hammerscale.config.axes.microstructures import Microstructure, Realisation, microstructure_conflicts, realisations
from hammerscale.config.axes.parameter_conflicts import LONGEST_S, name_conflicts, path_conflicts, region_conflicts
from hammerscale.config.axes.parameter_keys import changed_block
from hammerscale.config.axes.parameters import (
    DURATION,
    MATERIAL,
    Interval,
    ParameterAxis,
    Sampling,
    samples,
    sampling_conflicts,
)
from hammerscale.config.axes.sample_space import MOST_VARIANTS, Variant, sample_space, variant_count
from hammerscale.config.choices import PathBlock, UnitCellSettings
from hammerscale.config.machinery.section import Conflict, FileName, Integer, Number, Section, Slug
from hammerscale.config.machinery.spelling import suggest

PathCost = Annotated[Number, Field(gt=0.0, le=1e7)]
# The keys that make a sample space of a data set.
AXES = ("microstructures", "parameters", "sampling", "held_out")


class Shards(Section):
    """How simulations are packed into jobs."""

    target_minutes: Number = Field(default=30.0, gt=0.0, le=10_080.0, description="wall time aimed at per job [min]")
    max_shards: Integer = Field(
        default=1000,
        ge=1,
        le=1000,
        description="largest number of jobs; every plan leaves a quarter of what is free, so a campaign can grow",
    )
    seconds_per_path: dict[Slug, PathCost] | None = Field(
        default=None,
        description="expected CPU time of a simulation by block label, `default` for the others; only plans depend on "
        "it. By default it is estimated from unit cell and path, within a factor of about three; "
        "`hammerscale check --measure` measures it and writes a config to lay over [s]",
    )
    scratch: FileName | None = Field(
        default=None,
        description="node-local folder for unfinished work, as in $TMPDIR/hammerscale (~ and variables are looked up "
        "on the node when a shard runs); a lost node then loses its part of an unfinished shard",
    )

    def conflicts(self) -> Iterator[Conflict]:
        """Require the entry that other blocks fall back to."""
        if self.seconds_per_path is not None and "default" not in self.seconds_per_path:
            meant = [label for label in self.seconds_per_path if suggest(label, ["default"])]
            path = ("seconds_per_path", *meant[:1])
            yield Conflict(path, "the entry `default` is missing", "default" if meant else "")


class Dataset(Section):
    """Simulations of one unit cell along many strain paths, gathered into one file."""

    rev: UnitCellSettings = Field(description="the unit cell")
    duration_s: Number = Field(gt=0.0, le=LONGEST_S, description="physical length of a path [s]")
    output_times: Integer = Field(
        default=201, ge=2, le=10_001, description="equally spaced output times, 0 and the end included"
    )
    paths: tuple[PathBlock, ...] = Field(min_length=1, description="the strain paths: a list of blocks")
    microstructures: Annotated[tuple[Microstructure, ...], Field(min_length=1)] | None = Field(
        default=None, description="microstructures in place of the one of `rev`; every path is simulated with each"
    )
    parameters: Annotated[dict[str, ParameterAxis], Field(min_length=1)] | None = Field(
        default=None,
        description="parameters by the dotted name of a numeric key: `material.<key>` of the material file, "
        "`path.<key>` of the path blocks, or `duration_s`; every path is simulated with each sample",
    )
    sampling: Sampling | None = Field(
        default=None, description="how the parameters are sampled together, by default all combinations of `values`"
    )
    held_out: Annotated[tuple[dict[str, Interval], ...], Field(min_length=1)] | None = Field(
        default=None,
        description="regions of the parameters, smallest and largest value by name, whose simulations are test paths",
    )
    time_limit_s: Number = Field(
        default=3600.0,
        gt=0.0,
        le=1e7,
        description="wall time after which a simulation is given up and counts as failed [s]",
    )
    max_failed_fraction: Number = Field(
        default=0.01, ge=0.0, le=1.0, description="the campaign stops when a larger part of the simulations fails [-]"
    )
    shards: Shards = Field(default=Shards(), description="how simulations are packed into jobs")

    @property
    def simulations(self) -> int:
        """Number of simulations of all blocks, with all variants."""
        return len(self.variants) * sum(block.simulations for block in self.paths)

    @property
    def has_axes(self) -> bool:
        """Whether the data set names microstructures or parameters: its cell is not the one of `rev` alone then."""
        return bool(self.microstructures or self.parameters)

    @property
    def realisations(self) -> tuple[Realisation, ...]:
        """The microstructures that simulations are computed with."""
        return realisations(self.microstructures or ())

    @cached_property
    def variants(self) -> tuple[Variant, ...]:
        """The microstructures, each with every sample of the parameters."""
        return sample_space(self.microstructures or (), self.axes, self.how, self.held_out or ())

    @property
    def axes(self) -> dict[str, ParameterAxis]:
        """The parameters by name."""
        return self.parameters or {}

    @property
    def how(self) -> Sampling:
        """How the parameters are sampled."""
        return self.sampling or Sampling()

    def at(self, variant: Variant, campaign_seed: int) -> Self:
        """Return the data set of one variant alone: without axes, with the cell, the paths and the length it has."""
        changes: dict[str, Any] = {
            "rev": variant.realisation.cell(self.rev, campaign_seed),
            "paths": tuple(changed_block(block, dict(variant.parameters)) for block in self.paths),
            "duration_s": variant.parameters.get(DURATION, self.duration_s),
        }
        kept = {name: getattr(self, name) for name in self.model_fields_set.difference(AXES)}
        # Not a copy, which would keep the variants, too.
        return type(self).model_construct(**{**kept, **changes})

    @property
    def varied(self) -> tuple[str, ...]:
        """What differs among training simulations of equal strain paths: `microstructure`, `parameters`."""
        training = [one for one in self.variants if any(one.split(block.split) == "train" for block in self.paths)]
        material = {tuple(item for item in one.parameters.items() if item[0].startswith(MATERIAL)) for one in training}
        counts = {"microstructure": len({one.row for one in training}), "parameters": len(material)}
        return tuple(what for what, count in counts.items() if count > 1)

    @property
    def lengths_s(self) -> tuple[float, ...]:
        """The different physical lengths of its paths [s], ascending."""
        return tuple(sorted({one.parameters.get(DURATION, self.duration_s) for one in self.variants}))

    def cost(self, label: str) -> float:
        """Return the expected CPU time of one simulation of block `label` [s]: as given, or estimated."""
        given = self.shards.seconds_per_path
        if given is not None:
            return given.get(label, given["default"])
        return self.rev.path_s(next(block for block in self.paths if block.label == label))

    def conflicts(self) -> Iterator[Conflict]:
        """Refuse two blocks of one label, costs of blocks that do not exist, and axes that do not fit."""
        seen: dict[str, None] = {}  # a set in the order of the file
        for i, block in enumerate(self.paths):
            if block.label in seen:
                where = ("paths", i, "name") if block.name else ("paths", i)
                yield Conflict(
                    where, f"is the second block with the label '{block.label}': give it a `name` of its own"
                )
            seen[block.label] = None
        for label in self.shards.seconds_per_path or ():
            if label != "default" and label not in seen:
                message = f"is no block of this data set; its blocks are {', '.join(seen)}"
                yield Conflict(("shards", "seconds_per_path", label), message, suggest(label, seen))
        yield from self._axis_conflicts()

    def _axis_conflicts(self) -> Iterator[Conflict]:
        """Refuse axes that do not fit the unit cell, the paths or each other."""
        yield from _below("microstructures", microstructure_conflicts(self.rev, self.microstructures or ()))
        faults = list(_below("parameters", name_conflicts(self.axes, self.paths)))
        if self.sampling:
            faults += _below("sampling", sampling_conflicts(self.axes, self.sampling))
        elif needing := [name for name, axis in self.axes.items() if axis.range]:
            faults.append(Conflict(("parameters", needing[0], "range"), "needs `sampling` with a `count`"))
        count = 0 if faults else variant_count(self.microstructures or (), self.axes, self.how)
        if count > MOST_VARIANTS:
            message = f"make {count} variants of microstructure and parameters, and at most {MOST_VARIANTS} are allowed"
            faults.append(Conflict(("parameters",) if self.parameters else ("microstructures",), message))
        yield from faults
        if not faults:
            points = samples(self.axes, self.how)
            yield from _below("parameters", path_conflicts(points, self.paths))
            yield from _below("held_out", region_conflicts(self.held_out or (), self.axes, points))


def _below(key: str, found: Iterator[Conflict]) -> Iterator[Conflict]:
    """Yield conflicts with a key in front of their paths."""
    return (Conflict((key, *path), message, guess) for path, message, guess in found)
