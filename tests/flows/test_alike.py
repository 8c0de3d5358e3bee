"""Components kept batch by batch are those that the set of texts alone gives, whatever came, went and in which order."""

from itertools import combinations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows import alike
from flows.warehouse import memory

TEXT = "text_key UBIGINT NOT NULL, component UBIGINT NOT NULL, keys UBIGINT[] NOT NULL, size BIGINT NOT NULL, content BIGINT NOT NULL"
KIND = alike.Kind("thing", "things", lambda pairs: [(one ^ other) % 3 == 0 for one, _, other, _ in pairs])


@pytest.fixture(autouse=True)
def _small_crowds(monkeypatch):
    monkeypatch.setattr(alike, "CROWD", 3)
    monkeypatch.setattr(alike, "FIRST", 2)


def text(number: int) -> tuple[int, tuple[int, ...], int]:
    """Key, keys to meet others by and content of the text ``number``: 2⁶³ and more are as good as any."""
    key = (number * 11400714819323198485) % (1 << 64)
    return key, tuple({number % 4, 10 + number % 5, (1 << 63) + number % 7}), number


def expected(numbers: set[int]) -> dict[int, int]:
    """Component of each text by the definition, looking at every pair."""
    texts = {text(n)[0]: text(n) for n in numbers}
    buckets: dict[int, list[int]] = {}
    for key, meets, _ in texts.values():
        for meet in meets:
            buckets.setdefault(meet, []).append(key)
    component = {key: key for key in texts}
    for bucket in buckets.values():
        first = sorted(bucket)[: alike.FIRST] if len(bucket) > alike.CROWD else bucket
        for one, other in combinations(bucket, 2):
            if (one in first or other in first) and (texts[one][2] ^ texts[other][2]) % 3 == 0:
                joined = sorted((component[one], component[other]))
                component = {k: joined[0] if c == joined[1] else c for k, c in component.items()}
    return component


class House:
    def __init__(self) -> None:
        self.con = memory()
        self.con.execute(f"CREATE TABLE things (thing_id VARCHAR); CREATE TABLE _thing_texts ({TEXT})")
        self.con.execute("CREATE TABLE _thing_links (thing_id VARCHAR, text_key UBIGINT)")

    def change(self, come: list[tuple[str, int]], go: list[str]) -> None:
        """Rows that come with a text, or get another one, and rows that go."""
        for name in go:
            self.con.execute("DELETE FROM things WHERE thing_id = ?", [name])
        if come:
            rows = [(name, *text(n)) for name, n in come]
            self.con.execute("INSERT INTO things SELECT unnest(?) EXCEPT FROM things", [[name for name, _ in come]])
            columns = {
                "thing_id": [r[0] for r in rows],
                "text_key": pa.array([r[1] for r in rows], pa.uint64()),
                "keys": pa.array([r[2] for r in rows], pa.list_(pa.uint64())),
                "size": [1] * len(rows),
                "content": [r[3] for r in rows],
            }
            alike.add(self.con, KIND, pa.table(columns))
        alike.settle(self.con, KIND)

    def components(self) -> dict[int, int]:
        return dict(self.con.execute("SELECT text_key, component FROM _thing_texts").fetchall())


changes = st.tuples(
    st.lists(st.tuples(st.sampled_from([f"r{n}" for n in range(25)]), st.integers(0, 39)), max_size=8, unique_by=lambda c: c[0]),
    st.lists(st.sampled_from([f"r{n}" for n in range(25)]), max_size=4, unique=True),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(changes, min_size=1, max_size=5))
def test_components_follow_from_the_set_of_texts(batches):
    house = House()
    rows: dict[str, int] = {}
    for come, go in batches:
        rows = {k: v for k, v in rows.items() if k not in go} | dict(come)
        before = house.components()
        house.change(come, go)
        after = house.components()
        assert after == expected(set(rows.values()))
        named = {c for (c,) in house.con.execute("FROM _components").fetchall()}
        assert {after[k] for k in after if before.get(k) != after[k]} <= named, "what has other members is named anew"


def test_a_row_that_gets_another_text_leaves_the_component_of_the_old_one():
    house = House()
    house.change([("a", 0), ("b", 20)], [])
    alone = house.components()
    assert alone == expected({0, 20})
    house.change([("a", 3)], [])
    assert house.components() == expected({3, 20})
