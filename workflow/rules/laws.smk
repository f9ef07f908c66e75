# Laws that stand for a data set: its unit cell at every point, Johnson and Cook's law fitted to it, its elastic energy.

LAWS = PLAN.impacts.laws_folder


wildcard_constraints:
    own_law="|".join(PLAN.config.own_laws),


rule write_law:
    output:
        f"{LAWS}/{{own_law}}.yaml",
    log:
        f"{LOGS}/laws/{{own_law}}.log",
    benchmark:
        f"{LOGS}/laws/{{own_law}}.tsv"
    conda:
        "../../envs/cpu.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 1500 * attempt,
        runtime=lambda wildcards, attempt: 60 * attempt,
    params:
        config=CONFIG,
        identity=lambda wildcards: PLAN.impacts.own_law_identity(wildcards.own_law),
    shell:
        "NUMBA_NUM_THREADS={threads} python -m hammerscale write-law {wildcards.own_law:q}"
        " --configfile {params.config:q} -o {output:q} > {log:q} 2>&1"
