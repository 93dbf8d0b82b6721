"""The measures: each makes some subjects work in turn and returns its figures."""
