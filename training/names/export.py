"""Write the trained tagger as ``transforms/extract/models/names.npz``: 8-bit word features, 16-bit layers."""

from __future__ import annotations

import sys
import zlib
from pathlib import Path

import numpy as np
import torch

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
from training.names.data import DOMAINS, TAGS  # noqa: E402


def export(source: Path, target: Path, domain: str | None, bias: float, version: str) -> None:
    saved = torch.load(source)
    state = {k: v.numpy() for k, v in saved["state"].items()}
    keys = np.array([zlib.crc32(f.encode("utf-8", "replace")) for f in saved["ids"]], dtype=np.uint32)
    vectors = state["emb.weight"][1:]
    order = np.argsort(keys, kind="stable")
    keys, vectors = keys[order], vectors[order]
    scale = np.abs(vectors).max(axis=0) / 127
    transitions = state["trans"] + state["bad"]
    bias_o = state["out.bias"].copy()
    bias_o[0] += bias
    np.savez_compressed(
        target,
        keys=np.diff(keys, prepend=np.uint32(0)),
        vectors=np.round(vectors / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        domain=state["dom.weight"][DOMAINS.index(domain) if domain else len(DOMAINS)].astype(np.float32),
        c1=state["c1.weight"].transpose(2, 1, 0).astype(np.float16),
        b1=state["c1.bias"],
        c2=state["c2.weight"].transpose(2, 1, 0).astype(np.float16),
        b2=state["c2.bias"],
        out=state["out.weight"].T.astype(np.float32),
        bias=bias_o,
        transitions=transitions,
        first=state["first"],
        tags=np.array(TAGS),
        version=np.array(version),
    )
    print(target.stat().st_size, "bytes")


if __name__ == "__main__":
    export(Path(sys.argv[1]), ROOT / "transforms/extract/models/names.npz", sys.argv[2] or None, float(sys.argv[3]), sys.argv[4])
