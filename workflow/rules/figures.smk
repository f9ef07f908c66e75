# Figures of the data sets.


rule plot_dataset:
    input:
        f"{DATA}/{{dataset}}/dataset.nc",
    output:
        svg=report(
            f"{FIGURES}/{{dataset}}.svg",
            caption="../report/dataset.rst",
            category="Data sets",
            labels={"data set": "{dataset}", "figure": "overview"},
        ),
        png=f"{FIGURES}/{{dataset}}.png",
    log:
        f"{LOGS}/{{dataset}}/plot.log",
    benchmark:
        f"{LOGS}/{{dataset}}/plot.tsv"
    conda:
        "../../envs/cpu.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 1500 * attempt,
        runtime=lambda wildcards, attempt: 15 * attempt,
    shell:
        "NUMBA_NUM_THREADS={threads} python -m hammerscale plot {input:q} -o {output.svg:q} -o {output.png:q} > {log:q} 2>&1"
