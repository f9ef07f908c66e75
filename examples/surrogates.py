"""# Train two surrogates and compare them

A linear map of whole histories and the nearest training path learn from the same 60 walks. Both are judged by the
deviatoric stress of the 20 unseen walks: nearly all of the total stress is pressure, which is easy.
"""

import matplotlib.pyplot as plt

import hammerscale as hs


def compute():
    """Return by kind the errors on training and test walks [-]."""
    dataset = hs.produce_dataset(hs.load_config(["examples/tiny_campaign.yaml"]), "walks")
    reports = {
        kind: hs.train_surrogate(dataset, hs.Order(kind), f"results/examples/models/{kind}")
        for kind in ("linear", "nearest")
    }
    return {kind: [report[part]["deviatoric"] for part in ("training", "test")] for kind, report in reports.items()}


def draw(errors):
    """Draw the errors as bars."""
    figure, axis = plt.subplots(layout="constrained")
    for i, (kind, values) in enumerate(errors.items()):
        axis.bar([i, i + 3], [100.0 * value for value in values], label=kind)
    axis.set_xticks([0.5, 3.5], ["60 training walks", "20 unseen walks"])
    axis.set(ylabel="deviatoric error [%]")
    axis.legend()
    return figure


if __name__ == "__main__":
    draw(compute()).savefig(__file__.replace(".py", ".png"))
