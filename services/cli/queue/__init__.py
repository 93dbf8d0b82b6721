"""The human queue in simulated time, run by the very rules that dispatchers run."""
