"""Tables as files: CSV for programs, Markdown for readers, HTML for the report."""

import hashlib
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from hammerscale.errors import InputError
from hammerscale.inputs import read_input
from hammerscale.store.atomic import write_text
from hammerscale.store.seal import damaged

Row = Mapping[str, object]
SIGNIFICANT = 4
STYLE = (
    "body{font:14px sans-serif;margin:1em}table{border-collapse:collapse}"
    "th,td{padding:.2em .7em;border-bottom:1px solid #ddd;text-align:left}"
)
# Lines of a table of reference data that say where it comes from.
COMMENT = "#"
FORMS = (".csv", ".md", ".html")


def require_table(file: Path) -> None:
    """Refuse the name of a table whose ending is none of `FORMS`."""
    if file.suffix not in FORMS:
        raise InputError(
            f"{file} is no name of a table", "its ending chooses the form", "end it with .csv, .md or .html"
        )


def write_table(file: Path, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Write rows in the form that the ending of the file names, .csv, .md or .html; a row may lack columns."""
    require_table(file)
    text = {".csv": as_csv, ".md": as_markdown, ".html": as_html}[file.suffix](columns, rows)
    if file.suffix == ".csv":
        # A line of its own in the table would disturb other programs. First, so that no table lacks it.
        write_text(_checksum_file(file), f"{_sha256(text.encode())}  {file.name}\n")
    write_text(file, text)


def as_csv(columns: Sequence[str], rows: Sequence[Row]) -> str:
    """Return rows as comma-separated values."""
    return str(_cells(columns, rows).to_csv(index=False, lineterminator="\n"))


def as_markdown(columns: Sequence[str], rows: Sequence[Row]) -> str:
    """Return rows as a table in Markdown, numbers to the right."""
    rule = ["--:" if right else "---" for right in _numeric(columns, rows)]
    # Not `DataFrame.to_markdown`, which pads cells: one longer number would change every line of a kept page.
    return "".join(_line(cells) for cells in (columns, rule, *_cells(columns, rows).to_numpy().tolist()))


def as_html(columns: Sequence[str], rows: Sequence[Row]) -> str:
    """Return rows as a page of its own with one table, numbers to the right."""
    right = [f"tr>:nth-child({number})" for number, one in enumerate(_numeric(columns, rows), start=1) if one]
    style = STYLE + (f"{','.join(right)}{{text-align:right}}" if right else "")
    head = f'<!doctype html><meta charset="utf-8"><title>table</title><style>{style}</style>\n'
    with pd.option_context("display.max_colwidth", None):
        return f"{head}{_cells(columns, rows).to_html(index=False, border=0)}\n"


def read_table(file: Path) -> list[dict[str, str]]:
    """Return the rows of a file with comma-separated values as text; empty cells are left out of their row."""
    return _rows(_frame(file, _content(file)))


def read_made(file: Path) -> list[dict[str, str]]:
    """Return the rows of a table that `write_table` wrote; one with any other byte in it is a `DamagedFileError`."""
    return _rows(_frame(file, _made_content(file)))


def read_numbers(file: Path, columns: Sequence[str]) -> pd.DataFrame:
    """Return a table that `write_table` wrote with numbers as floats and empty cells as NaN.

    A table that lacks any of the `columns` is refused.
    """
    frame = _frame(file, _made_content(file)).replace("", None)
    if missing := [name for name in columns if name not in frame]:
        raise InputError(
            f"{file} has no column {', '.join(missing)}",
            "it holds the numbers of another figure, or another version wrote it",
            "name the table that the verb `measure-…` of this figure wrote",
        )
    for name in frame:
        numbers = pd.to_numeric(frame[name], errors="coerce")
        if not (numbers.isna() & frame[name].notna()).any():
            frame[name] = numbers
    return frame


def _content(file: Path) -> bytes:
    try:
        return read_input(file)
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror}") from error


def _made_content(file: Path) -> bytes:
    content, checksum = _content(file), _checksum_file(file)
    if not checksum.exists() or _content(checksum) != f"{_sha256(content)}  {file.name}\n".encode():
        raise damaged(file, f"its bytes are not those whose checksum stands in {checksum.name}")
    return content


def _frame(file: Path, content: bytes) -> pd.DataFrame:
    """Return the cells of a table as text."""
    try:
        lines = content.decode().splitlines(keepends=True)
        start = next((number for number, line in enumerate(lines) if not line.startswith(COMMENT)), len(lines))
        text = io.StringIO("".join(lines[start:]), newline="")
        return pd.read_csv(text, dtype=str, keep_default_na=False, index_col=False)
    except ValueError as error:
        raise InputError(f"{file} is no CSV text: {error}", remedy="save it as CSV in UTF-8") from error


def _rows(frame: pd.DataFrame) -> list[dict[str, str]]:
    return [{key: value for key, value in row.items() if value} for row in frame.to_dict("records")]


def _checksum_file(file: Path) -> Path:
    """Return where the SHA-256 of a table stands, as `sha256sum --check` takes it."""
    return file.with_name(f"{file.name}.sha256")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _cells(columns: Sequence[str], rows: Sequence[Row]) -> pd.DataFrame:
    """Return the cells as text, numbers with few digits."""
    shown = [[_shown(row.get(column)) for column in columns] for row in rows]
    return pd.DataFrame(shown, columns=list(columns), dtype=object)


def _numeric(columns: Sequence[str], rows: Sequence[Row]) -> list[bool]:
    return [all(isinstance(row.get(name), int | float | None) for row in rows) for name in columns]


def _shown(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.{SIGNIFICANT}g}" if isinstance(value, float) else str(value)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"
