# What surrogates are worth: errors on test paths, tables, learning curves, comparisons with reference data.


wildcard_constraints:
    comparison="|".join(PLAN.config.comparisons),


rule evaluate_surrogate:
    input:
        model=f"{MODELS}/{{surrogate}}/paths_{{train_paths}}_seed_{{seed}}/manifest.json",
        dataset=f"{DATA}/{{dataset}}/dataset.nc",
    output:
        f"{MODELS}/{{surrogate}}/paths_{{train_paths}}_seed_{{seed}}_on_{{dataset}}.json",
    log:
        f"{LOGS}/models/{{surrogate}}/evaluate_{{train_paths}}_{{seed}}_on_{{dataset}}.log",
    benchmark:
        f"{LOGS}/models/{{surrogate}}/evaluate_{{train_paths}}_{{seed}}_on_{{dataset}}.tsv"
    conda:
        "../../envs/cpu.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 30 * attempt,
    params:
        folder=lambda wildcards, input: Path(input.model).parent,
    shell:
        "NUMBA_NUM_THREADS={threads} python -m hammerscale evaluate {params.folder:q}"
        " --dataset {input.dataset:q} -o {output:q} > {log:q} 2>&1"


rule tabulate_surrogates:
    input:
        PLAN.models.evaluation_files(),
    output:
        csv=f"{TABLES}/surrogates.csv",
        markdown=f"{TABLES}/surrogates.md",
        html=report(
            f"{TABLES}/surrogates.html",
            caption="../report/surrogates.rst",
            category="Surrogates",
            labels={"table": "errors"},
        ),
    log:
        f"{LOGS}/models/tabulate.log",
    benchmark:
        f"{LOGS}/models/tabulate.tsv"
    conda:
        "../../envs/cpu.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 15 * attempt,
    shell:
        "NUMBA_NUM_THREADS={threads} python -m hammerscale tabulate-surrogates {input:q}"
        " -o {output.csv:q} -o {output.markdown:q} -o {output.html:q} > {log:q} 2>&1"


rule tabulate_folds:
    input:
        [f"{folder}/manifest.json" for folder in PLAN.models.fold_folders()],
    output:
        csv=f"{TABLES}/folds.csv",
        markdown=f"{TABLES}/folds.md",
        html=report(
            f"{TABLES}/folds.html",
            caption="../report/folds.rst",
            category="Surrogates",
            labels={"table": "cross-validation"},
        ),
    log:
        f"{LOGS}/models/folds.log",
    benchmark:
        f"{LOGS}/models/folds.tsv"
    conda:
        "../../envs/cpu.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 15 * attempt,
    params:
        folders=PLAN.models.fold_folders(),
    shell:
        "NUMBA_NUM_THREADS={threads} python -m hammerscale tabulate-folds {params.folders:q}"
        " -o {output.csv:q} -o {output.markdown:q} -o {output.html:q} > {log:q} 2>&1"


rule plot_learning_curves:
    input:
        f"{TABLES}/surrogates.csv",
    output:
        svg=report(
            f"{FIGURES}/learning_curves_{{dataset}}.svg",
            caption="../report/learning_curves.rst",
            category="Surrogates",
            labels={"data set": "{dataset}", "figure": "learning curves"},
        ),
        png=f"{FIGURES}/learning_curves_{{dataset}}.png",
    log:
        f"{LOGS}/models/learning_curves_{{dataset}}.log",
    benchmark:
        f"{LOGS}/models/learning_curves_{{dataset}}.tsv"
    conda:
        "../../envs/cpu.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 1500 * attempt,
        runtime=lambda wildcards, attempt: 15 * attempt,
    shell:
        "NUMBA_NUM_THREADS={threads} python -m hammerscale plot-learning-curves {input:q}"
        " --dataset {wildcards.dataset:q} -o {output.svg:q} -o {output.png:q} > {log:q} 2>&1"


rule compare_with_reference:
    input:
        lambda wildcards: PLAN.models.comparison_inputs(wildcards.comparison),
    output:
        csv=f"{TABLES}/comparison_{{comparison}}.csv",
        markdown=f"{TABLES}/comparison_{{comparison}}.md",
        html=report(
            f"{TABLES}/comparison_{{comparison}}.html",
            caption="../report/comparison.rst",
            category="Surrogates",
            labels={"table": "comparison with {comparison}"},
        ),
    log:
        f"{LOGS}/models/comparison_{{comparison}}.log",
    benchmark:
        f"{LOGS}/models/comparison_{{comparison}}.tsv"
    conda:
        "../../envs/cpu.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 15 * attempt,
    params:
        config=CONFIG,
        identity=lambda wildcards: PLAN.models.comparison_identity(wildcards.comparison),
    shell:
        "NUMBA_NUM_THREADS={threads} python -m hammerscale compare-with-reference {wildcards.comparison:q}"
        " --configfile {params.config:q} -o {output.csv:q} -o {output.markdown:q} -o {output.html:q} > {log:q} 2>&1"
