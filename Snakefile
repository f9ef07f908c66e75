# The campaign as a workflow: this file is its table of contents, each stage is one file in workflow/rules.
#   snakemake                                  the default campaign, config/config.yaml
#   snakemake --configfile a.yaml b.yaml       others, after one --configfile: the later override the earlier

from snakemake.utils import min_version

from hammerscale.workflow import open_campaign, say_what_came_out

min_version("9.0")

PLAN = open_campaign(workflow)
CONFIG = PLAN.resolved_config
DATA, MODELS = PLAN.data_folder, PLAN.models.folder
LOGS, FIGURES, TABLES = (PLAN.folder / name for name in ("logs", "figures", "tables"))


report: "workflow/report/workflow.rst"


wildcard_constraints:
    dataset="|".join(PLAN.datasets),
    shard=r"\d+",
    identity=r"[0-9a-f]{12}",


RESULTS = [
    *(f"{DATA}/{name}/dataset.nc" for name in PLAN.datasets),
    *(f"{FIGURES}/{name}.svg" for name in PLAN.datasets),
    *(f"{FIGURES}/learning_curves_{name}.svg" for name in PLAN.models.learned_from),
    *(f"{TABLES}/{table}.csv" for table in PLAN.models.tables),
    *PLAN.impacts.results(FIGURES / "impact", TABLES),
]


rule all:
    input:
        RESULTS,
        f"{TABLES}/cost.csv",


include: "workflow/rules/design.smk"
include: "workflow/rules/simulate.smk"
include: "workflow/rules/gather.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/evaluate.smk"
include: "workflow/rules/laws.smk"
include: "workflow/rules/impact.smk"
include: "workflow/rules/impact_figures.smk"
include: "workflow/rules/fe2.smk"
include: "workflow/rules/training_range.smk"
include: "workflow/rules/summary.smk"


onstart:
    PLAN.prepare()


onsuccess:
    say_what_came_out(workflow, PLAN, TABLES)
