"""Write envs/constraints.txt from what is installed: the versions that were tried together, with their hashes."""

import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

HEADER = """\
# Versions that were tried together, written by `make constraints` after a deliberate upgrade, with the SHA-256 of every
# file of them on the public index: pip refuses another file. torch is not among them: the Makefile installs it first,
# by plain pip, so that its build for processors is taken where there is one, which differs from index to index.
"""
# The tools that install and hash, torch, and the project itself.
LEFT_OUT = {"pip", "setuptools", "wheel", "uv", "torch", "hammerscale"}


def main() -> None:
    """Write the file."""
    # A local label such as +cpu names a build, which a constraint must not ask for.
    names = {d.name.lower().replace("_", "-"): d.version.partition("+")[0] for d in distributions()}
    pins = {name: version for name, version in names.items() if name not in LEFT_OUT}
    lines = [f"{name}=={version}" for name, version in sorted(pins.items())]
    hashed = with_hashes("\n".join(lines) + "\n")
    Path(__file__).with_name("constraints.txt").write_text(HEADER + hashed, encoding="utf-8")


def with_hashes(pins: str) -> str:
    """Return pins with the hashes of all files of each version, for any platform and Python, as the index has them."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--no-deps", "--generate-hashes", "--no-header"]
    command += ["--no-annotate", "-"]
    done = subprocess.run(command, input=pins, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout


if __name__ == "__main__":
    main()
