# Simulations: one job computes many of them, alone or on MPI ranks.

from hammerscale.workflow import asked_for, memory_of_ranks_mb


rule simulate_shard:
    # No input: a shard draws its own paths from the config. With the design table as an input, enlarging it would run
    # every shard again. What the results depend on is in the name: another config asks for other files, and the first
    # one finds its own again.
    output:
        # Not removed before the job: what workers finished after their controller died is whole, and is kept.
        update(f"{DATA}/{{dataset}}/shards/{{shard}}-{{identity}}.nc"),
    log:
        f"{LOGS}/{{dataset}}/simulate_{{shard}}-{{identity}}.log",
    benchmark:
        f"{LOGS}/{{dataset}}/simulate_{{shard}}-{{identity}}.tsv"
    conda:
        "../../envs/cpu.yaml"
    # A core for every rank, so that `tasks` is all there is to set.
    threads:
        lambda wildcards, attempt: asked_for(
            workflow, "simulate_shard", "tasks", wildcards, attempt
        )
    resources:
        mem_mb=lambda wildcards, attempt: memory_of_ranks_mb(
            workflow, "simulate_shard", wildcards, attempt
        ),
        runtime=lambda wildcards, attempt: PLAN.runtime_min(
            wildcards.dataset,
            int(wildcards.shard),
            attempt,
            asked_for(workflow, "simulate_shard", "tasks", wildcards, attempt),
        ),
        tasks=1,
        nodes=1,
        # Slurm would give every task as many cores as the job has threads.
        cpus_per_task=1,
    params:
        config=CONFIG,
    shell:
        "NUMBA_NUM_THREADS=1 slurm/bin/ranks {resources.tasks:q} {resources.nodes:q} hammerscale simulate"
        " --dataset {wildcards.dataset:q} --shard {wildcards.shard:q} --ranks {resources.tasks:q} --configfile {params.config:q}"
        " > {log:q} 2>&1"
