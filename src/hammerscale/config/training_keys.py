"""How the network of a surrogate is trained; Lightning's trainer gets these words as they are."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from hammerscale.config.machinery.section import DEVICES, LOGGER, STRATEGY, Integer, Number, Section
from hammerscale.keys import OWN


def _number_as_text(value: object) -> object:
    """Return a number of devices as the text that Lightning takes it for."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Devices = Annotated[
    str,
    BeforeValidator(_number_as_text),
    Field(pattern=DEVICES),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "pattern": DEVICES}]}),
]
Rate = Annotated[Number, Field(gt=0.0, le=10.0)]


class TrainingKeys(Section):
    """How a network is trained; for a key that is left out the surrogate has a value of its own."""

    epochs: Annotated[Integer, Field(ge=1, le=1_000_000)] | None = Field(
        default=None, description=f"passes over the training paths, {OWN}"
    )
    batch: Annotated[Integer, Field(ge=1, le=1_000_000)] | None = Field(
        default=None, description=f"paths per step of the optimiser, {OWN}"
    )
    learning_rate: Rate | None = Field(default=None, description=f"learning rate at the start of the cosine, {OWN} [-]")
    final_learning_rate: Rate | None = Field(default=None, description=f"learning rate at its end, {OWN} [-]")
    gradient_clip: Annotated[Number, Field(ge=0.0, le=1e9)] | None = Field(
        default=None, description=f"largest norm of a gradient, 0 for no limit, {OWN} [-]"
    )
    patience: Annotated[Integer, Field(ge=0, le=1_000_000)] | None = Field(
        default=None, description=f"epochs without a better validation error before it stops, 0 for never, {OWN}"
    )
    max_minutes: Annotated[Number, Field(ge=0.01, le=100_000.0)] | None = Field(
        default=None, description="time limit of a training, by default none [min]"
    )
    threads: Integer = Field(default=1, ge=1, le=1024, description="processor threads of a training")
    accelerator: Literal["auto", "cpu", "gpu", "cuda", "mps", "tpu"] = Field(
        default="auto", description="where it computes; with gpu or cuda a job asks the cluster for its devices"
    )
    devices: Devices = Field(default="1", description="how many devices of the accelerator, or which")
    strategy: str = Field(default="auto", pattern=STRATEGY, description="how several devices share the work")
    precision: Literal["32-true", "64-true", "16-mixed", "bf16-mixed", "16-true", "bf16-true", "transformer-engine"] = (
        Field(default="32-true", description="precision of the arithmetic")
    )
    logger: str = Field(
        default="csv",
        pattern=LOGGER,
        description="what records the loss of every step: csv, none or a Lightning logger",
    )

    @property
    def gpus(self) -> int:
        """GPUs that a job asks the cluster for: those that the config names, none where Lightning chooses."""
        if self.accelerator not in ("gpu", "cuda"):
            return 0
        named = self.devices.strip(",").split(",")
        # "2" means two of them, "2," and "0,2" are numbers of devices; what "auto" and "-1" find, the job has.
        counted = len(named) == 1 and not self.devices.endswith(",")
        return int(self.devices) if counted and self.devices.isdecimal() else len(named)
