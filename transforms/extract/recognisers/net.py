"""The nets of the built-in recogniser: word vectors → scores of tags, all members at once, where a name can be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Bools = NDArray[np.bool_]
    Rows = NDArray[np.intp]

FAR = 3
"""Words between the three that the last convolution looks at, as in training."""
GAPS = {"1": 1, "2": 1, "3": FAR}
"""The convolutions, and the distance of the words that each of them looks at."""


class Net:
    """Three convolutions and a softmax, per member; the mean of the members' log odds, each as much as it is worth in a register."""

    def __init__(self, weights: Any) -> None:
        import numpy as np

        self.members = sum(name.startswith("c1_") for name in weights)
        stacked = {
            name: np.stack([weights[f"{name}_{k}"].astype(np.float32) for k in range(self.members)])
            for name in ("c1", "b1", "c2", "b2", "c3", "b3", "out", "bias")
        }
        self._widths = {layer: stacked[f"c{layer}"].shape[1] for layer in GAPS}
        self._kernels = {layer: stacked[f"c{layer}"].reshape(self.members, -1, stacked[f"c{layer}"].shape[3]) for layer in GAPS}
        self._biases = {layer: stacked[f"b{layer}"][:, None] for layer in GAPS}
        self._out, self._bias = stacked["out"], stacked["bias"][:, None]
        self._shares = weights["shares"].astype(np.float32)

    def log_odds(self, vectors: Floats, inside: Bools, wanted: Bools, register: int) -> Floats:
        """(wanted rows, tags) from the members' word vectors side by side (rows, members × size); rows that are not ``inside`` count as empty.

        Only what the scores of ``wanted`` rows rest on is computed.
        """
        import numpy as np

        x = vectors.reshape(len(vectors), self.members, -1).transpose(1, 0, 2)
        first, *others = GAPS
        seen = [wanted]
        for layer in reversed(others):
            seen.append(around(seen[-1], self._widths[layer], GAPS[layer]) & inside)
        rows = np.flatnonzero(seen.pop())
        h = np.zeros((self.members, len(vectors), self._kernels[first].shape[2]), dtype=np.float32)
        h[:, rows] = self._convolve(x, first, rows)
        for layer in others:
            rows = np.flatnonzero(seen.pop())
            h[:, rows] += self._convolve(h, layer, rows)
        tags = h[:, rows] @ self._out + self._bias
        tags -= tags.max(axis=2, keepdims=True)
        tags -= np.log(np.exp(tags).sum(axis=2, keepdims=True))
        mean: Floats = np.tensordot(self._shares[register], tags, 1)
        return mean

    def _convolve(self, x: Floats, layer: str, rows: Rows) -> Floats:
        """What one convolution makes of ``rows``, which lie far enough from the ends for it."""
        import numpy as np

        reach = self._widths[layer] // 2
        windows = np.concatenate([x[:, rows + i * GAPS[layer]] for i in range(-reach, reach + 1)], axis=2)
        out: Floats = windows @ self._kernels[layer]
        out += self._biases[layer]
        np.maximum(out, 0, out=out)
        return out


def around(rows: Bools, width: int, gap: int) -> Bools:
    """``rows``, and those that a convolution of ``width`` sees from them."""
    out = rows.copy()
    for i in range(1, width // 2 + 1):
        out[i * gap :] |= rows[: -i * gap]
        out[: -i * gap] |= rows[i * gap :]
    return out
