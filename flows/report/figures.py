"""What the report says, read from a snapshot: plain records without any markup."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.report import texts
from flows.report.periods import Periods, choose_periods
from presslake.views import open_snapshot

if TYPE_CHECKING:
    import duckdb

TOP = 20
"""Rows of a ranking; what follows is summed up in one line."""


@dataclass(frozen=True, slots=True)
class Totals:
    articles: int
    works: int
    outlets: int
    people: int
    organisations: int
    claims: int
    attributed: int
    undated: int
    in_future: int
    first_on: dt.date | None
    last_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Platform:
    slug: str
    name: str
    articles: int
    share: float
    """Of all article-platform pairs, so that the shares add up to one."""
    works: int
    outlets: int
    claims: int
    own_claims: int
    """Spoken by the platform, its owner or one of their people."""
    series: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Outlet:
    name: str
    articles: int
    works: int
    claims: int
    attributed: int
    platforms: tuple[str, ...]
    last_on: dt.date | None
    series: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Speaker:
    name: str
    kind: str
    role: str | None
    organisation: str | None
    claims: int
    unique_claims: int
    articles: int
    outlets: int
    topics: tuple[tuple[str, int], ...]
    last_words: str | None
    language: str | None


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation."""

    name: str
    kind: str
    parent: str | None
    articles: int
    claims: int
    people: int


@dataclass(frozen=True, slots=True)
class Said:
    """A claim, with where it first stood."""

    text: str
    language: str
    speaker: str | None
    speaker_kind: str
    role: str | None
    organisation: str | None
    modality: str
    quantities: tuple[str, ...]
    outlet: str
    title: str
    url: str
    published_on: dt.date | None
    articles: int
    outlets: int
    article_id: str


@dataclass(frozen=True, slots=True)
class Quality:
    """How complete the records are: parts of a whole."""

    dated: tuple[int, int]
    whole: tuple[int, int]
    attributed: tuple[int, int]
    resolved: tuple[int, int]
    with_number: tuple[int, int]
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything the page shows of one snapshot."""

    manifest: dict[str, Any]
    totals: Totals
    periods: Periods
    first_hand: tuple[int, ...]
    """Works per period."""
    copies: tuple[int, ...]
    """Further copies per period."""
    platforms: tuple[Platform, ...]
    outlets: tuple[Outlet, ...]
    speakers: tuple[Speaker, ...]
    speaker_count: int
    bodies: tuple[Body, ...]
    newest: tuple[Said, ...]
    repeated: tuple[Said, ...]
    articles: tuple[texts.Article, ...]
    """The newest articles with their claims, to be read."""
    speaker_kinds: tuple[tuple[str, int], ...]
    speech_types: tuple[tuple[str, int], ...]
    corners: tuple[tuple[str, int], ...]
    """Claims by the kind of organisation they are spoken for."""
    quality: Quality
    extractors: tuple[str, ...]
    rows: dict[str, int] = field(default_factory=dict)


def read_figures(snapshot_dir: Path) -> Figures:
    """Read the snapshot in ``snapshot_dir``: its ``manifest.json`` (may be missing) and ``<table>/*.parquet``."""
    manifest_file = snapshot_dir / "manifest.json"
    manifest: dict[str, Any] = json.loads(manifest_file.read_text(encoding="utf-8")) if manifest_file.exists() else {}
    con = open_snapshot(snapshot_dir)
    try:
        return _read(con, manifest)
    finally:
        con.close()


def _read(con: duckdb.DuckDBPyConnection, manifest: dict[str, Any]) -> Figures:
    # Every ranking below reads these two: computing the joins once is what keeps large snapshots fast.
    con.execute("CREATE TEMP TABLE a AS SELECT * FROM v_articles")
    con.execute("CREATE TEMP TABLE c AS SELECT * REPLACE (left(text, 420) AS text) FROM v_claims")
    cutoff = created_on(manifest)
    totals = _totals(con, cutoff)
    periods = choose_periods(totals.first_on, totals.last_on)
    first_hand, copies = _over_time(con, periods)
    return Figures(
        manifest=manifest,
        totals=totals,
        periods=periods,
        first_hand=first_hand,
        copies=copies,
        platforms=_platforms(con, periods),
        outlets=_outlets(con, periods),
        speakers=_speakers(con),
        speaker_count=_one(
            con, "SELECT count(DISTINCT (speaker_kind, coalesce(speaker_person_id, speaker_organisation_id))) FROM c WHERE speaker_kind <> 'unknown'"
        ),
        bodies=_bodies(con),
        newest=_newest(con, cutoff),
        repeated=_repeated(con),
        articles=texts.read_articles(con, cutoff),
        speaker_kinds=_pairs(con, "SELECT speaker_kind, count(*) FROM c GROUP BY 1 ORDER BY 2 DESC, 1"),
        speech_types=_pairs(con, "SELECT speech_type, count(*) FROM c GROUP BY 1 ORDER BY 2 DESC, 1"),
        corners=_corners(con),
        quality=_quality(con),
        extractors=tuple(
            r[0]
            for r in con.execute(
                "SELECT DISTINCT extractor FROM (SELECT extractor FROM articles UNION ALL SELECT extractor FROM claims) ORDER BY 1 LIMIT 12"
            ).fetchall()
        ),
        rows={t: _one(con, f'SELECT count(*) FROM "{t}"') for t in _tables()},  # noqa: S608 - names of our own schema
    )


def _tables() -> tuple[str, ...]:
    from presslake.schema import PUBLIC_TABLES

    return tuple(PUBLIC_TABLES)


def created_on(manifest: dict[str, Any]) -> dt.date | None:
    """The day a snapshot was made, or None where its manifest does not say."""
    try:
        return dt.datetime.fromisoformat(str(manifest["created_at"])).date()
    except (KeyError, ValueError):
        return None


def _one(con: duckdb.DuckDBPyConnection, sql: str, parameters: Any = None) -> int:
    row = con.execute(sql, parameters or []).fetchone()
    return int(row[0] or 0) if row else 0


def _pairs(con: duckdb.DuckDBPyConnection, sql: str) -> tuple[tuple[str, int], ...]:
    return tuple((str(k), int(n)) for k, n in con.execute(sql).fetchall())


def _totals(con: duckdb.DuckDBPyConnection, cutoff: dt.date | None) -> Totals:
    row = con.execute(
        """SELECT count(*), count(*) FILTER (is_cluster_lead), count(DISTINCT outlet), count(*) FILTER (published_on IS NULL),
                  count(*) FILTER (published_on > $day),
                  min(published_on) FILTER (published_on <= $day), max(published_on) FILTER (published_on <= $day)
           FROM a""",
        {"day": cutoff or dt.date.max},
    ).fetchone()
    assert row is not None
    articles, works, outlets, undated, in_future, first_on, last_on = row
    return Totals(
        articles=articles,
        works=works,
        outlets=outlets,
        people=_one(con, "SELECT count(*) FROM people"),
        organisations=_one(con, "SELECT count(*) FROM organisations"),
        claims=_one(con, "SELECT count(*) FROM c"),
        attributed=_one(con, "SELECT count(*) FROM c WHERE speaker_kind <> 'unknown'"),
        undated=undated,
        in_future=in_future,
        first_on=first_on,
        last_on=last_on,
    )


def _over_time(con: duckdb.DuckDBPyConnection, periods: Periods) -> tuple[tuple[int, ...], tuple[int, ...]]:
    rows = con.execute("SELECT published_on, count(*) FILTER (is_cluster_lead), count(*) FILTER (NOT is_cluster_lead) FROM a GROUP BY 1").fetchall()
    return periods.sums((day, first) for day, first, _ in rows), periods.sums((day, copy) for day, _, copy in rows)


def _series(con: duckdb.DuckDBPyConnection, periods: Periods, sql: str, parameters: Any = None) -> dict[str, tuple[int, ...]]:
    """Rows (key, day, count) as one series per key."""
    by_key: dict[str, list[tuple[dt.date | None, int]]] = {}
    for key, day, count in con.execute(sql, parameters or []).fetchall():
        by_key.setdefault(key, []).append((day, count))
    return {key: periods.sums(pairs) for key, pairs in by_key.items()}


def _platforms(con: duckdb.DuckDBPyConnection, periods: Periods) -> tuple[Platform, ...]:
    con.execute("CREATE TEMP TABLE ap AS SELECT article_id, outlet, published_on, is_cluster_lead, unnest(platforms) AS platform FROM a")
    rows = con.execute(
        """WITH said AS (SELECT platform, sum(claim_count) AS claims, sum(own_claim_count) AS own FROM v_share_of_voice GROUP BY 1)
           SELECT p.platform, (SELECT min(name) FROM organisations WHERE organisations.platform = p.platform), count(*),
                  count(*) / (SELECT count(*) FROM ap), count(*) FILTER (is_cluster_lead), count(DISTINCT outlet),
                  any_value(s.claims), any_value(s.own)
           FROM ap AS p LEFT JOIN said AS s ON s.platform = p.platform GROUP BY 1 ORDER BY 3 DESC, 1 LIMIT 20"""
    ).fetchall()
    series = _series(con, periods, "SELECT platform, published_on, count(*) FROM ap GROUP BY 1, 2")
    return tuple(
        Platform(slug, name or slug, n, share, works, outlets, int(claims or 0), int(own or 0), series.get(slug, ()))
        for slug, name, n, share, works, outlets, claims, own in rows
    )


def _outlets(con: duckdb.DuckDBPyConnection, periods: Periods) -> tuple[Outlet, ...]:
    rows = con.execute(
        """SELECT outlet, article_count, unique_article_count, claim_count, attributed_claim_count, platforms[:3], last_on
           FROM v_outlets ORDER BY article_count DESC, outlet LIMIT $top""",
        {"top": TOP},
    ).fetchall()
    series = _series(
        con,
        periods,
        "SELECT outlet, published_on, count(*) FROM a WHERE outlet IN (SELECT unnest($outlets)) GROUP BY 1, 2",
        {"outlets": [r[0] for r in rows]},
    )
    return tuple(Outlet(n, a, w, c, t, tuple(p), last, series.get(n, ())) for n, a, w, c, t, p, last in rows)


def _speakers(con: duckdb.DuckDBPyConnection) -> tuple[Speaker, ...]:
    rows = con.execute(
        """WITH said AS (SELECT *, coalesce(speaker_person_id, speaker_organisation_id) AS id FROM c WHERE speaker_kind <> 'unknown'),
           top AS (
               SELECT speaker_kind, id, any_value(speaker) AS speaker,
                      mode(speaker_role ORDER BY speaker_role) AS role, mode(speaker_organisation ORDER BY speaker_organisation) AS organisation,
                      count(*) AS claims, count(DISTINCT claim_group_id) AS groups, count(DISTINCT article_id) AS articles,
                      count(DISTINCT outlet) AS outlets, arg_max((text, article_language), (published_at, claim_id)) AS last_words
               FROM said WHERE id IS NOT NULL GROUP BY 1, 2 ORDER BY claims DESC, articles DESC, speaker LIMIT $top
           ),
           topics AS (
               SELECT speaker_kind, id, list((platform, n) ORDER BY n DESC, platform)[:3] AS topics
               FROM (SELECT speaker_kind, id, platform, count(*) AS n
                     FROM (SELECT speaker_kind, id, unnest(platforms) AS platform FROM said SEMI JOIN top USING (speaker_kind, id)) GROUP BY ALL)
               GROUP BY 1, 2
           )
           SELECT speaker, speaker_kind, role, organisation, claims, groups, articles, outlets, coalesce(topics, []), last_words
           FROM top LEFT JOIN topics USING (speaker_kind, id) ORDER BY claims DESC, articles DESC, speaker""",
        {"top": TOP},
    ).fetchall()
    return tuple(
        Speaker(name or "", kind, role, org if kind == "person" else None, n, groups, articles, outlets, tuple(map(_pair, topics)), *_words(last))
        for name, kind, role, org, n, groups, articles, outlets, topics, last in rows
    )


def _pair(value: Any) -> tuple[str, int]:
    slug, n = value.values() if isinstance(value, dict) else value
    return slug, n


def _words(value: Any) -> tuple[str | None, str | None]:
    if value is None:
        return None, None
    text, language = value.values() if isinstance(value, dict) else value
    return text, language


def _bodies(con: duckdb.DuckDBPyConnection) -> tuple[Body, ...]:
    rows = con.execute(
        """SELECT o.name, o.kind, p.name, o.article_count, o.claim_count,
                  (SELECT count(DISTINCT person_id) FROM affiliations AS f WHERE f.organisation_id = o.organisation_id)
           FROM (SELECT * FROM organisations WHERE article_count > 0 OR claim_count > 0
                 ORDER BY article_count DESC, claim_count DESC, name LIMIT $top) AS o
           LEFT JOIN organisations AS p ON p.organisation_id = o.parent_organisation_id
           ORDER BY o.article_count DESC, o.claim_count DESC, o.name""",
        {"top": TOP},
    ).fetchall()
    return tuple(Body(*row) for row in rows)


_SAID = """text, article_language, speaker, speaker_kind, speaker_role, speaker_organisation, modality, quantities,
           outlet, title, url, published_on, repeated_in_articles, repeated_in_outlets, article_id"""


def _said(row: Any) -> Said:
    text, language, speaker, kind, role, organisation, modality, quantities, *rest = row
    return Said(text, language, speaker, kind, role, organisation if kind == "person" else None, modality, tuple(quantities), *rest)


def _newest(con: duckdb.DuckDBPyConnection, cutoff: dt.date | None) -> tuple[Said, ...]:
    rows = con.execute(
        f"""SELECT {_SAID} FROM c
            WHERE speaker_kind IN ('person', 'organisation', 'unnamed') AND is_cluster_lead AND speech_type <> 'headline' AND published_on <= $day
            QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY char_start) <= 2
            ORDER BY published_at DESC, article_id, char_start LIMIT 12""",  # noqa: S608 - our own column list
        {"day": cutoff or dt.date.max},
    ).fetchall()
    return tuple(map(_said, rows))


def _repeated(con: duckdb.DuckDBPyConnection) -> tuple[Said, ...]:
    rows = con.execute(
        f"""SELECT {_SAID} FROM c WHERE repeated_in_outlets >= 2
            QUALIFY row_number() OVER (PARTITION BY claim_group_id ORDER BY published_at, article_id, char_start) = 1
            ORDER BY repeated_in_outlets DESC, repeated_in_articles DESC, published_at, claim_group_id LIMIT 12"""  # noqa: S608 - our own column list
    ).fetchall()
    return tuple(map(_said, rows))


def _corners(con: duckdb.DuckDBPyConnection) -> tuple[tuple[str, int], ...]:
    return _pairs(
        con,
        """SELECT coalesce(o.kind, 'none') AS corner, count(*) AS n
           FROM c LEFT JOIN organisations AS o ON o.organisation_id = c.speaker_organisation_id
           WHERE c.speaker_kind <> 'unknown' GROUP BY corner ORDER BY any_value(o.kind) IS NULL, n DESC, corner""",
    )


def _quality(con: duckdb.DuckDBPyConnection) -> Quality:
    articles, claims = _one(con, "SELECT count(*) FROM a"), _one(con, "SELECT count(*) FROM c")
    confidence = con.execute("SELECT avg(confidence) FROM c").fetchone()
    return Quality(
        dated=(_one(con, "SELECT count(*) FROM a WHERE published_on IS NOT NULL"), articles),
        whole=(_one(con, "SELECT count(*) FROM a WHERE NOT is_truncated"), articles),
        attributed=(_one(con, "SELECT count(*) FROM c WHERE speaker_kind <> 'unknown'"), claims),
        resolved=(_one(con, "SELECT count(*) FROM mentions WHERE resolution = 'resolved'"), _one(con, "SELECT count(*) FROM mentions")),
        with_number=(_one(con, "SELECT count(*) FROM c WHERE len(quantities) > 0"), claims),
        confidence=confidence[0] if confidence else None,
    )
