"""`relais quarantine`: what could be shown to nobody."""
