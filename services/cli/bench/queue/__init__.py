"""What the human queue costs in Redis and in the decision, against bare calls of a script."""
