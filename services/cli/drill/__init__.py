"""`relais drill`: take a part away from a running house, and measure what happens."""
