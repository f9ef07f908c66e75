"""Tables as files: CSV for programs, Markdown for readers, HTML for the report."""

import csv
import hashlib
import html
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from hammerscale.errors import InputError
from hammerscale.inputs import read_input
from hammerscale.store.atomic import write_text
from hammerscale.store.seal import damaged

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
    text = forms[file.suffix](columns, rows)
    if file.suffix == ".csv":
        # A line of its own in the table would disturb other programs. First, so that no table lacks it.
        write_text(_checksum_file(file), f"{_sha256(text.encode())}  {file.name}\n")
    write_text(file, text)


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
    return _rows(file, _content(file))


def read_made(file: Path) -> list[dict[str, str]]:
    """Return the rows of a table that `write_table` wrote; one with any other byte in it is a `DamagedFileError`."""
    content, checksum = _content(file), _checksum_file(file)
    if not checksum.exists() or _content(checksum) != f"{_sha256(content)}  {file.name}\n".encode():
        raise damaged(file, f"its bytes are not those whose checksum stands in {checksum.name}")
    return _rows(file, content)


def _content(file: Path) -> bytes:
    try:
        return read_input(file)
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror}") from error


def _rows(file: Path, content: bytes) -> list[dict[str, str]]:
    try:
        lines = io.StringIO(content.decode(), newline="")
        return [{key: value for key, value in row.items() if value} for row in csv.DictReader(lines)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{file} is no CSV text: {error}", remedy="save it as CSV in UTF-8") from error


def _checksum_file(file: Path) -> Path:
    """Return where the SHA-256 of a table stands, as `sha256sum --check` takes it."""
    return file.with_name(f"{file.name}.sha256")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _numeric(columns: Sequence[str], rows: Sequence[Row]) -> list[bool]:
    return [all(isinstance(row.get(name), int | float | None) for row in rows) for name in columns]


def _shown(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.{SIGNIFICANT}g}" if isinstance(value, float) else str(value)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
