# Impacts: every problem as it is and varied, under each of its laws.

import re
from pathlib import Path

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
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 60 * attempt,
    params:
        identity=lambda wildcards: PLAN.impacts.identity(wildcards.case, wildcards.law),
        deck=lambda wildcards: PLAN.impacts.deck(wildcards.case),
        law=lambda wildcards: PLAN.impacts.law(wildcards.law),
        vary=lambda wildcards: PLAN.impacts.options(wildcards.case, wildcards.law),
        folder=lambda wildcards, output: Path(output.summary).parent,
    shell:
        "NUMBA_NUM_THREADS={threads} python -m hammerscale impact {params.deck:q} --law {params.law:q} {params.vary}"
        " --resume -o {params.folder:q} > {log:q} 2>&1"
