# What the points of a body went through, next to the paths that its laws learned from.

from pathlib import Path

# Over time, in the plane of strains, by element of a run.
RANGE_TABLES = ("paths", "plane", "reach")


rule measure_training_range:
    input:
        lambda wildcards: PLAN.impacts.files(
            [wildcards.problem], PLAN.impacts.laws_of(wildcards.problem)
        ),
    output:
        tables=[
            f"{IMPACTS}/{{problem}}/training_range/{name}.csv" for name in RANGE_TABLES
        ],
    log:
        f"{LOGS}/impact/{{problem}}/measure_training_range.log",
    benchmark:
        f"{LOGS}/impact/{{problem}}/measure_training_range.tsv"
    conda:
        "../../envs/cpu.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 15 * attempt,
    params:
        reference=lambda wildcards: PLAN.impacts.reference(wildcards.problem),
        runs=lambda wildcards: PLAN.impacts.others(wildcards.problem),
        options=lambda wildcards: PLAN.impacts.model_options(wildcards.problem),
        folder=lambda wildcards, output: Path(output.tables[0]).parent,
    shell:
        "NUMBA_NUM_THREADS={threads} python -m hammerscale measure-training-range {params.reference:q} {params.runs:q}"
        " {params.options:q} -o {params.folder:q} > {log:q} 2>&1"


rule plot_training_range:
    input:
        lambda wildcards: PLAN.impacts.files(
            [wildcards.problem], PLAN.impacts.laws_of(wildcards.problem)
        ),
        tables=[
            f"{IMPACTS}/{{problem}}/training_range/{name}.csv" for name in RANGE_TABLES
        ],
    output:
        svg=report(
            f"{IMPACTS}/{{problem}}/training_range.svg",
            caption="../report/training_range.rst",
            category="Impacts",
            subcategory="{problem}",
            labels={"law": "all", "figure": "range of the training"},
        ),
        png=f"{IMPACTS}/{{problem}}/training_range.png",
    log:
        f"{LOGS}/impact/{{problem}}/training_range.log",
    benchmark:
        f"{LOGS}/impact/{{problem}}/training_range.tsv"
    conda:
        "../../envs/cpu.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 15 * attempt,
    params:
        reference=lambda wildcards: PLAN.impacts.reference(wildcards.problem),
        runs=lambda wildcards: PLAN.impacts.others(wildcards.problem),
        folder=lambda wildcards, input: Path(input.tables[0]).parent,
    shell:
        "NUMBA_NUM_THREADS={threads} python -m hammerscale plot-training-range {params.folder:q} {params.reference:q}"
        " {params.runs:q} -o {output.svg:q} -o {output.png:q} > {log:q} 2>&1"
