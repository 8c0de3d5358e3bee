"""The contract: what must be true of the tables, independent of the code that fills them."""
