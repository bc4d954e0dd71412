"""The help of `layerwise runs` and its commands."""

RUNS = """List what was recorded: every `layerwise train`, search, ladder, and fit with track=True.

Eight ways to use it:

  layerwise runs                                    the newest 20
  layerwise runs --data flats --sort score          the best on these data first
  layerwise runs show 12                            everything that is known of run 12
  layerwise runs compare 12 14                      what differs, and whether the scores do
  layerwise runs replay 12                          the same bits, or how far off and why
  layerwise runs retune 12 --data new.csv           does the old best still hold?
  layerwise runs export runs.csv                    one row per run, for a spreadsheet
  layerwise runs dashboard                          curves and comparisons in the browser

`layerwise train` writes to layerwise-runs.db in the folder of its model; --runs names another \
file, or postgresql://user@host/name, where many people and machines write to one ledger. A \
password stands best in ~/.pgpass or PGPASSWORD. SQLite's file does not bear a network drive.
"""

SHOW = """Show everything that is known of a run.

  layerwise runs show 12
  layerwise runs show 12 --picture curve.png
  layerwise runs show 12 --json

Settings that are not at their default and what "auto" came to, the data with a summary of each \
column and its hash, the scores with their intervals, the seed, versions and machine, and whether \
the model file is still there and unchanged.
"""

EXPORT = """Write the runs to a table, one row per run: .csv or .parquet.

  layerwise runs export runs.csv
  layerwise runs export runs.parquet --runs postgresql://anna@db.example/runs

Columns are the figures of the run and one for each setting of the estimators. In CSV a text that \
begins like a formula (= + - @, a tab) gets a ' in front, so that no spreadsheet runs it; numbers \
are left as numbers.
"""

DASHBOARD = """Open the runs in the browser: Optuna's dashboard, on this machine alone.

  layerwise runs dashboard
  layerwise runs dashboard --port 9000 --no-browser

It answers on 127.0.0.1 and nowhere else, and refuses what another site's page sends it. What is \
deleted there is deleted from the ledger. Ctrl-C ends it.
"""

COMPARE = """Compare two runs: settings, data, environment, scores and curves.

  layerwise runs compare 12 14
  layerwise runs compare 12 14 --picture both.png
  layerwise runs compare 12 14 --json

Only what differs is shown, side by side. The scores are compared in pairs where that can be \
done: row by row where both models' files are there and both were tested on the same rows, split \
by split for scores over the same folds and seeds; the difference then has an interval of its own, \
which is narrower than those of two scores apart. Where it cannot be done, the text says why.
"""

REPLAY = """Train a run again and compare the bits: with the recorded settings, rows and seed.

  layerwise runs replay 12
  layerwise runs replay 12 --data moved/flats.csv
  layerwise runs replay 12 --data flats-2027.csv --anyway
  layerwise runs replay 12 --record

On the machine of the run the parameters are the same to the last bit, and the command ends with \
0. Where they are not it ends with 8, and says how far off they are, from which epoch on, and what \
differs: versions, cores, processor, device. Data that has changed is refused, with the columns \
that did, unless --anyway is there. A trial of a search is trained with the others of its batch, \
for how many train together decides the last bits. What was fitted in Python is replayed there: \
run.replay(X, y).
"""

RETUNE = """Search again from a run's settings: does the old best still hold?

  layerwise runs retune 12
  layerwise runs retune 12 --data flats-2027.csv
  layerwise runs retune 12 --trials 60 --max-seconds 300
  layerwise runs retune 12 --json

It says what has changed since: rows, columns whose values moved, versions, machine. Then it tries \
the old settings beside others around them, and the old and the best of the others again with \
fresh seeds. The trials are recorded as a search. Use it when data or hardware have changed.
"""
