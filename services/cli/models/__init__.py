"""`relais train`, `relais predict`: the models and those who run Relais."""
