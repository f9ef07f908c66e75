# What the campaign cost and what it was computed with, once everything else is there.


localrules:
    tabulate_campaign,


rule tabulate_campaign:
    input:
        RESULTS,
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
