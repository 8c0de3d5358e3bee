"""presslake: press coverage of social platforms as traceable claims. The vocabulary that every other package may name."""

__version__ = "0.1.0"
