# One verified data set from all shards.


rule gather_dataset:
    input:
        design=f"{DATA}/{{dataset}}/design.nc",
        shards=lambda wildcards: PLAN.shard_files(wildcards.dataset),
    output:
        # An existing data set is not removed before the job: one that fails leaves it as it was.
        update(f"{DATA}/{{dataset}}/dataset.nc"),
    log:
        f"{LOGS}/{{dataset}}/gather.log",
    benchmark:
        f"{LOGS}/{{dataset}}/gather.tsv"
    conda:
        "../../envs/cpu.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 60 * attempt,
    params:
        config=CONFIG,
        identity=lambda wildcards: PLAN.dataset_identity(wildcards.dataset),
    shell:
        "NUMBA_NUM_THREADS={threads} python -m hammerscale gather"
        " --dataset {wildcards.dataset:q} --configfile {params.config:q} > {log:q} 2>&1"
