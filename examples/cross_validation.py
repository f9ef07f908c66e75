"""# Cross-validation by strain path

A fold is a part of the training paths on which a model is tested that learned from the others. Folds by path never
share a strain path; by microstructure or parameters they never share a texture or a material.
"""

import matplotlib.pyplot as plt

import hammerscale as hs

FOLDS = 4


def compute():
    """Return the deviatoric error (folds,) [-] of a linear map on the walks of each fold."""
    dataset = hs.produce_dataset(hs.load_config(["examples/tiny_campaign.yaml"]), "walks")
    orders = [hs.Order("linear", fold=hs.Fold(number, FOLDS, by="path")) for number in range(FOLDS)]
    reports = [hs.train_surrogate(dataset, order, f"results/examples/folds/{i}") for i, order in enumerate(orders)]
    return [report["test"]["deviatoric"] for report in reports]


def draw(errors):
    """Draw the error of every fold."""
    figure, axis = plt.subplots(layout="constrained")
    axis.bar(range(FOLDS), [100.0 * error for error in errors])
    axis.set_xticks(range(FOLDS))
    axis.set(xlabel="fold", ylabel="deviatoric error [%]")
    return figure


if __name__ == "__main__":
    draw(compute()).savefig(__file__.replace(".py", ".png"))
