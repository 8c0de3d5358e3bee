"""The steps of :mod:`transforms.extract.link`: watch-list names, clean spans, people, organisations, role nouns."""
