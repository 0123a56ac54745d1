"""Benchmarks: speed as ratios measured in one run, quality on labelled data. No part of the tests."""
