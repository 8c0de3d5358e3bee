"""Planted defects against the gate: is each found, is exactly the wrong row set aside, is no good row lost, does each blocking one stop the publish?

    python -m benchmarks.quality_gate [--articles 3000] [--planted 1000] [--seed 1]

The defects are planted by this file into invented articles (benchmarks/synthetic.py), one to an article, and the stages are those of the product:
check of the staged rows, merge, check of the warehouse, publish. Exits with 1 if anything was missed or lost.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks.synthetic import START, Rows, combine, make_article
from presslake import schema

RUN = "run_" + "0" * 20
NOBODY = "0" * 20


@dataclass(frozen=True)
class Kind:
    """One kind of defect: what it does to the first row of ``table`` in an article, and the expectation it must fail."""

    name: str
    table: str
    expectation: str
    spoil: Callable[[Any, Rows], Any]


def _set(**changes: Any) -> Callable[[Any, Rows], Any]:
    return lambda row, rows: replace(row, **changes)


def _body(change: Callable[[str], str]) -> Callable[[Any, Rows], Any]:
    return lambda row, rows: replace(row, body_text=change(row.body_text))


def _in_caption(row: Any, rows: Rows) -> Any:
    rows["blocks"] = [replace(b, role="caption") if b.char_start <= row.char_start < b.char_end else b for b in rows["blocks"]]
    return row


def _span(start: int, end: int) -> tuple[schema.Span, ...]:
    return (schema.Span(start, end),)


REJECTING = (
    Kind("headline empty", "articles", "title_present", _set(title=" ")),
    Kind("headline missing", "articles", "title_not_null", _set(title=None)),
    Kind("text empty", "articles", "body_present", _set(body_text="\n")),
    Kind("text not in NFC", "articles", "text_is_nfc", _body(lambda b: unicodedata.normalize("NFD", b + " Öffnung"))),
    Kind("wrong charset", "articles", "umlauts_whole", _body(lambda b: (b + " Grüße für Köln").encode().decode("cp1252", "replace"))),
    Kind("control characters", "articles", "no_control_characters", _body(lambda b: b + "\x03")),
    Kind("template text", "articles", "no_template_text", _body(lambda b: b + "\n\nLorem ipsum dolor sit amet")),
    Kind("unfilled template", "articles", "no_template_text", _body(lambda b: b + "\n\n{{ headline }}")),
    Kind("markup left", "articles", "no_markup_left", _body(lambda b: b + "\n\n<p>Mehr<br/>dazu</p>")),
    Kind("address relative", "articles", "url_absolute", _set(url="/artikel/7")),
    Kind("seen out of order", "articles", "seen_in_order", lambda r, _: replace(r, first_seen_at=r.last_seen_at.replace(year=2031))),
    Kind("published in the year 1025", "articles", "date_plausible", _set(published_at=START.replace(year=1025))),
    Kind("published years ahead", "articles", "date_plausible", _set(published_at=START.replace(year=2052))),
    Kind("date without precision", "articles", "date_complete", _set(published_precision=None)),
    Kind("unknown article type", "articles", "article_type_in_set", _set(article_type="rumour")),
    Kind("language in words", "articles", "language_in_pattern", _set(language="Deutsch")),
    Kind("negative word count", "articles", "word_count_in_range", _set(word_count=-4)),
    Kind("hash cut off", "articles", "raw_sha256_in_pattern", _set(raw_sha256="abc")),
    Kind("claim not in the text", "claims", "text_at_spans", _set(text="Das hat niemand gesagt.")),
    Kind("claim offsets shifted", "claims", "text_at_spans", lambda r, _: replace(
        r, char_start=r.char_start + 1, char_end=r.char_end + 1, spans=_span(r.char_start + 1, r.char_end + 1))),
    Kind("claim beyond the text", "claims", "offsets_in_text", _set(char_start=90_000, char_end=90_005, spans=_span(90_000, 90_005))),
    Kind("claim without offsets", "claims", "offsets_given", _set(char_start=None, char_end=None)),
    Kind("spans in disorder", "claims", "spans_in_order", lambda r, _: replace(
        r, spans=(schema.Span(r.char_start + 9, r.char_end), schema.Span(r.char_start, r.char_start + 4)))),
    Kind("headline claim elsewhere", "claims", "headline_in_title", _set(speech_type="headline", char_start=None, char_end=None, spans=())),
    Kind("speaker without a name", "claims", "speaker_present", _set(speaker_person_id=None, speaker_surface=None)),
    Kind("unknown speaker with identity", "claims", "unknown_speaker_has_no_name", _set(speaker_kind="unknown")),
    Kind("speaker person and organisation", "claims", "speaker_of_its_kind", _set(speaker_organisation_id=f"org_{NOBODY}")),
    Kind("claim in a caption", "claims", "not_in_caption", _in_caption),
    Kind("confidence above one", "claims", "confidence_in_range", _set(confidence=1.7)),
    Kind("claim of an absent article", "claims", "article_is_there", _set(article_id=f"art_{NOBODY}")),
    Kind("mention beyond the text", "mentions", "offsets_in_text", _set(char_end=99_999)),
    Kind("mention says other words", "mentions", "offsets_agree", _set(surface="Jemand Anderes")),
    Kind("resolved to nobody", "mentions", "resolution_agrees", _set(entity_id=None)),
    Kind("person that is an organisation", "mentions", "entity_of_its_kind", _set(entity_id=f"org_{NOBODY}")),
    Kind("number not in the text", "claim_quantities", "offsets_agree", _set(raw_text="7 Milliarden Euro")),
    Kind("negative amount", "claim_quantities", "value_in_range", _set(value=Decimal(-5))),
    Kind("range upside down", "claim_quantities", "value_in_range", _set(qualifier="range", value_high=Decimal(1))),
    Kind("currency on people", "claim_quantities", "currency_is_moneys", _set(unit_kind="people")),
    Kind("block beyond the text", "blocks", "offsets_in_text", _set(char_end=88_888)),
    Kind("affiliation that says nothing", "affiliations", "says_something", _set(role=None, organisation_id=None)),
    Kind("entity without a name", "article_entities", "name_present", _set(name=" ")),
    Kind("entity never comparable", "article_entities", "has_block_keys", _set(block_keys=())),
    Kind("seen at no address", "article_urls", "url_absolute", _set(url="artikel.html")),
)  # fmt: skip

BLOCKING = {
    "article twice": "INSERT INTO articles FROM articles ORDER BY article_id LIMIT 1",
    "claim twice": "INSERT INTO claims FROM claims ORDER BY claim_id LIMIT 1",
    "speaker not among the people": "DELETE FROM people WHERE person_id = (SELECT max(speaker_person_id) FROM claims)",
    "mention of no organisation": "DELETE FROM organisations WHERE platform = 'tiktok'",
    "owner does not exist": f"UPDATE organisations SET parent_organisation_id = 'org_{NOBODY}' WHERE platform = 'tiktok'",
    "claim of no article": "UPDATE claims SET article_id = 'art_" + NOBODY + "' WHERE claim_id = (SELECT min(claim_id) FROM claims)",
    "number of no claim": f"UPDATE claim_quantities SET claim_id = 'clm_{NOBODY}' WHERE currency = 'EUR'",
    "version missing": "DELETE FROM article_versions WHERE article_id = (SELECT min(article_id) FROM articles)",
    "version numbered wrongly": "UPDATE article_versions SET version_no = 7 WHERE article_id = (SELECT min(article_id) FROM articles)",
    "cluster without a lead": f"UPDATE articles SET cluster_id = 'clu_{NOBODY}', is_cluster_lead = false WHERE source_id = 'paper1'",
    "lone article that leads nobody": "UPDATE articles SET is_cluster_lead = false WHERE cluster_id IS NULL",
    "everything gone": "DELETE FROM articles",
    "half the articles gone": "DELETE FROM articles WHERE hash(article_id) % 5 < 3",
}


def _key(table: str, row: Any) -> str:
    return "/".join(str(getattr(row, k)) for k in schema.primary_key(table))


def plant(articles: int, planted: int, seed: int) -> tuple[Rows, dict[str, set[tuple[str, str]]], dict[str, int]]:
    """Rows with defects; per kind the rows that are wrong; and how many good rows each table has."""
    draw = random.Random(seed)
    chosen = draw.sample(range(articles), planted)
    wrong: dict[str, set[tuple[str, str]]] = {k.name: set() for k in REJECTING}
    kinds = {number: REJECTING[i % len(REJECTING)] for i, number in enumerate(chosen)}
    good = dict.fromkeys(make_article(0), 0)
    parts = []
    for number in range(articles):
        rows = make_article(number)
        kind = kinds.get(number)
        if kind is not None:
            spoiled = kind.spoil(rows[kind.table][0], rows)
            rows[kind.table][0] = spoiled
            wrong[kind.name].add((kind.table, _key(kind.table, spoiled)))
        if kind is None or kind.table != "articles":
            for table, found in rows.items():
                good[table] += len(found) - (kind is not None and kind.table == table)
        parts.append(rows)
    return combine(parts), wrong, good


def main() -> None:
    """Print the tables; exit with 1 if a defect was missed or a good row lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=3_000)
    parser.add_argument("--planted", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr] # in a pipe too, each line when it is known
    home = Path(tempfile.mkdtemp())
    try:
        failures = _rejecting(home, args.articles, args.planted, args.seed) + _blocking(home)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print(f"\n{failures} missed or lost" if failures else "\nevery defect was found, nothing else was touched")
    sys.exit(bool(failures))


def _stage_anything(folder: Path, rows: Rows) -> None:
    """Stage rows as a worker with a defect would: a missing value is let through where the schema forbids it."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    for table, records in rows.items():
        batch = schema.to_arrow(table, records)
        loose = pa.schema([f.with_nullable(True) for f in batch.schema])
        (folder / table).mkdir(parents=True)
        pq.write_table(pa.Table.from_arrays(batch.columns, schema=loose), folder / table / "b.parquet")


def _rejecting(home: Path, articles: int, planted: int, seed: int) -> int:
    import duckdb

    from flows.check import check_staged

    rows, wrong, good = plant(articles, planted, seed)
    _stage_anything(home / "staging", rows)
    start = time.perf_counter()
    result = check_staged(home / "staging", RUN)
    took = time.perf_counter() - start
    con = duckdb.connect()
    rejects = con.execute(f"SELECT table_name, row_key, reason, expectation FROM read_parquet('{home}/staging/rejects/*.parquet')").fetchall()
    found = {(table, key): expectation for table, key, _, expectation in rejects}
    failed = {(r.table_name.removeprefix("staged_"), r.expectation) for r in result.failed}
    print(f"{planted} defects in {articles} articles ({sum(map(len, rows.values()))} rows), checked in {took:.1f} s\n")
    print(f"{'defect':<34} {'expectation':<44} {'planted':>7} {'aside':>6} {'missed':>6}")
    failures = 0
    for kind in REJECTING:
        aside = len(wrong[kind.name] & set(found))
        missed = len(wrong[kind.name]) - aside + ((kind.table, kind.expectation) not in failed)
        failures += missed
        print(f"{kind.name:<34} {kind.table + '.' + kind.expectation:<44} {len(wrong[kind.name]):>7} {aside:>6} {missed:>6}")
    print(f"\n{'table':<18} {'good rows':>10} {'kept':>10} {'lost':>6}")
    for table, expected in good.items():
        kept = con.execute(f"SELECT count(*) FROM read_parquet('{home}/staging/{table}/*.parquet')").fetchall()[0][0]
        failures += abs(expected - kept)
        print(f"{table:<18} {expected:>10} {kept:>10} {expected - kept:>6}")
    return failures


def _blocking(home: Path) -> int:
    from flows.check import check_warehouse, previous_counts
    from flows.load import merge_staged, open_warehouse
    from flows.publish import publish
    from presslake.errors import CheckFailed

    con = open_warehouse(home / "press.duckdb")
    merge_staged(con, home / "staging", RUN)
    check_warehouse(con, RUN)
    first = publish(con, home, RUN).snapshot_id
    con.close()
    failures = 0
    print(f"\n{'damage in the warehouse':<34} {'blocked by':<64} published")
    for name, damage in BLOCKING.items():
        shutil.copy(home / "press.duckdb", home / "damaged.duckdb")
        con = open_warehouse(home / "damaged.duckdb")
        con.execute(damage)
        try:
            check_warehouse(con, RUN, previous=previous_counts(home))
            publish(con, home, RUN)
            by = "NOTHING"
        except CheckFailed as e:
            by = ", ".join(f"{r.table_name}.{r.expectation}" for r in e.result.failed if r.severity == "block")  # type: ignore[attr-defined]
        con.close()
        current = (home / "snapshots" / "latest.json").read_text()
        stopped = by != "NOTHING" and first in current
        failures += not stopped
        print(f"{name:<34} {by[:64]:<64} {'no' if stopped else 'YES'}")
    return failures


if __name__ == "__main__":
    main()
