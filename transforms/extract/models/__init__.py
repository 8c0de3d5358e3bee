"""Packaged weights of the built-in recogniser; see ``training/names/MODEL_CARD.md``."""
