"""The parts of bench/run. See bench/README.md."""
