# Strain paths: one design table per data set.


rule design_paths:
    output:
        # An existing design is not removed before the job: an enlarged campaign keeps its ids and shards.
        update(f"{DATA}/{{dataset}}/design.nc"),
    log:
        f"{LOGS}/{{dataset}}/design.log",
    benchmark:
        f"{LOGS}/{{dataset}}/design.tsv"
    conda:
        "../../envs/cpu.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 1500 * attempt,
        runtime=lambda wildcards, attempt: 30 * attempt,
    params:
        config=CONFIG,
        identity=lambda wildcards: PLAN.design_identity(wildcards.dataset),
    shell:
        "NUMBA_NUM_THREADS={threads} python -m hammerscale design"
        " --dataset {wildcards.dataset:q} --configfile {params.config:q} > {log:q} 2>&1"
