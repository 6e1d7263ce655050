"""Writes the test vectors, a directory for each format; generate.py, next to this package, is where it starts."""
