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
# Temporary: how many findings a file may still have, exactly. The list only becomes shorter.
TO_DO: dict[str, int] = {
    "campaign/controller.py": 3,
    "campaign/design_file.py": 2,
    "campaign/failures.py": 2,
    "campaign/gather.py": 1,
    "campaign/impacts.py": 1,
    "campaign/imports/array_files.py": 1,
    "campaign/imports/importer.py": 2,
    "campaign/imports/plausible.py": 1,
    "campaign/imports/recorded.py": 1,
    "campaign/imports/splits.py": 1,
    "campaign/job_status.py": 4,
    "campaign/job_table.py": 1,
    "campaign/layout.py": 4,
    "campaign/models.py": 1,
    "campaign/outline.py": 1,
    "campaign/outline_file.py": 2,
    "campaign/parts.py": 2,
    "campaign/work_queue.py": 2,
    "campaign/results.py": 1,
    "campaign/status.py": 2,
    "campaign/warm.py": 1,
    "cli/arguments.py": 1,
    "cli/impacts.py": 2,
    "cli/surrogates.py": 3,
    "config/cell_record.py": 1,
    "config/deck.py": 1,
    "config/law_records.py": 2,
    "config/path_cost.py": 1,
    "config/problems.py": 4,
    "config/reflection.py": 3,
    "config/surrogates.py": 1,
    "config/unit_cells.py": 1,
    "crystal/control_source.py": 1,
    "crystal/kernels.py": 1,
    "crystal/material.py": 2,
    "laws/elastic.py": 2,
    "laws/embedded_crystals.py": 1,
    "laws/johnson_cook.py": 1,
    "laws/johnson_cook_file.py": 1,
    "laws/johnson_cook_fit.py": 1,
    "laws/law.py": 4,
    "laws/pca_net.py": 6,
    "laws/sequence.py": 4,
    "laws/unit_cell_law.py": 3,
    "rev/__init__.py": 1,
    "rev/case.py": 1,
    "rev/case_material.py": 1,
    "rev/elastic.py": 2,
    "rev/requests.py": 1,
    "rev/spectral_checks.py": 1,
    "rev/spectral_operators.py": 1,
    "rev/spectral_stepping.py": 1,
    "rev/unit_cell.py": 1,
    "rev/watchdog.py": 1,
    "study/chain_figure.py": 1,
    "study/concurrent_accuracy.py": 3,
    "study/concurrent_costs.py": 7,
    "study/concurrent_learning.py": 1,
    "study/concurrent_paths.py": 1,
    "study/concurrent_range_figure.py": 4,
    "study/cost_accuracy.py": 1,
    "study/cost_accuracy_paths.py": 1,
    "study/dataset_figure.py": 1,
    "study/headline.py": 1,
    "study/impact_estimate.py": 1,
    "study/impact_panels.py": 2,
    "study/impact_section.py": 2,
    "study/impact_snapshots.py": 1,
    "study/job_records.py": 2,
    "study/law_table.py": 2,
    "study/learned_behaviour.py": 4,
    "study/paper_comparison.py": 1,
    "study/resolution.py": 2,
    "study/result_page.py": 2,
    "study/style.py": 1,
    "surrogate/data.py": 1,
    "surrogate/dense_kernels.py": 1,
    "surrogate/embedded_crystals.py": 1,
    "surrogate/frame.py": 6,
    "surrogate/grain_response.py": 1,
    "surrogate/gru.py": 1,
    "surrogate/linear_map.py": 1,
    "surrogate/model_folder.py": 2,
    "surrogate/norms.py": 1,
    "surrogate/operator.py": 3,
    "surrogate/orientations.py": 1,
    "surrogate/pca_net.py": 2,
    "surrogate/physics.py": 2,
    "surrogate/pressure.py": 1,
    "surrogate/rest.py": 1,
    "surrogate/sparse_weights.py": 1,
    "surrogate/surrogate.py": 2,
    "surrogate/texture_search.py": 2,
    "surrogate/train.py": 1,
    "surrogate/training/checkpoints.py": 5,
    "surrogate/training/finite_steps.py": 1,
    "surrogate/training/fitting.py": 3,
    "surrogate/training/gru.py": 1,
    "surrogate/training/settings.py": 1,
    "workflow.py": 3,
}


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
    wrong = {file: lines for file, lines in found.items() if len(lines) != TO_DO.get(file, 0)}
    assert wrong == {}
    assert set(TO_DO) <= set(found)


def test_both_rules_find_what_they_name():
    text = '''"""What the grain answers."""\nx = 1  # Of all\n# lines.\ny = "told"  # A line\n'''
    of, answers = findings(text)
    assert of == "begins with 'Of': Of all"
    assert answers.startswith("'answers', write responses")
