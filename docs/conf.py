"""How the site is built, from the folder of the project: `make docs` fails at the first warning."""

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

project = "Hammerscale"
extensions = ["myst_parser"]
root_doc = "docs/README"
# Pages beside docs/ that its pages lead to.
include_patterns = ["docs/**", "config/README.md", "slurm/README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"]
exclude_patterns = ["docs/_build", ".*", "results", "src", "tests", "bench"]
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
    "Tutorial": ["tutorial/*"],
    "How to": ["how-to/*", "/slurm/README"],
    "Reference": ["reference/*", "/config/README"],
    "Explanation": ["explanation/*"],
    "Results": ["results/*"],
    "Project": ["/CONTRIBUTING", "/SECURITY", "/CHANGELOG"],
}


def add_contents(app: Sphinx, page: str, source: list[str]) -> None:
    """Append the table of contents to the first page, so that its text stays plain Markdown."""
    if page != root_doc:
        return
    for caption, pages in SECTIONS.items():
        folder = pages[0].removesuffix("*")
        if folder.startswith("/") or any(name.startswith(f"docs/{folder}") for name in app.env.found_docs):
            options = f":hidden:\n:glob:\n:caption: {caption}\n"
            source[0] += "\n```{toctree}\n" + options + "\n" + "\n".join(pages) + "\n```\n"


def setup(app: Sphinx) -> None:
    """Register the hook, and tables of numbers as plain text."""
    app.connect("source-read", add_contents)
    app.add_lexer("csv", TextLexer)
