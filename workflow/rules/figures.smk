# Figures of the data sets.


rule plot_dataset:
    input:
        f"{DATA}/{{dataset}}/dataset.nc",
    output:
        report(
            f"{FIGURES}/{{dataset}}.svg",
            caption="../report/dataset.rst",
            category="Data sets",
            labels={"data set": "{dataset}", "figure": "overview"},
        ),
        f"{FIGURES}/{{dataset}}.png",
    log:
        f"{LOGS}/{{dataset}}/plot.log",
    benchmark:
        f"{LOGS}/{{dataset}}/plot.tsv"
    resources:
        mem_mb=1500,
        runtime=15,
    conda:
        "../../envs/cpu.yaml"
    shell:
        "{HAMMERSCALE} plot {input} -o {output[0]} -o {output[1]} > {log} 2>&1"
