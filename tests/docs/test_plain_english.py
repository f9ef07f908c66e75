"""Pages have short sentences; comments have a subject; neither they nor docstrings speak of code as of a person."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "hammerscale"
FOLDERS = ("explanation", "tutorial", "how-to")
PAGES = [ROOT / "README.md", *(page for folder in FOLDERS for page in sorted((ROOT / "docs" / folder).glob("*.md")))]
MOST_WORDS = 35
NO_PROSE = re.compile(r"^( *)```.*?^\1```$|^<!--.*?-->$|^ *\|.*?$|^#.*?$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
# An item of a list, a quotation and a paragraph are each read on their own.
NEW_BLOCK = re.compile(r"\n\s*\n|\n\s*(?=(?:[-*>]|\d+\.) )")
# A full stop ends a sentence where a blank and a capital, a digit or a mark follow; "e.g. 3" and "et al." do not.
END = re.compile(r"(?<!et al)(?<!e\.g)(?<!i\.e)(?<! vs)[.!?][*)\"”]*\s+(?=[^a-z\s])")
# Words that are used of code as if it were a person, and what to write.
ALTERNATIVES = {
    "told": "listed, passed, reported, given",
    "tells": "reports, lists, shows",
    "says": "states, reports, gives",
    "said": "stated, reported",
    "answer": "response, result, return",
    "answers": "responses, results, returns",
    "answered": "returned",
    "knows": "has, reads, lists",
    "beside": "next to, in addition to",
    "goes by": "uses",
    "dearest": "most expensive",
    "misses": "has an error of, lacks",
}
PERSONAL = re.compile(rf"\b({'|'.join(ALTERNATIVES)})\b(?! :)", re.IGNORECASE)
COMMENT = re.compile(r"^ *#.*(?:\n *#.*)*|(?<=  )#.*", re.MULTILINE)
# Only files that match are parsed, which takes most of the time.
SUSPECT = re.compile(rf"# *Of |{PERSONAL.pattern}", re.IGNORECASE)


def sentences(text: str) -> list[str]:
    """Return the sentences of a page of Markdown, without code, tables and headings."""
    prose = re.sub(r"`[^`\n]+`", "Code", LINK.sub(r"\1", NO_PROSE.sub("\n\n", text)))
    return [sentence for block in NEW_BLOCK.split(prose) for sentence in END.split(" ".join(block.split())) if sentence]


def words(sentence: str) -> int:
    """Return the number of words: what holds a letter or a digit."""
    return sum(bool(re.search(r"\w", word)) for word in sentence.split())


def comments(text: str) -> list[str]:
    """Return all comments; lines of comments that follow each other are one."""
    return [" ".join(block.replace("#", " ").split()) for block in COMMENT.findall(text)]


def docstrings(text: str) -> list[str]:
    """Return all docstrings, those of fields included."""
    bare = [node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Expr)]
    return [value.value for value in bare if isinstance(value, ast.Constant) and isinstance(value.value, str)]


def findings(text: str) -> list[str]:
    """Return every comment of a source that begins with "Of", and every use of a word of `ALTERNATIVES`."""
    if not SUSPECT.search(text):
        return []
    remarks = comments(text)
    genitives = [f"begins with 'Of': {comment}" for comment in remarks if comment.startswith("Of ")]
    used = [(word.lower(), block) for block in [*remarks, *docstrings(text)] for word in PERSONAL.findall(block)]
    return genitives + [f"'{word}', write {ALTERNATIVES[word]}: {block.strip()}" for word, block in used]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_sentence_is_too_long(page):
    long = [sentence for sentence in sentences(page.read_text(encoding="utf-8")) if words(sentence) > MOST_WORDS]
    assert long == []


def test_a_sentence_ends_where_a_reader_takes_breath():
    text = (
        "One `a b c` ends. Two, et al. (2015), [goes on](x.md)!\n\n| a. B |\n\n- three\n- four\n\n```\nno. No.\n```\n"
    )
    assert sentences(text) == ["One Code ends", "Two, et al. (2015), goes on!", "- three", "- four"]
    assert words("- four, 5 (six) — 7 %") == 4


def test_comments_and_docstrings_use_plain_words():
    found = {str(file.relative_to(SOURCE)): findings(file.read_text(encoding="utf-8")) for file in SOURCE.rglob("*.py")}
    assert {file: lines for file, lines in found.items() if lines} == {}


def test_both_rules_find_what_they_name():
    text = '''"""What the grain answers."""\nx = 1  # Of all\n# lines.\ny = "told"  # A line\n'''
    of, answers = findings(text)
    assert of == "begins with 'Of': Of all"
    assert answers.startswith("'answers', write responses")
