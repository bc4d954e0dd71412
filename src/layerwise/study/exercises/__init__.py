"""Exercises for pencil and paper, drawn from a seed and answered by the board."""
