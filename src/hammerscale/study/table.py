"""Tables as files: CSV for programs, Markdown for readers, HTML for the report."""

import csv
import html
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from hammerscale.errors import InputError
from hammerscale.inputs import read_input
from hammerscale.store.atomic import write_text

Row = Mapping[str, object]
SIGNIFICANT = 4
STYLE = (
    "body{font:14px sans-serif;margin:1em}table{border-collapse:collapse}"
    "th,td{padding:.2em .7em;border-bottom:1px solid #ddd;text-align:left}.number{text-align:right}"
)


def write_table(file: Path, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Write rows in the form that the ending of the file names, .csv, .md or .html; a row may lack columns."""
    forms = {".csv": as_csv, ".md": as_markdown, ".html": as_html}
    if file.suffix not in forms:
        raise InputError(
            f"{file} is no name of a table",
            "its ending chooses the form",
            "end it with .csv, .md or .html",
        )
    write_text(file, forms[file.suffix](columns, rows))


def as_csv(columns: Sequence[str], rows: Sequence[Row]) -> str:
    """Return rows as comma-separated values."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_shown(row.get(column)) for column in columns] for row in rows)
    return text.getvalue()


def as_markdown(columns: Sequence[str], rows: Sequence[Row]) -> str:
    """Return rows as a table in Markdown, numbers to the right."""
    lines = [_line(columns), _line(["--:" if right else "---" for right in _numeric(columns, rows)])]
    lines += [_line([_shown(row.get(column)) for column in columns]) for row in rows]
    return "\n".join(lines) + "\n"


def as_html(columns: Sequence[str], rows: Sequence[Row]) -> str:
    """Return rows as a page of its own with one table, numbers to the right."""
    marks = [' class="number"' if right else "" for right in _numeric(columns, rows)]

    def cells(tag: str, texts: Sequence[str]) -> str:
        inner = (f"<{tag}{mark}>{html.escape(text)}</{tag}>" for mark, text in zip(marks, texts, strict=True))
        return f"<tr>{''.join(inner)}</tr>\n"

    body = "".join(cells("td", [_shown(row.get(column)) for column in columns]) for row in rows)
    head = f'<!doctype html><meta charset="utf-8"><title>table</title><style>{STYLE}</style>\n'
    return f"{head}<table>\n<thead>{cells('th', columns)}</thead>\n<tbody>{body}</tbody></table>\n"


def read_csv(file: Path) -> list[dict[str, str]]:
    """Return the rows of a file with comma-separated values; empty cells are left out of their row."""
    try:
        lines = io.StringIO(read_input(file).decode(), newline="")
        return [{key: value for key, value in row.items() if value} for row in csv.DictReader(lines)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"cannot read {file}: {error}") from error


def _numeric(columns: Sequence[str], rows: Sequence[Row]) -> list[bool]:
    return [all(isinstance(row.get(name), int | float | None) for row in rows) for name in columns]


def _shown(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.{SIGNIFICANT}g}" if isinstance(value, float) else str(value)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
