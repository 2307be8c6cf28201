"""Benchmarks: each module has `run(case)` and prints one JSON line a case; `python -m tests.benchmarks` runs
them.
"""
