# The whole chain in one figure; what the campaign cost and what it was computed with.

from pathlib import Path

# The first impact under a surrogate, if there is one: figure → what it shows.
CHAIN = {
    f"{FIGURES}/chain.svg": {
        "dataset": f"{DATA}/{PLAN.models.dataset(law)}/dataset.nc",
        "model": f"{PLAN.model_folder(law)}/manifest.json",
        "run": f"{RUNS}/{problem}/{law}/summary.json",
    }
    for problem in reversed(PLAN.impacts.problems)
    for law in reversed(PLAN.impacts.laws_of(problem))
    if law in PLAN.models.surrogates
}


rule measure_chain:
    input:
        unpack(lambda wildcards: CHAIN[f"{FIGURES}/chain.svg"]),
    output:
        f"{FIGURES}/chain.csv",
    log:
        f"{LOGS}/measure_chain.log",
    benchmark:
        f"{LOGS}/measure_chain.tsv"
    conda:
        "../../envs/cpu.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 1500 * attempt,
        runtime=lambda wildcards, attempt: 15 * attempt,
    params:
        model=lambda wildcards, input: Path(input.model).parent,
        run=lambda wildcards, input: Path(input.run).parent,
    shell:
        "NUMBA_NUM_THREADS={threads} python -m hammerscale measure-chain {input.dataset:q} {params.model:q} {params.run:q}"
        " -o {output:q} > {log:q} 2>&1"


rule plot_chain:
    input:
        table=f"{FIGURES}/chain.csv",
        run=lambda wildcards: CHAIN[f"{FIGURES}/chain.svg"]["run"],
    output:
        svg=report(
            f"{FIGURES}/chain.svg",
            caption="../report/chain.rst",
            category="The campaign",
            labels={"figure": "the whole chain"},
        ),
        png=f"{FIGURES}/chain.png",
    log:
        f"{LOGS}/plot_chain.log",
    benchmark:
        f"{LOGS}/plot_chain.tsv"
    conda:
        "../../envs/cpu.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 1500 * attempt,
        runtime=lambda wildcards, attempt: 15 * attempt,
    params:
        run=lambda wildcards, input: Path(input.run).parent,
    shell:
        "NUMBA_NUM_THREADS={threads} python -m hammerscale plot-chain {input.table:q} {params.run:q}"
        " -o {output.svg:q} -o {output.png:q} > {log:q} 2>&1"


localrules:
    tabulate_campaign,


rule tabulate_campaign:
    input:
        RESULTS,
        list(CHAIN),
        PROBES,
    output:
        cost=report(
            f"{TABLES}/cost.html",
            caption="../report/cost.rst",
            category="The campaign",
            labels={"table": "cost, rule by rule"},
        ),
        provenance=report(
            f"{TABLES}/provenance.html",
            caption="../report/provenance.rst",
            category="The campaign",
            labels={"table": "what it was computed with"},
        ),
        others=[
            f"{TABLES}/{table}.{ending}"
            for table in ("cost", "provenance")
            for ending in ("csv", "md")
        ],
    log:
        f"{LOGS}/tabulate_campaign.log",
    conda:
        "../../envs/cpu.yaml"
    params:
        folder=PLAN.folder,
        tables=TABLES,
    shell:
        "NUMBA_NUM_THREADS={threads} python -m hammerscale tabulate-campaign {params.folder:q} -o {params.tables:q}"
        " > {log:q} 2>&1"
