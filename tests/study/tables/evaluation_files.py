"""Tables of errors as `evaluate` writes them, for the tests of tables and figures."""

from hammerscale.store.sealed_json import write_sealed_json


def errors(total, deviatoric=None, paths=4):
    """Return the statistics of one norm or two; p95 is twice and max three times the mean."""
    means = {"total": total} | ({"deviatoric": deviatoric, "paper_metric": total / 2} if deviatoric else {})
    spread = {name: {key: factor * mean for key, mean in means.items()} for name, factor in (("p95", 2), ("max", 3))}
    return {"paths": paths, **means, **spread}


def document(surrogate="rno", size=10, seed=0, *, families, learned_from="taylor", tested_on="taylor", pressure=None):
    """Return one table; `families` and `pressure` are errors by family."""
    first = next(iter(families.values()))
    table = {**first, "families": families, "dataset": tested_on}
    if pressure:
        table["pressure_only"] = {**next(iter(pressure.values())), "families": pressure}
    trained = {
        "surrogate": surrogate,
        "dataset": learned_from,
        "train_paths": size,
        "seed": seed,
        "training_cpu_s": 1.5,
        "training": {**errors(0.02, 0.03), "pca": {"input": 0.001, "output": 0.002}},
    }
    return table | {"trained": trained}


def write(folder, *documents):
    """Write tables into a folder and return their files."""
    files = [folder / f"{i}.json" for i in range(len(documents))]
    for file, content in zip(files, documents, strict=True):
        write_sealed_json(file, content)
    return files
