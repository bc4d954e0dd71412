"""What `--help` teaches of choosing: the learning rate, the depth, all settings."""

from __future__ import annotations

METER = """Judge the learning rate for DATA: too small, right or too large, with the evidence.

Five ways to use it:

  layerwise meter flats.csv                          judges the rate that train would take
  layerwise meter flats.csv --rate .05               judges yours
  layerwise meter flats.csv --optimizer gradient_descent --batch-size all --hidden-units 16
  layerwise meter flats.csv --seeds 10 --picture rates.png
  layerwise meter flats.csv --settings flats.toml --json

64 rates over many decades are trained at once, each from several seeds and for as long as \
`train` would, and then more rates around the edge. A rate is stable when, for every seed, the \
training cost stays finite and ends no higher than it began. Too small: the cost falls less far \
than at the best rate, and the answer says how much sooner that one gets there. Take the best \
rate, or half of the largest stable one where that is smaller: `--learning-rate meter` does so by \
itself.

Beside it stands the bound from the curvature, the largest eigenvalue of the Hessian of the cost: \
2 / curvature for gradient descent. It is exact for linear regression; a network moves to where \
the cost is flatter or steeper, and the runs decide. L-BFGS finds its own step.
"""

LADDER = """Find the simplest model that is not significantly worse than the best.

Five ways to use it:

  layerwise ladder moons
  layerwise ladder flats.csv --target price --seeds 5
  layerwise ladder flats.csv --test sold.csv --most 5
  layerwise ladder digits --width 128 --epochs 50 --dropout .3
  layerwise ladder pictures/ --image-size 32x32 --json

The rungs are the majority (or the mean), logistic (or linear) regression, and networks of one, \
two, ... hidden layers of --width units; one hidden layer is tried with 4 and 16 units too. Depth \
is a hyperparameter: start simple, and climb only while it helps.

Each rung is trained over the same folds and seeds, or, with --test and for data with test rows of \
their own, on all training rows. It is compared with the best rung on the same rows; worse means \
significantly worse at 5 %, corrected for how many rungs there are. With few rows little can be \
told: the sentence says from where on a difference would have shown. All other settings are those \
of `layerwise train`. Ctrl-C shows the rungs that are complete. The picture goes to ladder.png in \
this folder, or to --out.
"""

SEARCH = """Search better settings for a network on DATA, and say whether any beats the defaults.

Five ways to use it:

  layerwise search flats.csv --target price --max-seconds 300
  layerwise search flats.csv --space "learning_rate=1e-4..1e-1 log" --space "depth=1..3" \\
      --space "width=16..256 step 16" --trials 60
  layerwise search flats.csv --method grid --space "hidden_units=64|64,64|256" --cv 5
  layerwise search flats.csv --name flats --trials 200      goes on where it was ended
  layerwise search flats.csv --name flats --runs postgresql://anna@db.example/runs

Without --space it searches around the defaults, which are its first trial. Many trials train at \
once, and weak ones are stopped early. A fifth of the training rows judges all trials; the best \
few are trained again with fresh seeds beside the defaults, and the card says by how much they \
differ. The test rows are scored once, at the end. Ctrl-C keeps everything found. Several workers \
with one --name and one --runs share the trials.
"""
