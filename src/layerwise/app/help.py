"""What `--help` teaches: the words of the command line, without anything to import."""

from __future__ import annotations

PROGRAM = """Train a deep neural network on your own table or pictures, and see how good it is.

Three commands to begin with:

  layerwise train digits
  layerwise train flats.csv --target price --hidden-units 64,64
  layerwise predict flats.layerwise new.csv --out prices.csv

The first trains on a built-in set, the second on your own table, the third uses what came out. \
`layerwise train` alone lists every setting with its default, and the built-in sets.
"""

EXIT_CODES = (
    "Exit codes: 0 done, 1 unforeseen, 2 wrong usage or setting, 3 data cannot be used, 4 model "
    "file refused, 5 training diverged, 6 a file could not be read or written, 7 a slip was found "
    "(check, equations, exercise) or an equation not understood, 8 a replay differs from its run, "
    "130 interrupted. Every error is one line on stderr."
)

TRAIN = """Train a network on DATA and show how good it is on rows it has not seen.

Three ways to use it:

  layerwise train digits
  layerwise train flats.csv --target price --hidden-units 64,64 --epochs 100
  layerwise train pictures/ --image-size 64x64 --hidden-units none

A fifth of the rows is held out for the score unless --test gives other rows. \
With --hidden-units none it is logistic or linear regression: start there. \
Three files are written: the model, its learning curve (.png) and the settings \
(.toml) that repeat the run. With the extra `search` the run is recorded too (see `layerwise runs`).
"""

EVALUATE = """Score a model on DATA with the answers in it, beside the constant guess.

  layerwise evaluate flats.layerwise sold.csv
  layerwise evaluate flats.layerwise sold.csv --target price --json
"""

PREDICT = """Predict the target of every row of DATA, as CSV.

Columns are matched by name, in any order; those that the model does not know are left out. \
For classes the probability of each stands beside the prediction.

  layerwise predict flats.layerwise new.csv
  layerwise predict flats.layerwise new.csv --out prices.parquet
  layerwise predict flats.layerwise new.csv --interval .9
"""

SUMMARY = """Show what a model file holds: layers and shapes, settings, classes, training.

Four ways to use it:

  layerwise summary flats.layerwise
  layerwise summary flats.layerwise --m 128          every tensor's shape for 128 examples
  layerwise summary --network 12288-20-7-5-1 --m 209 without any model
  layerwise summary --network 12288-20-7-5-1 --format latex

The dimension table has W[l], b[l], Z[l], A[l] and the derivative of each, which has its shape. \
Below stand the equations with shapes in the place of tensors: examples are columns, so \
Z[1] = W[1] X + b[1] is (20, 12288)(12288, 209) + (20, 1) -> (20, 209), and b[1] is broadcast.
"""

COURSE = """Repeat the experiments of the public course, beside its published figures.

Four ways to use it:

  layerwise course          lists the experiments
  layerwise course flower --out pictures
  layerwise course all --data ../shared/data --seeds 10
  layerwise course flower --seeds 3 --share .1        a quick look

Each network starts from several first weights at once, the course's own first. The table shows \
that one (own), the median and the range over all with a 95 % interval, and whether the first and \
the median lie inside the published figure's interval. The picture is ready for a lecture. cats \
and regularization need the course's files (--data); the others draw their points themselves.
"""

EQUATIONS = """Check the equations of a forward and backward pass, from a slide or your own code.

  layerwise equations slide.txt
  layerwise equations backward.py --json

One equation per line, in whichever of these notations you write:

  dZ[l] = W[l+1]' dZ[l+1] * g[l]'(Z[l])
  dZ1 = np.dot(W2.T, dZ2) * (1 - np.power(A1, 2))
  dW^{[l]} = \\frac{1}{m} dZ^{[l]} A^{[l-1]T}        or with the layer as ^{(l)}
  dZ = np.array(dA, copy=True)
  dZ[Z <= 0] = 0
  b[l], db[l]: (n[l], 1)

' is the transpose, g' the derivative, * element by element, and @, np.dot or nothing the matrix \
product. Each line is held against random networks of several depths and widths, all that stands \
on its right being given its right value. A wrong line is shown with the slip, whether its shapes \
agree, and as it should be. Comments, headings and prose are passed over. Nothing in the file is \
ever run. Where 1/m lives: on dW and db, not on dA and dZ; a file that keeps to another way is \
right, with a note.
"""

CHECK = """Check your own NumPy network: which slip, in which layer, and its repair in one line.

Four ways to use it:

  layerwise check my_network.py
  layerwise check my_network.py --json
  layerwise check my_network.py --name backward=my_gradients
  layerwise check my_network.py --class Network --layout rows

A class may keep W and b in itself, as lists, as W1, b1, ... or in a dictionary of parameters: its \
forward, backward and step are called on an object made anew, with weights of ours put in it. \
Logistic regression, propagate(w, b, X, Y) and optimize, is checked as the course writes it.

The file is run: in a process of its own, each call for 10 seconds at most, without what stands \
under `if __name__ == "__main__"`. The names of the public course are understood as they are: \
linear_forward(A, W, b), linear_activation_forward, L_model_forward(X, parameters), \
compute_cost(AL, Y), linear_backward(dZ, cache), linear_activation_backward, \
L_model_backward(AL, Y, caches), update_parameters(parameters, grads, learning_rate), and those \
of L2, dropout, batch normalization, momentum and Adam. For others say --name ROLE=YOURS, where \
ROLE is one of these or simply forward, backward, cost or update. What is not there is not checked.

Each function is called alone on right inputs, so that one slip does not hide another. A slip \
that is not in the catalogue is still placed: the first wrong tensor and its ratio to the right one.
"""

TRACE = """Show one training step of MODEL: forward, cost, backward, update, every number visible.

Five ways to use it:

  layerwise trace flats.layerwise sold.csv | less
  layerwise trace flats.layerwise sold.csv --example 7 --out step.html
  layerwise trace flats.layerwise sold.csv --examples 0-9 --out step.html
  layerwise trace flats.layerwise sold.csv --digits 17 --format json
  layerwise trace flats.layerwise sold.csv --out handout.tex

Open step.html in a browser: the arrow keys step forward and back, and the graph fills with values \
on the way forward and with derivatives on the way back. The page needs no network.

The step is the optimizer's first from the model's parameters, in float64, with the learning rate \
of the settings; the model itself is not changed. Where 1/m lives: dA and dZ are derivatives of \
each example's own loss, without it; dW and db are derivatives of the mean J, with it.
"""

WHY = """See what your network does, and why it works: a sentence, measured numbers, a picture.

  layerwise why                                     lists the tools
  layerwise why weights digits.layerwise            what the first units look for
  layerwise why excites digits.layerwise digits --layer 1 --unit 7
  layerwise why embedding iris.layerwise iris.csv   the rows as every layer sees them
  layerwise why surface iris.layerwise iris.csv     the valley that training came down
  layerwise why boundary flats.layerwise flats.csv --columns rooms,metres
  layerwise why collapse flats.layerwise            how linear is it?
  layerwise why parity                              needs no model: depth against width

Begin with weights and embedding on a model of your own; then take activations to see whether \
units are saturated or dead. DATA needs the answers in it, as for `layerwise evaluate`. The \
picture goes to TOOL.png in this folder, or to --out. Of a model of several members one is \
looked at, the first unless --member says another; boundary asks all of them.
"""

EXERCISE = """Write an exercise for pencil and paper, with its key: small numbers from a seed.

Four ways to use it:

  layerwise exercise backward --seed 7
  layerwise exercise forward --seed 1 --number 3 --format latex --out class
  layerwise exercise backward --seed 7 --answers mine.json
  layerwise exercise                                 lists the kinds

Two files are written: backward-7.md with the questions and backward-7-key.md, which shows the way \
to every answer: the equation, the numbers put in, the result. Give each learner another seed. \
The answers are those of Layerwise's own forward and backward pass. To be marked, answers stand \
in a JSON file by the names of the sheet, {"dZ2": [[-4, -3]], "wrong": 4}; for a wrong one the \
likely slip is named: transposed, the sign, a forgotten 1/m.
"""
