"""Writes what follows from the models: default config, JSON schema and key reference. `--check` only compares."""

import difflib
import json
import sys
from pathlib import Path

from hammerscale.config import reference
from hammerscale.config.campaign_settings import Settings
from hammerscale.config.default import DEFAULT
from hammerscale.config.machinery import default_file

ROOT = Path(__file__).parents[3]


def generated() -> dict[str, str]:
    """Return the generated texts by their file name in the repository."""
    return {
        "config/config.yaml": default_file.render(DEFAULT, Settings),
        "config/README.md": reference.render_reference(),
        "workflow/schemas/config.schema.json": schema(),
    }


def schema() -> str:
    """Return the JSON schema of a config file, for editors."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(head | Settings.model_json_schema(), indent=2, ensure_ascii=False) + "\n"


def differences(root: Path) -> str:
    """Return a diff of the files under `root` against what the models say now; empty if they agree."""
    parts: list[str] = []
    for name, text in generated().items():
        file = root / name
        old = file.read_text(encoding="utf-8") if file.exists() else ""
        parts += difflib.unified_diff(old.splitlines(True), text.splitlines(True), name, f"{name} (from the models)")
    return "".join(parts)


def write_generated(arguments: list[str]) -> int:
    """Write the files, or with `--check` print how they differ and return 1 if they do."""
    if arguments == ["--check"]:
        diff = differences(ROOT)
        sys.stdout.write(diff)
        return 1 if diff else 0
    for name, text in generated().items():
        file = ROOT / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(write_generated(sys.argv[1:]))
