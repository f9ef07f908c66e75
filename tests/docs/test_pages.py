"""The site builds without a warning; links lead somewhere; commands, options and keys that pages quote exist."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer
import yaml

from hammerscale.cli import app
from hammerscale.config import load
from hammerscale.config.default import DEFAULT_CONFIG
from hammerscale.config.law_file import LawFile
from hammerscale.errors import ConfigError

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), ROOT / "slurm" / "README.md", ROOT / "config" / "README.md", *ROOT.glob("docs/**/*.md")]
TEXTS = {str(page.relative_to(ROOT)): page.read_text(encoding="utf-8") for page in PAGES if "_build" not in page.parts}
VERBS = typer.main.get_command(app).commands
BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([\w-]+))?\)")
QUOTED = re.compile(r"`([^`\n]+)`")
# What the first word of a key in the text of a page may be, without the names of data sets and surrogates.
DOTTED = re.compile(r"(?:campaign|rev|shards|training|sweep|problems\.\w+|datasets\.\w+)(?:\.[a-z_]+)+")


def blocks(*languages):
    """Return (page, text) of all fenced blocks in these languages."""
    found = [(page, *block) for page, text in TEXTS.items() for block in BLOCK.findall(text)]
    return [(page, text) for page, _, language, text in found if language in languages]


def parts(*keys):
    """Return (page, text) of all blocks of YAML that have one of these keys at the top."""
    return [(page, text) for page, text in blocks("yaml") if not set(keys).isdisjoint(yaml.safe_load(text))]


def anchors(text):
    """Return the anchors of the headings of a page, as forges and the site make them."""
    headings = re.findall(r"^#+ (.*)$", BLOCK.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def commands():
    """Return (page, words) of every call of the program that a page shows."""
    shown = [(page, line) for page, text in blocks("sh", "") for line in text.replace("\\\n", " ").splitlines()]
    shown += [(page, code) for page, text in TEXTS.items() for code in QUOTED.findall(BLOCK.sub("", text))]
    calls = [(page, re.split(r" #| \||[;&>]", line.strip())[0]) for page, line in shown]
    return [(page, shlex.split(call)) for page, call in calls if re.match(r"hammerscale [a-z]", call)]


def test_the_site_builds_without_a_warning(tmp_path):
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-c", "docs", ".", tmp_path / "site"]
    built = subprocess.run(
        [*command, "-d", tmp_path / "cache"], cwd=ROOT, capture_output=True, text=True, timeout=900, check=False
    )
    assert built.returncode == 0, built.stderr
    first = (tmp_path / "site" / "docs" / "README.html").read_text(encoding="utf-8")
    for page in TEXTS:
        if page.startswith("docs/"):
            assert page.removeprefix("docs/").removesuffix(".md") in first, f"{page} is in no table of contents"
    gallery = (tmp_path / "site" / "docs" / "examples.html").read_text(encoding="utf-8")
    for script in (ROOT / "examples").glob("*.py"):
        assert f"/{script.stem}.png" in gallery


def test_every_link_leads_to_a_file_and_a_heading():
    lost = []
    for page, text in TEXTS.items():
        for target, anchor in LINK.findall(BLOCK.sub("", text)):
            file = (ROOT / page).parent / target if target else ROOT / page
            if not file.exists() or (anchor and anchor not in anchors(file.read_text(encoding="utf-8"))):
                lost.append(f"{page}: {target}#{anchor}")
    assert lost == []


def test_every_command_has_a_verb_and_options_that_exist():
    wrong = []
    assert len(commands()) > 40
    for page, (_, verb, *arguments) in commands():
        known = {option for parameter in VERBS[verb].params for option in parameter.opts} if verb in VERBS else set()
        used = {word.split("=")[0] for word in arguments if re.match(r"--?[a-z]", word)}
        if verb != "VERB" and (verb not in VERBS or used - known - {"--help"}):
            wrong.append(f"{page}: hammerscale {verb} {used - known}")
    assert wrong == []


@pytest.mark.parametrize(("page", "text"), parts("campaign", "datasets", "surrogates", "problems"))
def test_a_part_of_a_config_is_valid_over_the_default(page, text, tmp_path, monkeypatch):
    (tmp_path / "config").symlink_to(ROOT / "config")
    # What other pages tell the reader to make.
    ((table,),) = [re.findall(r"^phi1.*", text, re.DOTALL) for _, text in blocks("csv") if text.startswith("phi1")]
    (tmp_path / "textures").mkdir()
    (tmp_path / "textures" / "rolled.csv").write_text(table)
    (tmp_path / "more.yaml").write_text(text.replace("aluminium", "copper_j2"))
    monkeypatch.chdir(tmp_path)
    try:
        load([DEFAULT_CONFIG, Path("more.yaml")])
    except ConfigError as error:
        pytest.fail(f"{page}: {error}")


@pytest.mark.parametrize(("page", "text"), parts("law"))
def test_a_law_file_of_a_page_is_valid(page, text):
    shown = yaml.safe_load(text)
    assert LawFile.model_validate(shown).law.kind == shown["law"]["kind"]


def test_every_key_that_a_text_names_is_in_the_reference():
    reference = TEXTS["config/README.md"]
    named = {(page, key) for page, text in TEXTS.items() for key in QUOTED.findall(text) if DOTTED.fullmatch(key)}
    assert len(named) > 5
    missing = [f"{page}: {key}" for page, key in sorted(named) if f"| `{key.split('.')[-1]}` |" not in reference]
    assert missing == []


def test_the_first_screen_of_the_readme_is_short_and_whole():
    screen = TEXTS["README.md"].split("\n## ")[0]
    assert len(screen.splitlines()) <= 45
    assert screen.count("\n![") == 1
    for part in ("make campaign", "results/default/", "xr.open_dataset(", "| theirs |"):
        assert part in screen


def test_every_promise_names_a_test_that_is_there():
    named = re.findall(r"`(tests/[\w/]+\.py)`", TEXTS["SECURITY.md"])
    assert len(named) > 10
    assert [file for file in named if not (ROOT / file).is_file()] == []
