"""All sets of the study by name, in two fixed halves: A to choose the defaults on, B to report.

A found table is in one half with all its sizes; each difficulty is in both, by different laws.
"""

from __future__ import annotations

from benchmarks.tables import laws, small_laws
from benchmarks.tables.drawing import TableSet
from benchmarks.tables.found import FOUND

MADE = (
    TableSet("irrelevant_class", "classes", "A", "irrelevant", 2000, law=laws.irrelevant_class),
    TableSet("irrelevant_number", "numbers", "B", "irrelevant", 1500, law=laws.irrelevant_number),
    TableSet("friedman1", "numbers", "A", "interactions", 2000, law=laws.friedman1),
    TableSet("friedman2", "numbers", "B", "interactions", 2000, law=laws.friedman2),
    TableSet("friedman3", "numbers", "A", "interactions", 600, law=laws.friedman3),
    TableSet("interactions", "classes", "B", "interactions", 3000, law=laws.interactions_class),
    TableSet("checkerboard", "classes", "A", "checkerboard", 2000, law=laws.checkerboard_class),
    TableSet("heights", "numbers", "B", "checkerboard", 2000, law=laws.checkerboard_number),
    TableSet("levels_number", "numbers", "A", "cardinality", 2000, law=laws.levels_number),
    TableSet("levels_class", "classes", "B", "cardinality", 3000, law=laws.levels_class),
    TableSet("heavy_class", "classes", "A", "heavy tails", 1500, law=laws.heavy_class),
    TableSet("heavy_number", "numbers", "B", "heavy tails", 1500, law=laws.heavy_number),
    TableSet("missing_number", "numbers", "A", "missing", 2000, law=laws.missing_number),
    TableSet("missing_class", "classes", "B", "missing", 1000, law=laws.missing_class),
    TableSet("imbalance", "classes", "A", "imbalance", 2000, law=laws.imbalance_class),
    TableSet("imbalance_many", "classes", "B", "imbalance", 2000, law=laws.imbalance_many),
    TableSet("frequent_number", "numbers", "A", "high frequency", 2000, law=laws.frequent_number),
    TableSet("frequent_class", "classes", "B", "high frequency", 3000, law=laws.frequent_class),
    TableSet("skewed", "numbers", "A", "skewed target", 1500, law=laws.skewed_number),
    TableSet("claims", "numbers", "B", "skewed target", 3000, law=laws.skewed_claims),
    TableSet("tiny_linear_class", "classes", "A", "tiny", 150, law=small_laws.linear_class),
    TableSet("tiny_curved_number", "numbers", "A", "tiny", 200, law=small_laws.curved_number),
    TableSet("tiny_blobs", "classes", "A", "tiny", 400, law=small_laws.blobs_class),
    TableSet("tiny_linear_number", "numbers", "B", "tiny", 150, law=small_laws.linear_number),
    TableSet("tiny_curved_class", "classes", "B", "tiny", 250, law=small_laws.curved_class),
    TableSet("tiny_ordered", "numbers", "B", "tiny", 350, law=small_laws.ordered_number),
    TableSet("wide_class", "classes", "A", "wide", 150, law=small_laws.wide_class),
    TableSet("wide_number", "numbers", "B", "wide", 200, law=small_laws.wide_number),
    TableSet("mixed_class", "classes", "A", "mixed", 1000, law=small_laws.mixed_class),
    TableSet("mixed_number", "numbers", "B", "mixed", 800, law=small_laws.mixed_number),
    TableSet("dates_number", "numbers", "A", "dates", 2000, law=small_laws.dates_number),
    TableSet("dates_class", "classes", "B", "dates", 1500, law=small_laws.dates_class),
)

SETS = {table.name: table for table in (*FOUND, *MADE)}
