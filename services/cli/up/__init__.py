"""`relais up` and `relais status`: start the services, watch over them, show how they are."""
