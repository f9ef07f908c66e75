"""How the site is built, from the folder of the project: `make docs` fails at the first warning."""

import os
import re
import runpy
from collections.abc import Iterator
from pathlib import Path

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

project = "Hammerscale"
extensions = ["myst_parser", "sphinx.ext.autodoc"]
# A word in single backticks is code; types stand in the docstrings, with shapes and units.
default_role = "code"
autodoc_typehints = "none"
autodoc_member_order = "bysource"
root_doc = "docs/README"
# Pages beside docs/ that its pages lead to.
include_patterns = ["docs/**", "config/README.md", "slurm/README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"]
exclude_patterns = ["docs/_build", ".*", "results", "src", "tests", "bench", "examples"]
myst_heading_anchors = 3
html_theme = "alabaster"
html_theme_options = {
    "description": "From the physics of grains to impact simulations",
    "fixed_sidebar": True,
    "page_width": "1200px",
    "sidebar_width": "270px",
}
html_show_copyright = False
# The pages in the order in which somebody new reads them.
SECTIONS = {
    "Tutorial": ["tutorial/*", "/docs/examples"],
    "How to": ["how-to/*", "/slurm/README"],
    "Reference": ["reference/*", "/config/README"],
    "Explanation": ["explanation/*"],
    "Results": ["results/*"],
    "Project": ["/CONTRIBUTING", "/SECURITY", "/CHANGELOG"],
}


ROOT = Path(__file__).parents[1]
GALLERY = "docs/examples"
# Marks of reStructuredText that mean themselves in docstrings.
MARKS = re.compile(r"(`[^`]*`)|([|*])")


def add_contents(app: Sphinx, page: str, source: list[str]) -> None:
    """Append the table of contents to the first page, so that its text stays plain Markdown."""
    if page != root_doc:
        return
    for caption, pages in SECTIONS.items():
        folder = pages[0].removesuffix("*")
        if folder.startswith("/") or any(name.startswith(f"docs/{folder}") for name in app.env.found_docs):
            options = f":hidden:\n:glob:\n:caption: {caption}\n"
            source[0] += "\n```{toctree}\n" + options + "\n" + "\n".join(pages) + "\n```\n"


def add_examples(app: Sphinx, page: str, source: list[str]) -> None:
    """Append every example to the gallery: its text, its picture and its lines."""
    if page != GALLERY:
        return
    for script in sorted((ROOT / "examples").glob("*.py")):
        draw_example(script)
        _, text, code = script.read_text(encoding="utf-8").split('"""', 2)
        heading = f"#{text.strip()}\n\n![{script.stem}](/examples/{script.stem}.png)\n"
        source[0] += f"\n{heading}\n```python\n{code.strip()}\n```\n"


def draw_example(script: Path) -> None:
    """Run an example whose picture is older than itself or the package."""
    picture = script.with_suffix(".png")
    sources = [script, *(ROOT / "src").rglob("*.py")]
    if picture.is_file() and picture.stat().st_mtime > max(source.stat().st_mtime for source in sources):
        return
    os.environ["MPLBACKEND"] = "Agg"
    runpy.run_path(str(script), run_name="__main__")


def read_docstring(app: Sphinx, what: str, name: str, thing: object, options: object, lines: list[str]) -> None:
    """Turn a docstring of this project into reStructuredText."""
    lines[:] = list(_restructured(lines))


def _restructured(lines: list[str]) -> Iterator[str]:
    """Yield lines with sections as lists of their entries, and with marks that mean themselves."""
    in_section = False
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if re.fullmatch("-{3,}", line):
            continue
        if re.fullmatch("-{3,}", following):
            in_section = True
            yield from ("", f"**{line}**", "")
        elif line.startswith((">>>", "...", " ")) and not in_section:
            yield line
        elif in_section and (entry := re.match(r"([\w, ]+) : (.*)", line)):
            yield f"- `{entry[1]}`: {_escaped(entry[2])}"
        elif in_section and line.startswith(" "):
            yield f"  {_escaped(line.strip())}"
        else:
            in_section = in_section and not line
            yield line if line.startswith(">>>") else _escaped(line)


def _escaped(line: str) -> str:
    return MARKS.sub(lambda mark: mark[1] or "\\" + mark[2], line)


def setup(app: Sphinx) -> None:
    """Register the hooks, and tables of numbers as plain text."""
    app.connect("source-read", add_contents)
    app.connect("source-read", add_examples)
    app.connect("autodoc-process-docstring", read_docstring)
    app.add_lexer("csv", TextLexer)
