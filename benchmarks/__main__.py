"""python -m benchmarks: see benchmarks/throughput.py."""

from benchmarks.throughput import main

main()
