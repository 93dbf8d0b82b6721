"""The tools of agents: a terminal, and a workforce that acts as many. Only a Kafka client is used."""
