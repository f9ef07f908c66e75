# One verified data set from all shards.


rule gather_dataset:
    input:
        design=f"{DATA}/{{dataset}}/design.nc",
        shards=lambda wildcards: PLAN.shard_files(wildcards.dataset),
    output:
        f"{DATA}/{{dataset}}/dataset.nc",
    params:
        identity=lambda wildcards: PLAN.dataset_identity(wildcards.dataset),
    log:
        f"{LOGS}/{{dataset}}/gather.log",
    benchmark:
        f"{LOGS}/{{dataset}}/gather.tsv"
    resources:
        mem_mb=2000,
        runtime=60,
    conda:
        "../../envs/cpu.yaml"
    shell:
        "{HAMMERSCALE} gather --dataset {wildcards.dataset} {CONFIG_ARGUMENTS} > {log} 2>&1"
