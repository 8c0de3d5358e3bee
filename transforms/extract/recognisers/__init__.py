"""The recognisers behind :func:`transforms.extract.recognise.load_recogniser`: the built-in tagger and adapters for models that a user installed."""
