"""Equations of a forward and backward pass: read, proved and, where wrong, mended."""
