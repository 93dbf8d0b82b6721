"""`relais simulate`: publish messages and follow each to its outcome."""
