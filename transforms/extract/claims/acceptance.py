"""The learned layer: how likely a draft of the rules is a claim. A logistic model of binary features, trained by ``training/claims.py``."""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Iterable, Mapping
from importlib import resources


@functools.lru_cache(maxsize=1)
def load_weights() -> Mapping[str, float]:
    """Feature → weight; empty where no model is packaged, so that every draft is accepted."""
    path = resources.files("transforms.extract").joinpath("models", "claims.json")
    if not path.is_file():
        return {}
    weights: dict[str, float] = json.loads(path.read_text(encoding="utf-8"))["weights"]
    return weights


def probability(features: Iterable[str], weights: Mapping[str, float]) -> float:
    """Probability that the draft is a claim.

    >>> probability(["a", "b"], {"bias": 0.0, "a": 2.0})
    0.8807970779778823
    """
    score = weights.get("bias", 0.0)
    for name in features:
        score += weights.get(name, 0.0)
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))
