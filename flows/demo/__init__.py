"""A small press of our own, served on loopback: what ``presslake run --demo`` fetches over HTTP like any other."""
