"""Keeps the tables of a campaign that was run for real: copies that say what made them, and a page that shows them.

python -m tools.result_page results/NAME docs/results "COMMAND"
"""

import csv
import shutil
import sys
from pathlib import Path

from hammerscale.errors import InputError
from hammerscale.store.atomic import write_text
from hammerscale.store.netcdf import read_netcdf
from hammerscale.store.sealed_json import read_sealed_json
from hammerscale.study.tables.table import Row, as_csv, as_markdown, read_made

MARK = "# "
DATASETS = "datasets.csv"
DATASET_COLUMNS = ("dataset", "paths", "cpu_s")


def keep_results(campaign: Path, kept: Path, command: str) -> None:
    """Copy tables and learning curves of a finished campaign into `kept`/NAME and write the page `kept`/NAME.md.

    What its data sets cost, which no table of a campaign says, becomes one more table.

    Parameters
    ----------
    campaign : folder of the campaign's results
    kept : folder of the pages of results
    command : what was called to make them
    """
    tables = sorted((campaign / "tables").glob("*.csv"))
    if not tables or not (campaign / "provenance.json").is_file():
        raise InputError(f"{campaign} holds no finished campaign", "a page shows tables with what made them", "run it")
    made_by = read_sealed_json(campaign / "provenance.json")
    head = {
        "command": command,
        "commit": str(made_by["git_commit"]) + (" with changes" if made_by["git_dirty"] == "true" else ""),
        "machine": made_by["host_class"],
        "date": made_by["date_created"],
    }
    lines = "".join(f"{MARK}{key}: {value}\n" for key, value in head.items())
    folder = kept / campaign.name
    for table in tables:
        # Refuses a table that was damaged since.
        read_made(table)
        write_text(folder / table.name, lines + table.read_text(encoding="utf-8"))
    if rows := dataset_rows(campaign):
        write_text(folder / DATASETS, lines + as_csv(DATASET_COLUMNS, rows))
    for figure in sorted((campaign / "figures").glob("learning_curves_*.png")):
        shutil.copyfile(figure, folder / figure.name)
    write_text(kept / f"{campaign.name}.md", page(folder))


def dataset_rows(campaign: Path) -> list[Row]:
    """Return the number of simulations and the CPU time [s] of every data set of a campaign."""
    files = sorted((campaign / "data").glob("*/dataset.nc"))
    costs = {file.parent.name: read_netcdf(file, names=["cost"]).variables["cost"].data for file in files}
    return [{"dataset": name, "paths": cost.size, "cpu_s": float(cost.sum())} for name, cost in costs.items()]


def read_kept(table: Path) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Return what a kept table says about its making, and its rows."""
    lines = table.read_text(encoding="utf-8").splitlines()
    count = sum(line.startswith(MARK) for line in lines)
    head = dict(line.removeprefix(MARK).split(": ", 1) for line in lines[:count])
    return head, list(csv.DictReader(lines[count:]))


def page(folder: Path) -> str:
    """Return the page of a folder of kept tables and figures."""
    parts = [f"# Results of {folder.name}\n"]
    tables = {table: read_kept(table) for table in sorted(folder.glob("*.csv"))}
    heads = {tuple(head.items()) for head, _ in tables.values()}
    parts += ["\n".join(f"- {key}: `{value}`" for key, value in head) + "\n" for head in sorted(heads)]
    for table, (_, rows) in tables.items():
        shown = [{key: _number(value) for key, value in row.items()} for row in rows]
        parts.append(
            f"## {table.stem}\n\n[{table.name}]({folder.name}/{table.name})\n\n{as_markdown(list(rows[0]), shown)}"
        )
    images = [f"![{figure.stem}]({folder.name}/{figure.name})" for figure in sorted(folder.glob("*.png"))]
    if images:
        parts.append("## Figures\n\n" + "\n\n".join(images) + "\n")
    return "\n".join(parts)


def _number(value: str) -> object:
    """Return a cell as a number where it is one; an empty cell is none."""
    if not value:
        return None
    try:
        return int(value) if value.isdecimal() else float(value)
    except ValueError:
        return value


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    keep_results(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
