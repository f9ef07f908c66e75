# Figures of impacts: sections in time, sweeps, all laws side by side and over time.

from pathlib import Path

IMPACTS = FIGURES / "impact"


wildcard_constraints:
    field="von_mises|deviatoric_strain",


rule plot_impact:
    input:
        f"{RUNS}/{{problem}}/{{law}}/summary.json",
    output:
        svg=report(
            f"{IMPACTS}/{{problem}}/{{law}}/snapshots.svg",
            caption="../report/impact_snapshots.rst",
            category="Impacts",
            subcategory="{problem}",
            labels={"law": "{law}", "figure": "sections in time"},
        ),
        png=f"{IMPACTS}/{{problem}}/{{law}}/snapshots.png",
    log:
        f"{LOGS}/impact/{{problem}}/plot_{{law}}.log",
    benchmark:
        f"{LOGS}/impact/{{problem}}/plot_{{law}}.tsv"
    conda:
        "../../envs/cpu.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 15 * attempt,
    params:
        folder=lambda wildcards, input: Path(input[0]).parent,
    shell:
        "NUMBA_NUM_THREADS={threads} python -m hammerscale plot-impact {params.folder:q}"
        " -o {output.svg:q} -o {output.png:q} > {log:q} 2>&1"


rule plot_impact_sweep:
    input:
        lambda wildcards: PLAN.impacts.files(
            PLAN.impacts.swept_cases(wildcards.problem, wildcards.parameter),
            [wildcards.law],
        ),
    output:
        svg=report(
            f"{IMPACTS}/{{problem}}/{{law}}/{{parameter}}.svg",
            caption="../report/impact_sweep.rst",
            category="Impacts",
            subcategory="{problem}",
            labels={"law": "{law}", "figure": "{parameter}"},
        ),
        png=f"{IMPACTS}/{{problem}}/{{law}}/{{parameter}}.png",
    log:
        f"{LOGS}/impact/{{problem}}/plot_{{law}}_{{parameter}}.log",
    benchmark:
        f"{LOGS}/impact/{{problem}}/plot_{{law}}_{{parameter}}.tsv"
    conda:
        "../../envs/cpu.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 15 * attempt,
    params:
        folders=lambda wildcards, input: [Path(file).parent for file in input],
    shell:
        "NUMBA_NUM_THREADS={threads} python -m hammerscale plot-impact-panels {params.folders:q}"
        " -o {output.svg:q} -o {output.png:q} > {log:q} 2>&1"


rule plot_impact_laws:
    input:
        lambda wildcards: PLAN.impacts.files(
            [wildcards.problem], PLAN.impacts.laws_of(wildcards.problem)
        ),
    output:
        svg=report(
            f"{IMPACTS}/{{problem}}/laws_{{field}}.svg",
            caption="../report/impact_laws.rst",
            category="Impacts",
            subcategory="{problem}",
            labels={"law": "all", "figure": "{field}"},
        ),
        png=f"{IMPACTS}/{{problem}}/laws_{{field}}.png",
    log:
        f"{LOGS}/impact/{{problem}}/plot_laws_{{field}}.log",
    benchmark:
        f"{LOGS}/impact/{{problem}}/plot_laws_{{field}}.tsv"
    conda:
        "../../envs/cpu.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 15 * attempt,
    params:
        folders=lambda wildcards, input: [Path(file).parent for file in input],
    shell:
        "NUMBA_NUM_THREADS={threads} python -m hammerscale plot-impact-panels {params.folders:q} --field {wildcards.field:q}"
        " -o {output.svg:q} -o {output.png:q} > {log:q} 2>&1"


rule plot_impact_histories:
    input:
        lambda wildcards: PLAN.impacts.files(
            [wildcards.problem], PLAN.impacts.laws_of(wildcards.problem)
        ),
    output:
        svg=report(
            f"{IMPACTS}/{{problem}}/histories.svg",
            caption="../report/impact_histories.rst",
            category="Impacts",
            subcategory="{problem}",
            labels={"law": "all", "figure": "histories"},
        ),
        png=f"{IMPACTS}/{{problem}}/histories.png",
    log:
        f"{LOGS}/impact/{{problem}}/plot_histories.log",
    benchmark:
        f"{LOGS}/impact/{{problem}}/plot_histories.tsv"
    conda:
        "../../envs/cpu.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 15 * attempt,
    params:
        folders=lambda wildcards, input: [Path(file).parent for file in input],
    shell:
        "NUMBA_NUM_THREADS={threads} python -m hammerscale plot-impact-histories {params.folders:q}"
        " -o {output.svg:q} -o {output.png:q} > {log:q} 2>&1"
