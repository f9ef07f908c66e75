"""Read a table of paths: one line per step, with columns for the path, time, strain and stress."""

import csv
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.errors import InputError
from hammerscale.production.imports.recorded import RecordedPath, Recording, Source
from hammerscale.regular_files import MIB, read_text

if TYPE_CHECKING:
    from _csv import Reader

# Cells of text take ten times their bytes in memory.
LARGEST_TABLE = 1024 * MIB
PAIR = r"([1-3]{2}|[xyz]{2}|[XYZ]{2})"
# Only indices and numbers may follow, so that a column like "step" is no stress and "strain_rate" no component.
STRAIN_COLUMN = re.compile(rf"(?:strain|stretch)_?(?:{PAIR}|([0-9]+))|(?:e|E|eps|epsilon|U|F)_?{PAIR}")
STRESS_COLUMN = re.compile(rf"stress_?(?:{PAIR}|([0-9]+))|(?:s|S|P|sig|sigma)_?{PAIR}")
PATH_COLUMNS, TIME_COLUMNS = ("path", "path_id"), ("t", "time")


class _Table:
    """The cells of a file with its header."""

    def __init__(self, file: Path) -> None:
        self.file = file
        try:
            text = read_text(file, LARGEST_TABLE)
        except OSError as error:
            raise InputError(f"cannot read {file}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise InputError(f"{file} is not text in UTF-8: {error}") from error
        self.header: list[str] = []
        self.rows: list[list[str]] = []
        self.lines: list[int] = []
        first = text.partition("\n")[0]
        # Strict, because an open quote would otherwise swallow the rest of the file as one cell.
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
        try:
            self._take(reader)
        except csv.Error as error:
            raise InputError(
                f"{file}, line {reader.line_num}: {error}", remedy="look for a quotation mark without its partner"
            ) from error
        if not self.rows:
            raise InputError(f"{file} holds no steps", remedy="it needs a line of names and one line per step")
        repeated = {name for name in self.header if self.header.count(name) > 1}
        if repeated:
            raise InputError(f"{file}: the column '{min(repeated)}' stands there twice", remedy="rename one of them")

    def _take(self, reader: "Reader") -> None:
        """Keep the names of the first line and the cells of the others."""
        self.header = [name.strip() for name in next(reader, [])]
        for row in reader:
            if not row:
                continue
            if len(row) != len(self.header):
                raise InputError(
                    f"{self.file}, line {reader.line_num}: {len(row)} cells, but the first line names "
                    f"{len(self.header)}",
                    remedy="every line needs one cell for every column",
                )
            self.rows.append(row)
            self.lines.append(reader.line_num)

    def column(self, given: str, usual: tuple[str, ...], option: str) -> int:
        """Return the place of a column, by its given or one of its usual names."""
        for name in (given,) if given else usual:
            if name in self.header:
                return self.header.index(name)
        missing = given or " or ".join(usual)
        raise InputError(
            f"{self.file} has no column '{missing}'", f"it has {', '.join(self.header)}", f"name it with --{option}"
        )

    def components(self, given: tuple[str, ...], pattern: re.Pattern[str], what: str) -> list[tuple[int, str]]:
        """Return place and component name of the strain or stress columns."""
        wanted = [self.column(name, (), what) for name in given] if given else range(len(self.header))
        found = []
        for place in wanted:
            match = pattern.fullmatch(self.header[place])
            if match or given:
                found.append((place, match[match.lastindex or 0] if match else self.header[place]))
        if not found:
            raise InputError(
                f"{self.file}: no column looks like {what}",
                f"it has {', '.join(self.header)}",
                f"name the columns with --{what} first,second,third",
            )
        return found

    def numbers(self, places: list[int]) -> FloatArray:
        """Return columns (rows, places) as numbers."""
        values = np.empty((len(self.rows), len(places)))
        for i, row in enumerate(self.rows):
            try:
                values[i] = [_number(row[place]) for place in places]
            except ValueError as error:
                raise self._no_number(i, places) from error
        return values

    def _no_number(self, row: int, places: list[int]) -> InputError:
        """Return the error of the first cell of a row that is no number."""
        for place in places:
            try:
                _number(self.rows[row][place])
            except ValueError:
                break
        return InputError(
            f"{self.file}, line {self.lines[row]}: '{self.header[place]}' is {self.rows[row][place]!r}, not a number",
            remedy="every step needs every component, with a decimal point",
        )

    def text(self, rows: list[int], name: str, option: str) -> str:
        """Return the one text that all rows of a path have in a column, "" if there is no such column."""
        if not name and option not in self.header:
            return ""
        place = self.column(name, (option,), option)
        texts = {self.rows[row][place].strip(): row for row in rows}
        if len(texts) > 1:
            raise InputError(
                f"{self.file}, line {self.lines[max(texts.values())]}: one path has {len(texts)} values of "
                f"'{self.header[place]}': {', '.join(sorted(texts))}",
                remedy="write the same value into all lines of a path",
            )
        return next(iter(texts))


def _number(cell: str) -> float:
    """Return the number in a cell; Python's digit groups, 1_0 for 10, are none in a table."""
    if "_" in cell:
        raise ValueError(cell)
    return float(cell)


def read_csv(source: Source) -> Recording:
    """Return the paths of a table, in the order in which they appear; lines of different paths may be mixed."""
    table = _Table(source.file)
    path, time = table.column(source.path, PATH_COLUMNS, "path"), table.column(source.time, TIME_COLUMNS, "time")
    strain = table.components(source.strain, STRAIN_COLUMN, "strain")
    stress = table.components(source.stress, STRESS_COLUMN, "stress")
    values = table.numbers([time, *(place for place, _ in strain + stress)])
    members: dict[str, list[int]] = {}
    for row, cells in enumerate(table.rows):
        members.setdefault(cells[path].strip(), []).append(row)
    paths = tuple(
        RecordedPath(
            label=label,
            time=(own := values[rows])[:, 0],
            strain=own[:, 1 : 1 + len(strain)],
            stress=own[:, 1 + len(strain) :],
            family=table.text(rows, source.family, "family"),
            split=table.text(rows, source.split, "split"),
            lines=_lines(table, rows),
        )
        for label, rows in members.items()
    )
    names = [tuple(name for _, name in columns) for columns in (strain, stress)]
    return Recording(source.file, paths, names[0], names[1], has_time=True)


def _lines(table: _Table, rows: list[int]) -> tuple[int, ...]:
    return tuple(table.lines[row] for row in rows)
