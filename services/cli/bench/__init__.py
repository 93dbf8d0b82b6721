"""`relais bench`: how fast Relais is against the least that could be done, on real servers.

Every figure is a ratio of two things measured in the same run, in turn, several times: a machine that is
busy with something else slows both. What is measured is CPU time of whole processes, not time by the clock,
wherever the question is what something costs.
"""
