# A representative volume at every point beside the laws that stand for it: how far they are from it, and what all cost.

from pathlib import Path


rule compare_impacts:
    input:
        lambda wildcards: PLAN.impacts.files(
            [wildcards.problem], PLAN.impacts.laws_of(wildcards.problem)
        ),
    output:
        html=report(
            f"{TABLES}/{{problem}}_accuracy.html",
            caption="../report/impact_accuracy.rst",
            category="Impacts",
            subcategory="{problem}",
            labels={"law": "all", "table": "accuracy"},
        ),
        others=[f"{TABLES}/{{problem}}_accuracy.{ending}" for ending in ("csv", "md")],
    log:
        f"{LOGS}/impact/{{problem}}/compare.log",
    benchmark:
        f"{LOGS}/impact/{{problem}}/compare.tsv"
    conda:
        "../../envs/cpu.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 15 * attempt,
    params:
        reference=lambda wildcards: PLAN.impacts.reference(wildcards.problem),
        runs=lambda wildcards: PLAN.impacts.others(wildcards.problem),
    shell:
        "NUMBA_NUM_THREADS={threads} python -m hammerscale compare-impacts {params.reference:q} {params.runs:q}"
        " -o {output.html:q} -o {output.others[0]:q} -o {output.others[1]:q} > {log:q} 2>&1"


rule tabulate_impact_costs:
    input:
        lambda wildcards: PLAN.impacts.cost_inputs(wildcards.problem),
    output:
        html=report(
            f"{TABLES}/{{problem}}_costs.html",
            caption="../report/impact_costs.rst",
            category="Impacts",
            subcategory="{problem}",
            labels={"law": "all", "table": "costs"},
        ),
        others=[f"{TABLES}/{{problem}}_costs.{ending}" for ending in ("csv", "md")],
    log:
        f"{LOGS}/impact/{{problem}}/costs.log",
    benchmark:
        f"{LOGS}/impact/{{problem}}/costs.tsv"
    conda:
        "../../envs/cpu.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 15 * attempt,
    params:
        reference=lambda wildcards: PLAN.impacts.reference(wildcards.problem),
        runs=lambda wildcards: PLAN.impacts.others(wildcards.problem),
        options=lambda wildcards: PLAN.impacts.cost_options(wildcards.problem),
    shell:
        "NUMBA_NUM_THREADS={threads} python -m hammerscale tabulate-impact-costs {params.reference:q} {params.runs:q}"
        " {params.options} -o {output.html:q} -o {output.others[0]:q} -o {output.others[1]:q} > {log:q} 2>&1"
