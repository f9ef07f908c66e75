# Figures of the data sets, and probes of what was learned from data sets in space.

LEARNED = PLAN.models.probed
PROBES = [
    f"{FIGURES}/{probe}_{dataset}.svg"
    for dataset in LEARNED
    for probe in ("resolution", "behaviour")
]


rule plot_dataset:
    input:
        f"{DATA}/{{dataset}}/dataset.nc",
    output:
        svg=report(
            f"{FIGURES}/{{dataset}}.svg",
            caption="../report/dataset.rst",
            category="Data sets",
            labels={"data set": "{dataset}", "figure": "overview"},
        ),
        png=f"{FIGURES}/{{dataset}}.png",
    log:
        f"{LOGS}/{{dataset}}/plot.log",
    benchmark:
        f"{LOGS}/{{dataset}}/plot.tsv"
    conda:
        "../../envs/cpu.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 1500 * attempt,
        runtime=lambda wildcards, attempt: 15 * attempt,
    shell:
        "NUMBA_NUM_THREADS={threads} python -m hammerscale plot {input:q} -o {output.svg:q} -o {output.png:q} > {log:q} 2>&1"


rule measure_resolution:
    input:
        lambda wildcards: [f"{one}/manifest.json" for one in LEARNED[wildcards.dataset]],
        dataset=f"{DATA}/{{dataset}}/dataset.nc",
    output:
        f"{TABLES}/resolution_{{dataset}}.csv",
    log:
        f"{LOGS}/models/measure_resolution_{{dataset}}.log",
    benchmark:
        f"{LOGS}/models/measure_resolution_{{dataset}}.tsv"
    conda:
        "../../envs/cpu.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 30 * attempt,
    params:
        config=CONFIG,
        models=lambda wildcards: LEARNED[wildcards.dataset],
    shell:
        "NUMBA_NUM_THREADS={threads} python -m hammerscale measure-resolution {params.models:q} --paths 20"
        " --dataset {wildcards.dataset:q} --configfile {params.config:q} -o {output:q} > {log:q} 2>&1"


rule plot_resolution:
    input:
        f"{TABLES}/resolution_{{dataset}}.csv",
    output:
        svg=report(
            f"{FIGURES}/resolution_{{dataset}}.svg",
            caption="../report/resolution.rst",
            category="Surrogates",
            labels={"data set": "{dataset}", "figure": "resolution in time"},
        ),
        png=f"{FIGURES}/resolution_{{dataset}}.png",
    log:
        f"{LOGS}/models/resolution_{{dataset}}.log",
    benchmark:
        f"{LOGS}/models/resolution_{{dataset}}.tsv"
    conda:
        "../../envs/cpu.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 1500 * attempt,
        runtime=lambda wildcards, attempt: 15 * attempt,
    shell:
        "NUMBA_NUM_THREADS={threads} python -m hammerscale plot-resolution {input:q}"
        " -o {output.svg:q} -o {output.png:q} > {log:q} 2>&1"


rule measure_behaviour:
    input:
        lambda wildcards: [f"{one}/manifest.json" for one in LEARNED[wildcards.dataset]],
    output:
        table=f"{TABLES}/behaviour_{{dataset}}.csv",
        curves=f"{FIGURES}/behaviour_{{dataset}}.csv",
    log:
        f"{LOGS}/models/measure_behaviour_{{dataset}}.log",
    benchmark:
        f"{LOGS}/models/measure_behaviour_{{dataset}}.tsv"
    conda:
        "../../envs/cpu.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 15 * attempt,
    params:
        models=lambda wildcards: LEARNED[wildcards.dataset],
    shell:
        "NUMBA_NUM_THREADS={threads} python -m hammerscale measure-behaviour {params.models:q}"
        " -o {output.table:q} --curves {output.curves:q} > {log:q} 2>&1"


rule plot_behaviour:
    input:
        f"{FIGURES}/behaviour_{{dataset}}.csv",
    output:
        svg=report(
            f"{FIGURES}/behaviour_{{dataset}}.svg",
            caption="../report/behaviour.rst",
            category="Surrogates",
            labels={"data set": "{dataset}", "figure": "causality and isotropy"},
        ),
        png=f"{FIGURES}/behaviour_{{dataset}}.png",
    log:
        f"{LOGS}/models/behaviour_{{dataset}}.log",
    benchmark:
        f"{LOGS}/models/behaviour_{{dataset}}.tsv"
    conda:
        "../../envs/cpu.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 1500 * attempt,
        runtime=lambda wildcards, attempt: 15 * attempt,
    shell:
        "NUMBA_NUM_THREADS={threads} python -m hammerscale plot-behaviour {input:q}"
        " -o {output.svg:q} -o {output.png:q} > {log:q} 2>&1"
