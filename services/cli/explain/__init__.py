"""`relais explain`: the story of one message."""
