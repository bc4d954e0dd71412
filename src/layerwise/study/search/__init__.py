"""Searching settings: a space, populations of trials, halving, and an honest comparison."""

from layerwise.study.ledger.storage import found_optuna

found_optuna()  # without it, one line says what to install
