# Impacts: every problem as it is and varied, under each of its laws, alone or on MPI ranks.

import re
from pathlib import Path

from hammerscale.workflow import asked_for, memory_of_ranks_mb

RUNS = PLAN.impacts.folder


wildcard_constraints:
    case="|".join(map(re.escape, PLAN.impacts.cases)),
    problem="|".join(PLAN.impacts.problems),
    law="|".join(PLAN.impacts.laws),
    parameter=r"\w+_\w+",


rule run_impact:
    input:
        lambda wildcards: PLAN.impacts.needed(wildcards.law),
    output:
        f"{RUNS}/{{case}}/{{law}}/history.nc",
        f"{RUNS}/{{case}}/{{law}}/fields.vtkhdf",
        summary=f"{RUNS}/{{case}}/{{law}}/summary.json",
    log:
        f"{LOGS}/impact/{{case}}/{{law}}.log",
    benchmark:
        f"{LOGS}/impact/{{case}}/{{law}}.tsv"
    conda:
        "../../envs/cpu.yaml"
    # A core for every rank, so that `tasks` is all there is to set.
    threads:
        lambda wildcards, attempt: asked_for(
            workflow, "run_impact", "tasks", wildcards, attempt
        )
    resources:
        mem_mb=lambda wildcards, attempt: memory_of_ranks_mb(
            workflow, "run_impact", wildcards, attempt
        )
        + attempt * int(PLAN.impacts.memory_mb(wildcards.case, wildcards.law)),
        runtime=lambda wildcards, attempt: 60 * attempt,
        tasks=1,
        nodes=1,
        # Slurm would give every task as many cores as the job has threads.
        cpus_per_task=1,
    params:
        identity=lambda wildcards: PLAN.impacts.identity(wildcards.case, wildcards.law),
        deck=lambda wildcards: PLAN.impacts.deck(wildcards.case),
        law=lambda wildcards: PLAN.impacts.law(wildcards.law),
        vary=lambda wildcards: PLAN.impacts.options(wildcards.case, wildcards.law),
        folder=lambda wildcards, output: Path(output.summary).parent,
    shell:
        "NUMBA_NUM_THREADS=1 slurm/bin/ranks {resources.tasks:q} {resources.nodes:q} hammerscale impact {params.deck:q}"
        " --law {params.law:q} {params.vary:q} --ranks {resources.tasks:q} --resume -o {params.folder:q} > {log:q} 2>&1"
