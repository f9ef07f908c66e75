"""One data set: a unit cell, the strain paths it is driven along, and how its jobs are cut."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from hammerscale.config.path_cost import estimated_cost
from hammerscale.config.paths import PathBlock
from hammerscale.config.section import Conflict, FileName, Integer, Number, Section, Slug
from hammerscale.config.spelling import suggest
from hammerscale.config.unit_cells import UnitCellSettings

PathCost = Annotated[Number, Field(gt=0.0, le=1e7)]


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
        description="expected CPU time of a simulation by block label, `default` for the others, by default estimated "
        "from unit cell and path, right within a factor of about three; only plans depend on it; "
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
    duration_s: Number = Field(gt=0.0, le=1e9, description="physical length of a path [s]")
    output_times: Integer = Field(
        default=201, ge=2, le=10_001, description="equally spaced output times, 0 and the end included"
    )
    paths: tuple[PathBlock, ...] = Field(min_length=1, description="the strain paths: a list of blocks")
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
        """Number of simulations of all blocks."""
        return sum(block.simulations for block in self.paths)

    @property
    def varied(self) -> tuple[str, ...]:
        """What differs among training simulations of equal strain paths: `microstructure`, `parameters`."""
        return ()

    def cost(self, label: str) -> float:
        """Return the expected CPU time of one simulation of block `label` [s]: as given, or estimated."""
        given = self.shards.seconds_per_path
        if given is not None:
            return given.get(label, given["default"])
        return estimated_cost(self.rev, next(block for block in self.paths if block.label == label))

    def conflicts(self) -> Iterator[Conflict]:
        """Refuse two blocks of one label and costs of blocks that do not exist."""
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
