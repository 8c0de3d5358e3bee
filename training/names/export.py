"""Write the trained tagger as ``transforms/extract/models/names.npz``: 8-bit word features, 16-bit layers."""

from __future__ import annotations

import argparse
import sys
import zlib
from pathlib import Path

import numpy as np
import torch

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
from training.names.data import DOMAINS, TAGS, well_formed  # noqa: E402


def export(sources: list[Path], target: Path, version: str) -> None:
    """Write one file for all members: their word vectors side by side, their layers numbered.

    Two registers: any sentence, where members that saw no invented sentences count twice as much as others, and articles of the press, where they
    count half as much."""
    saved = [torch.load(source) for source in sources]
    ids = sorted({f for member in saved for f in member["ids"]}, key=lambda f: zlib.crc32(f.encode("utf-8", "replace")))
    keys = np.array([zlib.crc32(f.encode("utf-8", "replace")) for f in ids], dtype=np.uint32)
    out: dict[str, np.ndarray] = {"tags": np.array(TAGS), "version": np.array(version), "keys": np.diff(keys, prepend=np.uint32(0))}
    out["transitions"], out["first"] = well_formed()
    vectors, domains = [], []
    for k, member in enumerate(saved):
        state = {name: value.numpy() for name, value in member["state"].items()}
        place = [member["ids"].get(f, 0) for f in ids]
        vectors.append(state["emb.weight"][place] * (np.array(place) > 0)[:, None])
        domains.append(state["dom.weight"][[len(DOMAINS), DOMAINS.index("corpus")]])
        for name in ("c1", "c2", "c3"):
            out[f"{name}_{k}"] = state[f"{name}.weight"].transpose(2, 1, 0).astype(np.float16)
            out[f"{name.replace('c', 'b')}_{k}"] = state[f"{name}.bias"]
        out[f"out_{k}"] = state["out.weight"].T
        out[f"bias_{k}"] = state["out.bias"]
    plain = np.array([1 if member["patterns"] else 2 for member in saved])
    out["shares"] = np.stack([plain / plain.sum(), (1 / plain) / (1 / plain).sum()]).astype(np.float32)
    table = np.concatenate(vectors, axis=1)
    scale = np.abs(table).max(axis=0) / 127
    out |= {"vectors": np.round(table / scale).astype(np.int8), "scale": scale.astype(np.float32), "domain": np.concatenate(domains, axis=1)}
    np.savez_compressed(target, **out)
    print(len(saved), "members", target.stat().st_size, "bytes")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("members", nargs="+", type=Path)
    parser.add_argument("--version", default="1.0")
    parser.add_argument("--target", type=Path, default=ROOT / "transforms/extract/models/names.npz")
    args = parser.parse_args()
    export(args.members, args.target, args.version)


if __name__ == "__main__":
    main()
