# A representative volume at every point next to the laws that stand for it: errors and costs of all of them.


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
        options=lambda wildcards: PLAN.impacts.model_options(wildcards.problem),
    shell:
        "NUMBA_NUM_THREADS={threads} python -m hammerscale compare-impacts {params.reference:q} {params.runs:q}"
        " {params.options:q} -o {output.html:q} -o {output.others[0]:q} -o {output.others[1]:q} > {log:q} 2>&1"


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
        " {params.options:q} -o {output.html:q} -o {output.others[0]:q} -o {output.others[1]:q} > {log:q} 2>&1"


# CPU times of one core, which jobs on other cores disturb a little through the memory they share. For times that nothing
# disturbs, make the table anew with no other job: `snakemake --cores 1 --force <the table>`.
rule measure_grains_per_point:
    input:
        lambda wildcards: [
            file
            for law in (
                *PLAN.impacts.learned(wildcards.problem),
                PLAN.impacts.reference(wildcards.problem).name,
            )
            for file in PLAN.impacts.needed(law)
        ],
    output:
        f"{TABLES}/{{problem}}_grains_per_point.csv",
    log:
        f"{LOGS}/impact/{{problem}}/measure_grains_per_point.log",
    benchmark:
        f"{LOGS}/impact/{{problem}}/measure_grains_per_point.tsv"
    conda:
        "../../envs/cpu.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 15 * attempt,
    params:
        law=lambda wildcards: PLAN.impacts.reference_law(wildcards.problem),
        options=lambda wildcards: PLAN.impacts.grain_options(wildcards.problem),
    shell:
        "NUMBA_NUM_THREADS={threads} python -m hammerscale measure-grains-per-point {params.law:q} {params.options:q}"
        " -o {output:q} > {log:q} 2>&1"


rule plot_grains_per_point:
    input:
        f"{TABLES}/{{problem}}_grains_per_point.csv",
    output:
        svg=report(
            f"{IMPACTS}/{{problem}}/grains_per_point.svg",
            caption="../report/grains_per_point.rst",
            category="Impacts",
            subcategory="{problem}",
            labels={"law": "all", "figure": "cost by grains per point"},
        ),
        png=f"{IMPACTS}/{{problem}}/grains_per_point.png",
    log:
        f"{LOGS}/impact/{{problem}}/grains_per_point.log",
    benchmark:
        f"{LOGS}/impact/{{problem}}/grains_per_point.tsv"
    conda:
        "../../envs/cpu.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 1500 * attempt,
        runtime=lambda wildcards, attempt: 15 * attempt,
    shell:
        "NUMBA_NUM_THREADS={threads} python -m hammerscale plot-grains-per-point {input:q}"
        " -o {output.svg:q} -o {output.png:q} > {log:q} 2>&1"
