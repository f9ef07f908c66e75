# Surrogates: one job per surrogate, number of training paths and seed, and one per fold of a cross-validation.

from pathlib import Path


wildcard_constraints:
    surrogate="|".join(PLAN.models.surrogates),
    train_paths=r"\d+",
    seed=r"\d+",
    # Nothing, or the fold that a model is tested on and does not learn from.
    part=r"(_fold_\d+)?",


rule train_surrogate:
    input:
        lambda wildcards: f"{DATA}/{PLAN.models.dataset(wildcards.surrogate)}/dataset.nc",
    output:
        # The manifest appears with the whole folder. Not removed before the job: an old model stays whole until the new
        # one is. Checkpoints lie next to the folder, unknown to Snakemake, so that an interrupted training goes on.
        update(
            f"{MODELS}/{{surrogate}}/paths_{{train_paths}}_seed_{{seed}}{{part}}/manifest.json"
        ),
    log:
        f"{LOGS}/models/{{surrogate}}/train_{{train_paths}}_{{seed}}{{part}}.log",
    benchmark:
        f"{LOGS}/models/{{surrogate}}/train_{{train_paths}}_{{seed}}{{part}}.tsv"
    conda:
        "../../envs/gpu.yaml"
    threads: lambda wildcards: PLAN.models.training(wildcards.surrogate).threads
    resources:
        mem_mb=lambda wildcards, attempt: 4000 * attempt,
        runtime=lambda wildcards, attempt: PLAN.models.runtime_min(
            wildcards.surrogate, attempt
        ),
        gpu=lambda wildcards: PLAN.models.training(wildcards.surrogate).gpus,
    params:
        config=CONFIG,
        identity=lambda wildcards: PLAN.models.identity(
            wildcards.surrogate,
            int(wildcards.train_paths),
            int(wildcards.seed),
            wildcards.part,
        ),
        options=lambda wildcards: PLAN.models.options(
            wildcards.surrogate, int(wildcards.train_paths), wildcards.part
        ),
        folder=lambda wildcards, output: Path(output[0]).parent,
    shell:
        "NUMBA_NUM_THREADS={threads} python -m hammerscale train --dataset {input:q} --surrogate {wildcards.surrogate:q}"
        " --configfile {params.config:q} {params.options:q} --seed {wildcards.seed:q} -o {params.folder:q} > {log:q} 2>&1"
