"""`relais topics`: make, check and describe them."""
