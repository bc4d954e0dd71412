"""Check my backward: a learner's own NumPy functions against the lecture, and which slip it is."""
