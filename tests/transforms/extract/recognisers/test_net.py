import numpy as np
import pytest

from transforms.extract.recognisers.net import FAR, Net, around


def weights(members: int) -> dict[str, np.ndarray]:
    random = np.random.default_rng(7)
    shapes = {"c1": (5, 4, 6), "b1": (6,), "c2": (3, 6, 6), "b2": (6,), "c3": (3, 6, 6), "b3": (6,), "out": (6, 7), "bias": (7,)}
    out = {f"{name}_{k}": random.normal(size=shape).astype(np.float16) for name, shape in shapes.items() for k in range(members)}
    return out | {"shares": random.dirichlet(np.ones(members), size=2)}


@pytest.mark.parametrize("register", [0, 1])
def test_scores_of_some_rows_are_those_of_all_rows(register: int) -> None:
    net, random = Net(weights(3)), np.random.default_rng(1)
    inside = np.ones(60, dtype=np.bool_)
    inside[[0, 1, 2, 20, 21, 22, 57, 58, 59]] = False
    vectors = random.normal(size=(60, 12)).astype(np.float32) * inside[:, None]
    whole = np.zeros((60, 7), dtype=np.float32)
    whole[inside] = net.log_odds(vectors, inside, inside, register)
    wanted = inside & (random.random(60) < 0.2)
    assert 0 < wanted.sum() < inside.sum()
    assert np.allclose(net.log_odds(vectors, inside, wanted, register), whole[wanted], atol=1e-4)


def test_pieces_do_not_see_each_other() -> None:
    net, random = Net(weights(2)), np.random.default_rng(2)
    piece, other = (random.normal(size=(9, 8)).astype(np.float32) for _ in range(2))
    gap = np.zeros((FAR, 8), dtype=np.float32)
    alone, beside = np.concatenate([gap, piece, gap]), np.concatenate([gap, piece, gap, other, gap])
    inside, both = alone.any(axis=1), beside.any(axis=1)
    assert np.allclose(net.log_odds(alone, inside, inside, 0), net.log_odds(beside, both, both, 0)[:9], atol=1e-4)


def test_around_takes_what_a_convolution_sees() -> None:
    rows = np.zeros(11, dtype=np.bool_)
    rows[5] = True
    assert np.flatnonzero(around(rows, 5, 1)).tolist() == [3, 4, 5, 6, 7]
    assert np.flatnonzero(around(rows, 3, FAR)).tolist() == [2, 5, 8]
