"""The laws in one table: how far off, what a point and step costs, what came before, the paper's numbers beside ours.

python -m tools.law_table              prints it, from the tables that are kept in docs/results
python -m tools.law_table README.md    writes it into a text, between its marks
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hammerscale.config import Config, load
from hammerscale.config.default import DEFAULT_CONFIG
from hammerscale.errors import InputError
from hammerscale.loading.random_walk_entry import RandomWalk
from hammerscale.store.atomic import write_text
from hammerscale.study.tables.evaluations import PRESSURE_ONLY
from hammerscale.study.tables.table import Row, as_markdown, read_table
from tools.result_page import read_kept

KEPT = Path("docs/results")
PAPER_ERRORS, PAPER_COSTS = (
    Path("config/reference/liu_2022_errors.csv"),
    Path("config/reference/liu_2022_anvil_costs.csv"),
)
BEGIN, END = "<!-- laws: written by python -m tools.law_table README.md -->\n", "<!-- end of laws -->\n"
COLUMNS = (
    "law",
    "trained on",
    "total error [%]",
    "theirs",
    "deviatoric error [%]",
    "µs per point, step",
    "theirs [µs]",
    "data + training [CPU s]",
    "theirs [s]",
)
LAW, TRAINED, TOTAL, TOTAL_PAPER, DEVIATORIC, STEP, STEP_PAPER, BEFORE, BEFORE_PAPER = COLUMNS
# Kinds of surrogates that are laws, and what the paper's table of costs calls the same.
KINDS = {
    "pca_net": ("the published network", "input-output map"),
    "rno": ("recurrent operator", ""),
    "embedded_crystals": ("embedded crystals", ""),
}
# Laws that are not trained: what the paper's table of costs calls them, and what ours do, now and in versions before.
UNTRAINED = {
    "Johnson–Cook": ("Johnson-Cook", ("johnson cook", "magnesium johnson cook")),
    "polycrystal at every point": ("concurrent Taylor averaging", ("polycrystal", "magnesium taylor")),
}
# Unit cells, and what the paper's table of errors calls them.
CELLS = {"taylor": ("Taylor", "3DTaylor"), "spectral": ("plane FFT", "2DFFT")}
WALK = "random_walk"
# The paper's anvil: 3,167 elements, about 200 steps.
PAPER_POINT_STEPS = 3167 * 200
PERCENT, MICRO = 100.0, 1e6
Cells = Mapping[str, str]


@dataclass(frozen=True)
class KeptCampaign:
    """What is kept of a campaign.

    Attributes
    ----------
    name : name of the campaign
    config : its config
    head : what its tables say about their making
    tables : rows of every table, by its name
    """

    name: str
    config: Config
    head: Cells
    tables: Mapping[str, Sequence[Cells]]

    def cost(self, *laws: str) -> float | None:
        """Return what one of these laws costs in the first impact that has it [µs per point and step].

        That is CPU time if it was kept.
        """
        rows = (row for name in sorted(self.tables) if name.endswith("_costs") for row in self.tables[name])
        found = (row.get("cpu_us_per_point_step") or row["us_per_point_step"] for row in rows if row["law"] in laws)
        return next(map(float, found), None)

    def data_cost(self, dataset: str) -> str:
        """Return the CPU time of all simulations of a data set [s], as text."""
        rows = self.tables.get("datasets", ())
        return next((rounded(float(row["cpu_s"])) for row in rows if row["dataset"] == dataset), "not kept")


@dataclass(frozen=True)
class Learned:
    """A model of a kept campaign with its errors on random walks that it has not seen.

    Attributes
    ----------
    campaign, surrogate : where it comes from
    cell, max_strain : unit cell and step size [-] of the random walks that it learned from
    errors, pressure : its row in the table of surrogates and that of the pressure alone, empty in the plane
    """

    campaign: KeptCampaign
    surrogate: str
    cell: str
    max_strain: float
    errors: Cells
    pressure: Cells

    @property
    def kind(self) -> str:
        """Kind of the surrogate."""
        return self.campaign.config.surrogate(self.surrogate).kind

    @property
    def data(self) -> tuple[str, float]:
        """What models must share to be compared."""
        return self.cell, self.max_strain

    @property
    def train_paths(self) -> int:
        """Number of training paths."""
        return int(self.errors["train_paths"])


def law_table(campaigns: Sequence[KeptCampaign]) -> str:
    """Return the table in Markdown and, under it, where its numbers come from."""
    models = choose([model for campaign in campaigns for model in learned_models(campaign)])
    untrained = {
        law: next((one for one in campaigns if one.cost(*ours) is not None), None)
        for law, (_, ours) in UNTRAINED.items()
    }
    rows = [untrained_row(law, campaign) for law, campaign in untrained.items() if campaign]
    rows += [*pressure_rows(models), *(learned_row(model, campaigns) for model in models)]
    named = {one.name: one for one in [*(model.campaign for model in models), *filter(None, untrained.values())]}
    return f"{as_markdown(COLUMNS, rows)}\n{origin(list(named.values()))}\n"


def read_campaigns(kept: Path = KEPT) -> list[KeptCampaign]:
    """Return the campaigns whose tables are kept; the default one, which is small, stands last."""
    found = []
    for folder in sorted(filter(Path.is_dir, kept.iterdir()), key=lambda one: (one.name == "default", one)):
        tables = {file.stem: read_kept(file) for file in sorted(folder.glob("*.csv"))}
        file = Path(f"config/campaigns/{folder.name}.yaml")
        config = load([file if file.exists() else DEFAULT_CONFIG])
        head, _ = next(iter(tables.values()))
        found.append(KeptCampaign(folder.name, config, head, {name: rows for name, (_, rows) in tables.items()}))
    return found


def learned_models(campaign: KeptCampaign) -> Iterator[Learned]:
    """Yield the models of a campaign that are laws or could be in the plane, tested on walks like those in training."""
    walks = [row for row in campaign.tables.get("surrogates", ()) if row["family"] == WALK]
    own = [row for row in walks if row["learned_from"] == row["tested_on"]]
    alone = {row["learned_from"]: row for row in own if row["surrogate"] == PRESSURE_ONLY}
    for row in own:
        name, dataset = row["surrogate"], campaign.config.datasets[row["learned_from"]]
        if name != PRESSURE_ONLY and campaign.config.surrogate(name).kind in KINDS:
            strain = max(one.max_strain for one in dataset.paths if isinstance(one, RandomWalk))
            yield Learned(campaign, name, dataset.rev.kind, strain, row, alone.get(row["learned_from"], {}))


def choose(models: Sequence[Learned]) -> list[Learned]:
    """Return one model per unit cell and kind: of the data that most kinds learned from, on the most paths.

    Of data with as many kinds, those of the larger strain are taken.
    """
    chosen = []
    for cell in CELLS:
        kinds: dict[float, set[str]] = {}
        for model in models:
            if model.cell == cell:
                kinds.setdefault(model.max_strain, set()).add(model.kind)
        strain = max(kinds, key=lambda one: (len(kinds[one]), one), default=0.0)
        for kind in KINDS:
            rivals = [model for model in models if model.data == (cell, strain) and model.kind == kind]
            chosen += sorted(rivals, key=lambda model: -model.train_paths)[:1]
    return chosen


def untrained_row(law: str, campaign: KeptCampaign) -> Row:
    """Return the row of a law without training."""
    paper_name, ours = UNTRAINED[law]
    cost = campaign.cost(*ours)
    return {LAW: law, STEP: "" if cost is None else rounded(cost), **paper_costs(paper_name)}


def pressure_rows(models: Sequence[Learned]) -> list[Row]:
    """Return a row of the formula without plasticity for every data set in space."""
    alone = {model.data: model for model in models if model.pressure}
    return [
        {LAW: "pressure alone, nothing learned", TRAINED: trained_on(model, ""), **our_errors(model.pressure)}
        for model in alone.values()
    ]


def learned_row(model: Learned, campaigns: Sequence[KeptCampaign]) -> Row:
    """Return the row of a model."""
    name, paper_name = KINDS[model.kind]
    data = model.campaign.data_cost(model.errors["learned_from"])
    row = {
        LAW: name,
        TRAINED: trained_on(model, f"{model.train_paths:,} "),
        TOTAL_PAPER: paper_error(model),
        STEP: step_cost(model, campaigns),
        BEFORE: f"{data} + {rounded(float(model.errors['training_cpu_s']))}",
        **our_errors(model.errors),
    }
    return {**row, **(paper_costs(paper_name) if model.cell == "taylor" else {})}


def trained_on(model: Learned, count: str) -> str:
    """Return the data in words."""
    return f"{count}{CELLS[model.cell][0]} walks of {PERCENT * model.max_strain:g} %"


def our_errors(row: Cells) -> Row:
    """Return our errors; the total is counted as in the paper where that can be told from ours."""
    total = row.get("paper_metric_percent") or row["total_percent"]
    deviatoric = row.get("deviatoric_percent")
    return {TOTAL: rounded(float(total)), DEVIATORIC: rounded(float(deviatoric)) if deviatoric else ""}


def step_cost(model: Learned, campaigns: Sequence[KeptCampaign]) -> str:
    """Return what the model costs, or one of its kind in an impact of another campaign, with settings that differ."""
    settings = model.campaign.config.surrogate(model.surrogate).model_settings()
    found: list[tuple[dict[str, object], float]] = []
    for campaign in (model.campaign, *campaigns):
        for name, surrogate in campaign.config.surrogates.items():
            cell = campaign.config.datasets[surrogate.dataset].rev.kind
            cost = campaign.cost(name.replace("_", " "))
            if cost is not None and (cell, surrogate.kind) == (model.cell, model.kind):
                others = surrogate.model_settings().items()
                found.append(({key: value for key, value in others if settings.get(key) != value}, cost))
    if not found:
        return ""
    other, cost = min(found, key=lambda one: len(one[0]))
    return rounded(cost) + (f" ({', '.join(f'{key} {value}' for key, value in other.items())})" if other else "")


def paper_error(model: Learned) -> str:
    """Return the published error on walks for the number of training paths that is nearest to ours."""
    rows = [
        row
        for row in read_table(PAPER_ERRORS)
        if row["training"] == row["test"] == "R" and "test_error" in row and "train_paths" in row
        if row["model"] == CELLS[model.cell][1] and float(row["max_strain_percent"]) == PERCENT * model.max_strain
    ]
    if not rows:
        return ""
    nearest = min(rows, key=lambda row: abs(int(row["train_paths"]) - model.train_paths))
    other = int(nearest["train_paths"])
    return nearest["test_error"] + (f" ({other:,} walks)" if other != model.train_paths else "")


def paper_costs(name: str) -> Row:
    """Return the published cost of a law per point and step of the anvil and what came before, none for our own laws.

    Of the two costs of a polycrystal at every point it is that per step, which stands last.
    """
    found = [row for row in read_table(PAPER_COSTS) if row["law"] == name]
    if not found:
        return {}
    row = found[-1]
    before = " + ".join(rounded(float(row[key])) for key in ("data_s", "training_s") if key in row)
    return {STEP_PAPER: rounded(MICRO * float(row["online_s"]) / PAPER_POINT_STEPS), BEFORE_PAPER: before}


def rounded(value: float) -> str:
    """Return a number with three significant digits, without an exponent."""
    return f"{float(f'{value:.3g}'):,.10g}"


def origin(campaigns: Sequence[KeptCampaign]) -> str:
    """Return which kept tables the numbers come from, and how they were measured."""
    pages = [
        f"[{one.name}](docs/results/{one.name}.md) ({one.head['commit'][:7]}, {one.head['date'][:10]})"
        for one in campaigns
    ]
    machines = sorted({one.head["machine"].rsplit(",", 1)[0] for one in campaigns})
    return (
        f"Printed by `python -m tools.law_table` from the kept tables of {', '.join(pages)}; "
        f"{'; '.join(machines)}. Mean errors of unseen walks, the total as the paper counts. Theirs: Liu et al., "
        "one core of a Skylake at 2.1 GHz, 30,000 walks of 50 % and a P100 for the training; the polycrystal estimated."
    )


def between_marks(text: str, table: str) -> str:
    """Return a text with the table between its marks."""
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise InputError("the text has no place for the table of laws", f"it stands between {BEGIN}and {END}")
    before, rest = text.split(BEGIN)
    return before + BEGIN + table + END + rest.split(END)[1]


if __name__ == "__main__":
    printed = law_table(read_campaigns())
    if len(sys.argv) == 1:
        sys.stdout.write(printed)
    else:
        file = Path(sys.argv[1])
        write_text(file, between_marks(file.read_text(encoding="utf-8"), printed))
