"""People, organisations, claims and quantities of one article."""
