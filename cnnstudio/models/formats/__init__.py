"""Readers of foreign weight files: a path goes in, plain tensors by name come out.

Every length is checked against what the file still holds before anything is allocated, nothing that a file says is
ever executed, and every failure is a ModelError that names the file. No reader knows the catalogue or fetches.
"""
