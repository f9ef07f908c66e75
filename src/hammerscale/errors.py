"""The errors a user can meet: each states what happened, why it matters and what to do, and has a fixed exit code."""


class HammerscaleError(Exception):
    """Base of every known error; the command line prints it without a traceback.

    Parameters
    ----------
    what : what happened, naming the key, file or simulation
    why : why it matters; may be empty where `what` includes it
    remedy : what the user can do about it
    """

    exit_code = 1

    def __init__(self, what: str, why: str = "", remedy: str = "") -> None:
        super().__init__(what, why, remedy)
        self.what = what
        self.why = why
        self.remedy = remedy

    def __str__(self) -> str:
        return "\n".join(part for part in (self.what, self.why, self.remedy) if part)


class ConfigError(HammerscaleError):
    """A config file or an override is wrong: nothing was started."""

    exit_code = 2


class InputError(HammerscaleError):
    """An input other than the config is wrong: a case, a material, a texture, a path, a data set."""

    exit_code = 3


class StoreError(HammerscaleError):
    """A file could not be written, or one on disk is damaged or belongs to another campaign."""

    exit_code = 4


class CampaignError(HammerscaleError):
    """Simulations ended, but too many failed or some are missing."""

    exit_code = 5


class SetupError(HammerscaleError):
    """The machine is not as asked for: number of MPI ranks, a missing program, a running controller."""

    exit_code = 6


class ImpactError(HammerscaleError):
    """An impact simulation broke down: an inverted element, an exploding step, a law that failed."""

    exit_code = 7
