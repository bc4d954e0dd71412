"""Times Layerwise beside its peers: `python -m benchmarks --help`. The package never imports it."""
