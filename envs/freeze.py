"""Write envs/constraints.txt from what is installed: the versions that were tried together."""

from importlib.metadata import distributions
from pathlib import Path

HEADER = """\
# Versions that were tried together, written by `make constraints` after a deliberate upgrade. torch is installed first,
# by plain pip, so that its build for processors is taken where there is one.
"""
# The tools that install, and the project itself.
LEFT_OUT = {"pip", "setuptools", "wheel", "hammerscale"}


def main() -> None:
    """Write the file."""
    # A local label such as +cpu names a build, which a constraint must not ask for.
    names = {d.name.lower().replace("_", "-"): d.version.partition("+")[0] for d in distributions()}
    pins = {name: version for name, version in names.items() if name not in LEFT_OUT}
    lines = [f"{name}=={version}" for name, version in sorted(pins.items())]
    Path(__file__).with_name("constraints.txt").write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
