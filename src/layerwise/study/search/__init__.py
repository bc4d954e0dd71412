"""Searching settings: a space, populations of trials, halving, and an honest comparison."""
