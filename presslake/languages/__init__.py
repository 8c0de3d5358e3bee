"""One TOML file per language: months, speech verbs, quotation marks, honorifics, number words."""
