"""The study of the defaults on tables: `python -m benchmarks.tables`."""
