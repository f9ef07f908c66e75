"""The report of a campaign, as a reader sees it in a browser."""

import zipfile
from pathlib import Path

import pytest

from tests.workflow.browser import CHROMIUM, open_browser

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")
# The page is there once its graph of rules is drawn.
DRAWN = """(async () => {
    while (!document.querySelector("#rulegraph canvas, #rulegraph svg"))
        await new Promise(done => setTimeout(done, 20));
    return rulegraph_spec.data.flatMap(part => part.values ?? []).map(node => node.rule);
})()"""
# What the report's own buttons call, for one result after the other.
SHOW_FIGURES = """(async () => {
    const widths = {};
    for (const [path, result] of Object.entries(results)) {
        if (!result.mime_type.startsWith("image/")) continue;
        app.setView({content: "img", contentPath: result.data_uri, resultPath: path});
        await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
        const figure = document.querySelector(`#app img[src="${result.data_uri}"]`);
        await figure.decode();
        widths[path] = figure.width;
    }
    return widths;
})()"""
SHOW_TABLES = """(async () => {
    const rows = {};
    for (const [path, result] of Object.entries(results)) {
        if (result.mime_type != "text/html") continue;
        app.setView({content: "html", contentPath: result.data_uri, resultPath: path});
        await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
        const frame = document.querySelector("#app iframe");
        while (!frame.contentDocument?.querySelector("table")) await new Promise(done => setTimeout(done, 20));
        rows[path] = frame.contentDocument.querySelectorAll("tbody tr").length;
    }
    return rows;
})()"""


@pytest.fixture(scope="module")
def report(trained_template, tmp_path_factory):
    """Return the report of a campaign with surrogates, opened in a browser, and the rules in its graph."""
    folder = tmp_path_factory.mktemp("report")
    result = trained_template.snakemake("--report", str(folder / "report.zip"))
    assert result.returncode == 0, result.stderr
    with zipfile.ZipFile(folder / "report.zip") as archive:
        archive.extractall(folder)
    with open_browser(folder / "profile") as page:
        page.open(folder / "report" / "report.html")
        yield page, page.evaluate(DRAWN)


def test_every_figure_shows_and_nothing_complains(report):
    page, _ = report
    widths = page.evaluate(SHOW_FIGURES)
    assert sorted(widths) == [f"results/tiny/figures/{name}.svg" for name in ("body", "learning_curves_body")]
    assert min(widths.values()) > 200
    assert page.complaints == []


def test_every_table_shows_its_rows(report):
    page, _ = report
    rows = page.evaluate(SHOW_TABLES)
    rows = {Path(path).name: count for path, count in rows.items()}
    assert sorted(rows) == ["comparison_table1.html", "cost.html", "folds.html", "provenance.html", "surrogates.html"]
    # The rules of this campaign and their sum.
    assert rows["cost.html"] == 11
    assert min(rows.values()) > 0
    assert page.complaints == []


def test_every_result_says_what_to_see_and_lies_in_a_category(report):
    page, _ = report
    captions = page.evaluate("Object.values(results).map(result => result.caption)")
    # A link alone, without a text, is shorter.
    assert min(map(len, captions)) > 150
    categories = page.evaluate("Object.keys(categories)")
    assert categories == ["Data sets", "Surrogates", "The campaign"]


def test_the_graph_of_rules_is_drawn(report):
    _, rules = report
    assert {"design_paths", "train_surrogate", "tabulate_campaign"} <= set(rules)
