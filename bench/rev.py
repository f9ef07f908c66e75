"""Cost of one strain path: the Taylor polycrystal and the plane cell, each beside a plain version, in one run.

Run `python bench/rev.py [--quick] [--json FILE]`, pinned to one core for steady numbers (`taskset -c 0`).
"""

import argparse
import json
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Measure, print a table, and write the rows as JSON if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer paths")
    parser.add_argument("--json", type=Path, help="file to write the rows to")
    arguments = parser.parse_args()
    # The parts share the plain implementations of the tests, which live beside this folder.
    sys.path.insert(0, str(ROOT))
    from bench import rev_cell, rev_taylor

    rows = [*rev_taylor.rows(arguments.quick), *rev_cell.rows(arguments.quick)]
    machine = platform.processor() or platform.machine()
    print(f"{machine}, Python {platform.python_version()}, {datetime.now(UTC):%Y-%m-%d}")
    for row in rows:
        print(row["case"])
        for name, value in row.items():
            if name != "case":
                print(f"    {name:<34} {value:.4g}" if isinstance(value, float) else f"    {name:<34} {value}")
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
