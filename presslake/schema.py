"""The tables: one frozen dataclass each, the only definition of every column.

From here come the DuckDB DDL (:func:`ddl`), the Arrow schema that Parquet files are written with (:func:`arrow_schema`),
the structural expectations (``expectations/suites.py``) and ``docs/tables.md`` (:func:`markdown`).
A column is added by adding one field; mypy then points at every constructor that has to fill it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import functools
import hashlib
import types
import typing
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

if TYPE_CHECKING:
    import pyarrow as pa

SCHEMA_VERSION = "1.1.0"
"""Semantic version of the public contract: a removed or retyped column is major, an added one minor."""


class ArticleType(enum.StrEnum):
    NEWS = "news"
    INTERVIEW = "interview"
    OPINION = "opinion"
    LISTICLE = "listicle"
    LIVE_BLOG = "live_blog"
    PRESS_RELEASE = "press_release"
    OTHER = "other"


class DatePrecision(enum.StrEnum):
    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"
    MONTH = "month"


class BlockRole(enum.StrEnum):
    LEAD = "lead"
    PARAGRAPH = "paragraph"
    HEADING = "heading"
    QUESTION = "question"
    ANSWER = "answer"
    QUOTE = "quote"
    LIST_ITEM = "list_item"
    CAPTION = "caption"
    ABOUT = "about"


class OrganisationKind(enum.StrEnum):
    PLATFORM = "platform"
    COMPANY = "company"
    AGENCY = "agency"
    AUTHORITY = "authority"
    ASSOCIATION = "association"
    NGO = "ngo"
    MEDIA = "media"
    PARTY = "party"
    FUND = "fund"
    UNIVERSITY = "university"
    CLUB = "club"
    OTHER = "other"


class EntityKind(enum.StrEnum):
    PERSON = "person"
    ORGANISATION = "organisation"


class MentionKind(enum.StrEnum):
    NAME = "name"
    SHORT_NAME = "short_name"
    ACRONYM = "acronym"
    ROLE_NOUN = "role_noun"
    PRONOUN = "pronoun"


class Resolution(enum.StrEnum):
    RESOLVED = "resolved"
    AMBIGUOUS = "ambiguous"
    UNRESOLVED = "unresolved"


class SpeechType(enum.StrEnum):
    DIRECT = "direct"
    INDIRECT = "indirect"
    REPORTED = "reported"
    INTERVIEW_ANSWER = "interview_answer"
    HEADLINE = "headline"


class SpeakerKind(enum.StrEnum):
    PERSON = "person"
    ORGANISATION = "organisation"
    UNNAMED = "unnamed"
    UNKNOWN = "unknown"


class SpeakerVia(enum.StrEnum):
    NAME = "name"
    LABEL = "label"
    PRONOUN = "pronoun"
    APPOSITION = "apposition"
    INHERITED = "inherited"


class Modality(enum.StrEnum):
    ASSERTED = "asserted"
    ALLEGED = "alleged"
    DENIED = "denied"
    PLANNED = "planned"
    QUESTION = "question"


class Qualifier(enum.StrEnum):
    EXACT = "exact"
    ABOUT = "about"
    MORE_THAN = "more_than"
    LESS_THAN = "less_than"
    UP_TO = "up_to"
    RANGE = "range"


class UnitKind(enum.StrEnum):
    MONEY = "money"
    PEOPLE = "people"
    PERCENT = "percent"
    COUNT = "count"
    DURATION = "duration"


class ChangeKind(enum.StrEnum):
    INITIAL = "initial"
    MINOR = "minor"
    UPDATE = "update"
    CORRECTION = "correction"


class UrlKind(enum.StrEnum):
    REQUESTED = "requested"
    FINAL = "final"
    CANONICAL = "canonical"
    AMP = "amp"
    PRINT = "print"


class RelevanceKind(enum.StrEnum):
    SUBJECT = "subject"
    PASSING = "passing"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range of Unicode code points into ``articles.body_text``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Col:
    """What a column means and what must hold for it, beside its type."""

    meaning: str
    key: bool = False
    """Part of the primary key."""
    ref: str | None = None
    """``table.column`` that every non-null value must exist in."""
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None
    """Regular expression (RE2) that every value matches from start to end."""
    withheld: bool = False
    """NULL in a snapshot where the rights of the source, or a reservation of the outlet, do not let the text leave the house."""


def _id(prefix: str) -> str:
    return prefix + "_[0-9a-f]{20}"


SHA256 = "[0-9a-f]{64}"
LANGUAGE = "[a-z]{2,3}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One row per work, its current version."""

    article_id: Annotated[str, Col("key: source and canonical URL", key=True, pattern=_id("art"))]
    source_id: Annotated[str, Col("the source of `sources.toml` that it came from; `local` for ingested files")]
    url: Annotated[str, Col("canonical URL; for a local file its file: or urn: address")]
    title: Annotated[str, Col("headline as the page shows it, without the outlet's name")]
    kicker: Annotated[str | None, Col("the line above the headline (Dachzeile)")]
    lead: Annotated[str | None, Col("the standfirst below the headline (Vorspann)", withheld=True)]
    article_type: Annotated[ArticleType, Col("form of journalism")]
    language: Annotated[str, Col("ISO 639-1 code; und where undecided", pattern=LANGUAGE)]
    authors: Annotated[tuple[str, ...], Col("names in the byline, in its order")]
    published_at: Annotated[dt.datetime | None, Col("first publication")]
    published_precision: Annotated[DatePrecision | None, Col("what of published_at was stated")]
    published_raw: Annotated[str | None, Col("the date as written on the page")]
    published_method: Annotated[str | None, Col("where the date was found (json_ld, meta, time, text, url …)")]
    modified_at: Annotated[dt.datetime | None, Col("last change as the page states it")]
    section: Annotated[str | None, Col("the outlet's section (Ressort)")]
    outlet: Annotated[str | None, Col("name of the outlet as the page states it")]
    body_text: Annotated[str, Col("the article's text in NFC, blocks joined by blank lines", withheld=True)]
    word_count: Annotated[int, Col("words of body_text without captions and about boxes", minimum=0)]
    platforms: Annotated[tuple[str, ...], Col("watch-list slugs of the platforms it covers, the main ones first")]
    platform_relevance: Annotated[RelevanceKind, Col("whether a platform is its subject or mentioned in passing")]
    is_paywalled: Annotated[bool | None, Col("declared by the page")]
    is_truncated: Annotated[bool, Col("measured: the text is a stub of the article")]
    agency: Annotated[str | None, Col("news agency it was taken from (dpa, afp, apa, reuters …)")]
    cluster_id: Annotated[str | None, Col("near-duplicate articles (agency copy, syndication)", pattern=_id("clu"))]
    is_cluster_lead: Annotated[bool, Col("the earliest of its cluster; true where it stands alone")]
    version_no: Annotated[int, Col("number of the current version", minimum=1)]
    text_sha256: Annotated[str, Col("SHA-256 of title and body_text", pattern=SHA256)]
    raw_sha256: Annotated[
        str, Col("SHA-256 of the bytes it was parsed from; of several pages' hashes, a line each, where it has several", pattern=SHA256)
    ]
    tdm_reserved: Annotated[bool, Col("the outlet reserved text and data mining")]
    first_seen_at: Annotated[dt.datetime, Col("first fetch that showed it")]
    last_seen_at: Annotated[dt.datetime, Col("last fetch that changed it")]
    run_id: Annotated[str, Col("the run that wrote this version", pattern=_id("run"))]
    extractor: Annotated[str, Col("name/version of what produced the row")]
    confidence: Annotated[float | None, Col("of the extraction, 0 to 1", minimum=0, maximum=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One row per person named in at least one article. Gender is never inferred."""

    person_id: Annotated[str, Col("key: the resolved identity", key=True, pattern=_id("per"))]
    name: Annotated[str, Col("fullest form of the name")]
    given_name: Annotated[str | None, Col("forenames")]
    family_name: Annotated[str | None, Col("surname")]
    honorific: Annotated[str | None, Col("academic or noble title as written")]
    aliases: Annotated[tuple[str, ...], Col("other forms seen, sorted")]
    wikidata_id: Annotated[str | None, Col("only where the watch list states it", pattern="Q[1-9][0-9]*")]
    article_count: Annotated[int, Col("articles that mention the person", minimum=0)]
    claim_count: Annotated[int, Col("claims the person is the speaker of", minimum=0)]
    first_seen_at: Annotated[dt.datetime, Col("first fetch that showed the person")]
    last_seen_at: Annotated[dt.datetime, Col("last fetch that showed the person")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """One row per organisation named in at least one article, and its parents."""

    organisation_id: Annotated[str, Col("key: the resolved identity", key=True, pattern=_id("org"))]
    name: Annotated[str, Col("usual name")]
    kind: Annotated[OrganisationKind, Col("what it is")]
    parent_organisation_id: Annotated[str | None, Col("owner (TikTok → ByteDance)", ref="organisations.organisation_id", pattern=_id("org"))]
    platform: Annotated[str | None, Col("watch-list slug, where it is a platform")]
    aliases: Annotated[tuple[str, ...], Col("other forms seen, sorted")]
    wikidata_id: Annotated[str | None, Col("only where the watch list states it", pattern="Q[1-9][0-9]*")]
    article_count: Annotated[int, Col("articles that mention it", minimum=0)]
    claim_count: Annotated[int, Col("claims it is the speaker of", minimum=0)]
    first_seen_at: Annotated[dt.datetime, Col("first fetch that showed it")]
    last_seen_at: Annotated[dt.datetime, Col("last fetch that showed it")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One row per occurrence of "who said what"."""

    claim_id: Annotated[str, Col("key: article, speech type, first offset, text", key=True, pattern=_id("clm"))]
    article_id: Annotated[str, Col("where it stands", ref="articles.article_id", pattern=_id("art"))]
    claim_group_id: Annotated[str, Col("the same claim across articles", pattern=_id("grp"))]
    speech_type: Annotated[SpeechType, Col("how it is rendered")]
    text: Annotated[str, Col("the words; for two spans joined by a blank. Equals body_text at spans, or stands in the title")]
    char_start: Annotated[int | None, Col("first offset; NULL for a headline claim (its text stands in articles.title)", minimum=0)]
    char_end: Annotated[int | None, Col("last offset, exclusive; NULL for a headline claim", minimum=1)]
    spans: Annotated[tuple[Span, ...], Col("the pieces: a quotation split by its verb has two")]
    cue: Annotated[str | None, Col("the word that introduces it, as written (sagte, laut, zufolge)")]
    speaker_kind: Annotated[SpeakerKind, Col("what the speaker is; unknown where the text does not say")]
    speaker_person_id: Annotated[str | None, Col("the speaker", ref="people.person_id", pattern=_id("per"))]
    speaker_organisation_id: Annotated[
        str | None,
        Col("the speaker, or whom an unnamed speaker speaks for", ref="organisations.organisation_id", pattern=_id("org")),
    ]
    speaker_surface: Annotated[str | None, Col("the speaker as written")]
    speaker_via: Annotated[SpeakerVia | None, Col("what ties speaker and claim")]
    addressee_person_id: Annotated[str | None, Col("to whom it was said", ref="people.person_id", pattern=_id("per"))]
    platforms: Annotated[tuple[str, ...], Col("watch-list slugs of the platforms it is about")]
    is_negated: Annotated[bool, Col("the statement itself is negated")]
    modality: Annotated[Modality, Col("how it is put forward")]
    language: Annotated[str, Col("ISO 639-1 code", pattern=LANGUAGE)]
    is_current: Annotated[bool, Col("stands in the article's current version")]
    raw_sha256: Annotated[str, Col("bytes it was read from", pattern=SHA256)]
    run_id: Annotated[str, Col("the run that wrote it", pattern=_id("run"))]
    extractor: Annotated[str, Col("name/version of what found it")]
    confidence: Annotated[float | None, Col("0 to 1", minimum=0, maximum=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One row per place in a body where a person or organisation is named."""

    mention_id: Annotated[str, Col("key: article, kind, offsets", key=True, pattern=_id("men"))]
    article_id: Annotated[str, Col("where it stands", ref="articles.article_id", pattern=_id("art"))]
    article_entity_id: Annotated[str | None, Col("the entity within the article; NULL while unresolved", pattern=_id("ent"))]
    entity_kind: Annotated[EntityKind, Col("what is named")]
    entity_id: Annotated[str | None, Col("person_id or organisation_id; NULL while unresolved", pattern="(per|org)_[0-9a-f]{20}")]
    char_start: Annotated[int, Col("offset", minimum=0)]
    char_end: Annotated[int, Col("offset, exclusive", minimum=1)]
    surface: Annotated[str, Col("as written: body_text at the offsets")]
    mention_kind: Annotated[MentionKind, Col("form of the mention")]
    resolution: Annotated[Resolution, Col("whether the entity is known")]
    raw_sha256: Annotated[str, Col("bytes it was read from", pattern=SHA256)]
    run_id: Annotated[str, Col("the run that wrote it", pattern=_id("run"))]
    extractor: Annotated[str, Col("name/version of what found it")]
    confidence: Annotated[float | None, Col("0 to 1", minimum=0, maximum=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Affiliation:
    """One row per place where a text ties a person to an organisation."""

    affiliation_id: Annotated[str, Col("key: article, entities, role, offset", key=True, pattern=_id("aff"))]
    person_id: Annotated[str | None, Col("who; NULL while ambiguous", ref="people.person_id", pattern=_id("per"))]
    organisation_id: Annotated[
        str | None, Col("where; NULL for a role without a named organisation", ref="organisations.organisation_id", pattern=_id("org"))
    ]
    role: Annotated[str | None, Col("as written (Marketing Managerin Europe)")]
    article_id: Annotated[str, Col("where it is stated", ref="articles.article_id", pattern=_id("art"))]
    char_start: Annotated[int, Col("offset of the passage that states it", minimum=0)]
    char_end: Annotated[int, Col("offset, exclusive", minimum=1)]
    raw_sha256: Annotated[str, Col("bytes it was read from", pattern=SHA256)]
    run_id: Annotated[str, Col("the run that wrote it", pattern=_id("run"))]
    extractor: Annotated[str, Col("name/version of what found it")]
    confidence: Annotated[float | None, Col("0 to 1", minimum=0, maximum=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimQuantity:
    """One row per number with a unit: money, people, percent, counts, durations."""

    quantity_id: Annotated[str, Col("key: article, offsets", key=True, pattern=_id("qty"))]
    claim_id: Annotated[str | None, Col("the claim it stands in; NULL outside claims", ref="claims.claim_id", pattern=_id("clm"))]
    article_id: Annotated[str, Col("where it stands", ref="articles.article_id", pattern=_id("art"))]
    raw_text: Annotated[str, Col("as written: body_text at the offsets")]
    char_start: Annotated[int, Col("offset", minimum=0)]
    char_end: Annotated[int, Col("offset, exclusive", minimum=1)]
    value: Annotated[Decimal | None, Col("scale words resolved (German Billion = 10^12); NULL where ambiguous")]
    value_high: Annotated[Decimal | None, Col("upper end of a range")]
    qualifier: Annotated[Qualifier, Col("how exact it is stated")]
    unit_kind: Annotated[UnitKind, Col("what is measured")]
    currency: Annotated[str | None, Col("ISO 4217", pattern="[A-Z]{3}")]
    noun: Annotated[str | None, Col("what is counted, as written")]
    raw_sha256: Annotated[str, Col("bytes it was read from", pattern=SHA256)]
    run_id: Annotated[str, Col("the run that wrote it", pattern=_id("run"))]
    extractor: Annotated[str, Col("name/version of what found it")]
    confidence: Annotated[float | None, Col("0 to 1", minimum=0, maximum=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockRow:
    """One row per block of a body: together they cover body_text without overlap."""

    article_id: Annotated[str, Col("where it stands", key=True, ref="articles.article_id", pattern=_id("art"))]
    block_no: Annotated[int, Col("order in the body, from 0", key=True, minimum=0)]
    role: Annotated[BlockRole, Col("what it is for the article")]
    char_start: Annotated[int, Col("offset", minimum=0)]
    char_end: Annotated[int, Col("offset, exclusive", minimum=1)]
    entry_at: Annotated[dt.datetime | None, Col("UTC time of the live-blog entry it belongs to; NULL elsewhere, or if not told")]
    raw_sha256: Annotated[str, Col("bytes it was read from", pattern=SHA256)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleVersion:
    """One row per text that an article has had."""

    article_id: Annotated[str, Col("the article", key=True, ref="articles.article_id", pattern=_id("art"))]
    version_no: Annotated[int, Col("from 1", key=True, minimum=1)]
    text_sha256: Annotated[str, Col("SHA-256 of title and body_text", pattern=SHA256)]
    raw_sha256: Annotated[str, Col("bytes it was read from", pattern=SHA256)]
    title: Annotated[str, Col("headline of that version")]
    body_text: Annotated[str, Col("text of that version", withheld=True)]
    valid_from: Annotated[dt.datetime, Col("first fetch that showed it")]
    valid_to: Annotated[dt.datetime | None, Col("first fetch that showed another; NULL for the current")]
    change_kind: Annotated[ChangeKind, Col("what kind of change led to it")]
    run_id: Annotated[str, Col("the run that wrote it", pattern=_id("run"))]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleUrl:
    """One row per address an article was seen at."""

    article_id: Annotated[str, Col("the article", key=True, ref="articles.article_id", pattern=_id("art"))]
    url: Annotated[str, Col("the address", key=True)]
    url_kind: Annotated[UrlKind, Col("how the address was met", key=True)]
    first_seen_at: Annotated[dt.datetime, Col("first fetch that showed it")]


# ------------------------------------------------------------------ operations: in the warehouse, not in the snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleEntity:
    """One row per person or organisation within one article: what cross-article resolution works on."""

    article_entity_id: Annotated[str, Col("key: article, kind, name", key=True, pattern=_id("ent"))]
    article_id: Annotated[str, Col("where it stands", ref="articles.article_id", pattern=_id("art"))]
    entity_kind: Annotated[EntityKind, Col("what it is")]
    name: Annotated[str, Col("fullest form in the article")]
    aliases: Annotated[tuple[str, ...], Col("other forms in the article, sorted")]
    honorific: Annotated[str | None, Col("title as written")]
    roles: Annotated[tuple[str, ...], Col("roles as written, sorted")]
    organisations: Annotated[tuple[str, ...], Col("names of the organisations it is tied to, sorted")]
    organisation_kind: Annotated[OrganisationKind | None, Col("for organisations")]
    watchlist: Annotated[str | None, Col("watch-list slug, where it is on it")]
    block_keys: Annotated[tuple[str, ...], Col("only entities that share one can be the same; sorted")]
    seen_at: Annotated[dt.datetime, Col("first fetch of the article that showed it")]
    entity_id: Annotated[str | None, Col("the identity over all articles", pattern="(per|org)_[0-9a-f]{20}")]
    is_current: Annotated[bool, Col("stands in the article's current version")]
    raw_sha256: Annotated[str, Col("bytes it was read from", pattern=SHA256)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One row per source of `sources.toml`."""

    source_id: Annotated[str, Col("key", key=True)]
    name: Annotated[str, Col("name of the outlet")]
    country: Annotated[str | None, Col("ISO 3166-1 alpha-2", pattern="[A-Z]{2}")]
    language: Annotated[str | None, Col("ISO 639-1 code", pattern=LANGUAGE)]
    rights: Annotated[str, Col("what may be published: metadata, excerpt or full_text", pattern="metadata|excerpt|full_text")]
    is_active: Annotated[bool, Col("fetched on the next run")]
    last_success_at: Annotated[dt.datetime | None, Col("last fetch that brought something")]
    failure_count: Annotated[int, Col("failures in a row", minimum=0)]
    next_poll_at: Annotated[dt.datetime | None, Col("when its channels are due again")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """One row per request, also those that were refused or failed."""

    fetch_id: Annotated[str, Col("key: run, URL, number", key=True, pattern=_id("fet"))]
    run_id: Annotated[str, Col("the run", pattern=_id("run"))]
    source_id: Annotated[str, Col("the source")]
    url: Annotated[str, Col("requested address")]
    final_url: Annotated[str | None, Col("after redirects")]
    channel: Annotated[
        str, Col("what found it: feed, sitemap, listing, url_list, file, warc, link; source for a channel itself, permit for robots.txt and its like")
    ]
    found_at_url: Annotated[str | None, Col("the feed or page that named it")]
    outcome: Annotated[
        str,
        Col("fetched, unchanged, not_modified, joined, refused_robots, refused_tdm, blocked_address, timeout, http_error, …: see `flows/state.py`"),
    ]
    reason: Annotated[str | None, Col("why, in words, with the rule that decided")]
    status: Annotated[int | None, Col("HTTP status", minimum=100, maximum=599)]
    content_type: Annotated[str | None, Col("as declared")]
    etag: Annotated[str | None, Col("for the next conditional request")]
    last_modified: Annotated[str | None, Col("likewise")]
    robots_rule: Annotated[str | None, Col("the decision of robots.txt and the rule behind it")]
    tdm_reserved: Annotated[bool, Col("text and data mining reserved")]
    tdm_rule: Annotated[str | None, Col("where that was said: well_known, header, meta, robots, ai_txt")]
    hops: Annotated[tuple[str, ...], Col("redirects passed")]
    byte_count: Annotated[int | None, Col("decoded bytes", minimum=0)]
    raw_sha256: Annotated[str | None, Col("SHA-256 of the decoded body", pattern=SHA256)]
    warc_file: Annotated[str | None, Col("archive file that holds it, relative to the data directory")]
    warc_offset: Annotated[int | None, Col("byte offset of its record", minimum=0)]
    fetched_at: Annotated[dt.datetime, Col("when")]
    elapsed_ms: Annotated[int | None, Col("wall-clock milliseconds", minimum=0)]
    publish: Annotated[
        str | None,
        Col("what page and site let a snapshot carry of it at most: metadata, excerpt, full_text; NULL where there is no page"),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One row per run of a flow."""

    run_id: Annotated[str, Col("key: flow, start, parameters", key=True, pattern=_id("run"))]
    flow: Annotated[str, Col("daily, ingest, rebuild, backfill")]
    started_at: Annotated[dt.datetime, Col("start")]
    ended_at: Annotated[dt.datetime | None, Col("end; NULL while running or killed")]
    status: Annotated[str, Col("running, published, unchanged, blocked, failed")]
    code_version: Annotated[str, Col("presslake version")]
    fetched_count: Annotated[int, Col("pages fetched", minimum=0)]
    article_count: Annotated[int, Col("articles new or changed", minimum=0)]
    reject_count: Annotated[int, Col("set aside", minimum=0)]
    snapshot_id: Annotated[str | None, Col("what it published")]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectationResult:
    """One row per expectation and check."""

    run_id: Annotated[str, Col("the run", key=True, pattern=_id("run"))]
    table_name: Annotated[str, Col("the table checked", key=True)]
    expectation: Annotated[str, Col("name of the expectation", key=True)]
    severity: Annotated[str, Col("block, reject or warn", pattern="block|reject|warn")]
    is_success: Annotated[bool, Col("held")]
    unexpected_count: Annotated[int, Col("rows against it", minimum=0)]
    detail: Annotated[str | None, Col("reason and remedy in words")]
    checked_at: Annotated[dt.datetime, Col("when")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """One row per page or row that was set aside: nothing is dropped silently."""

    reject_id: Annotated[str, Col("key: table, key, expectation, content", key=True, pattern=_id("rej"))]
    table_name: Annotated[str, Col("where it would have gone; pages for a page that gave no article")]
    row_key: Annotated[str, Col("its key there, or the page's address")]
    row_json: Annotated[str, Col("the row, or what is known of the page, as JSON")]
    expectation: Annotated[str, Col("what it failed")]
    reason: Annotated[str, Col("why, in words, with the remedy")]
    raw_sha256: Annotated[str | None, Col("the bytes, to replay it", pattern=SHA256)]
    run_id: Annotated[str, Col("the run that first set it aside", pattern=_id("run"))]
    rejected_at: Annotated[dt.datetime, Col("when")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One row per published snapshot."""

    snapshot_id: Annotated[str, Col("key: content hash", key=True)]
    path: Annotated[str, Col("relative to the snapshots directory")]
    schema_version: Annotated[str, Col("of the public contract")]
    created_at: Annotated[dt.datetime, Col("when")]
    run_id: Annotated[str, Col("the run", pattern=_id("run"))]
    previous_snapshot_id: Annotated[str | None, Col("the one before")]
    manifest_sha256: Annotated[str, Col("of manifest.json", pattern=SHA256)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionJudgement:
    """One row per decision of an analyst: applied on every run and rebuild, reversible."""

    judgement_id: Annotated[str, Col("key: kind, subjects, time", key=True, pattern=_id("jud"))]
    judgement_kind: Annotated[str, Col("merge, split, rename, forget", pattern="merge|split|rename|forget")]
    entity_kind: Annotated[EntityKind, Col("of what")]
    subject: Annotated[str, Col("entity id or name it is about")]
    object: Annotated[str | None, Col("the other entity, or the new name")]
    article_id: Annotated[str | None, Col("for a split: the article that speaks of someone else", pattern=_id("art"))]
    note: Annotated[str | None, Col("why")]
    decided_at: Annotated[dt.datetime, Col("when")]
    is_active: Annotated[bool, Col("false once taken back")]


PUBLIC_TABLES: dict[str, type] = {
    "articles": Article,
    "people": Person,
    "organisations": Organisation,
    "claims": Claim,
    "mentions": Mention,
    "affiliations": Affiliation,
    "claim_quantities": ClaimQuantity,
    "blocks": BlockRow,
    "article_versions": ArticleVersion,
    "article_urls": ArticleUrl,
}
"""Table name → record, in the order they are written: what a snapshot publishes."""

OPERATION_TABLES: dict[str, type] = {
    "article_entities": ArticleEntity,
    "sources": Source,
    "fetches": Fetch,
    "runs": Run,
    "expectation_results": ExpectationResult,
    "rejects": Reject,
    "snapshots": Snapshot,
    "resolution_judgements": ResolutionJudgement,
}
"""Table name → record: kept in the warehouse only."""

TABLES: dict[str, type] = PUBLIC_TABLES | OPERATION_TABLES


# ------------------------------------------------------------------ derivations


@dataclass(frozen=True, slots=True)
class Column:
    """A column as every derivation sees it."""

    name: str
    python_type: Any
    """The type without ``None``; a tuple's item type where ``is_list``."""
    is_list: bool
    nullable: bool
    col: Col
    allowed: tuple[str, ...] | None
    """Values of a closed set."""


def columns(table: str) -> tuple[Column, ...]:
    """Columns of ``table`` in order. Raises KeyError for a table that does not exist."""
    return _columns(TABLES[table])


@functools.cache
def _columns(record: type) -> tuple[Column, ...]:
    hints = typing.get_type_hints(record, include_extras=True)
    return tuple(_column(f.name, hints[f.name]) for f in dataclasses.fields(record))


def _column(name: str, hint: Any) -> Column:
    base, col = typing.get_args(hint)
    nullable = False
    if isinstance(base, types.UnionType):
        nullable = True
        (base,) = (a for a in typing.get_args(base) if a is not type(None))
    is_list = typing.get_origin(base) is tuple
    if is_list:
        base = typing.get_args(base)[0]
    allowed = tuple(base) if issubclass(base, enum.StrEnum) else None
    return Column(name, base, is_list, nullable, col, allowed)


def primary_key(table: str) -> tuple[str, ...]:
    """Names of the columns that identify a row of ``table``."""
    return tuple(c.name for c in columns(table) if c.col.key)


_SQL = {
    str: "VARCHAR",
    int: "BIGINT",
    float: "DOUBLE",
    bool: "BOOLEAN",
    Decimal: "DECIMAL(38, 6)",
    dt.datetime: "TIMESTAMPTZ",
    dt.date: "DATE",
    Span: 'STRUCT("start" BIGINT, "end" BIGINT)',
}


def sql_type(column: Column) -> str:
    """DuckDB type of ``column``."""
    base = _SQL[str] if column.allowed else _SQL[column.python_type]
    return base + "[]" if column.is_list else base


def ddl(table: str) -> str:
    """``CREATE TABLE IF NOT EXISTS`` for DuckDB, with NOT NULL but without keys or indexes.

    Keys are enforced by MERGE and by expectations: indexes double the load time and indexed upserts have known bugs.
    """
    cols = ",\n".join(f'  "{c.name}" {sql_type(c)}{"" if c.nullable else " NOT NULL"}' for c in columns(table))
    return f'CREATE TABLE IF NOT EXISTS "{table}" (\n{cols}\n)'


def arrow_schema(table: str, *, published: bool = False) -> pa.Schema:
    """Arrow schema of ``table``; Parquet files are written from it, so that all-NULL columns keep their type.

    In a ``published`` snapshot columns that may be withheld are nullable.
    """
    import pyarrow as pa

    scalar = {
        str: pa.string(),
        int: pa.int64(),
        float: pa.float64(),
        bool: pa.bool_(),
        Decimal: pa.decimal128(38, 6),
        dt.datetime: pa.timestamp("us", tz="UTC"),
        dt.date: pa.date32(),
        Span: pa.struct([("start", pa.int64()), ("end", pa.int64())]),
    }

    def arrow_type(c: Column) -> pa.DataType:
        base = pa.string() if c.allowed else scalar[c.python_type]
        return pa.list_(base) if c.is_list else base

    def may_be_null(c: Column) -> bool:
        return c.nullable or (published and c.col.withheld)

    return pa.schema([pa.field(c.name, arrow_type(c), nullable=may_be_null(c), metadata={"meaning": c.col.meaning}) for c in columns(table)])


def to_arrow(table: str, rows: typing.Iterable[Any]) -> pa.Table:
    """Records of ``table`` as an Arrow table of :func:`arrow_schema`. Raises pyarrow.ArrowInvalid where a value does not fit."""
    import pyarrow as pa

    rows = list(rows)
    schema = arrow_schema(table)
    arrays = []
    for c, f in zip(columns(table), schema, strict=True):
        values: list[Any] = [getattr(r, c.name) for r in rows]
        if c.python_type is Span:
            values = [[{"start": s.start, "end": s.end} for s in v] for v in values]
        elif c.is_list:
            values = [list(v) for v in values]
        elif c.allowed:
            values = [None if v is None else str(v) for v in values]
        arrays.append(pa.array(values, type=f.type))
    return pa.Table.from_arrays(arrays, schema=schema)


_DOC = {
    str: "text",
    int: "integer",
    float: "double",
    bool: "boolean",
    Decimal: "decimal",
    dt.datetime: "timestamp (UTC)",
    dt.date: "date",
    Span: "struct(start, end)",
}


def markdown() -> str:
    """``docs/tables.md``: every table and column with type and meaning."""
    out = [
        "# Tables",
        "",
        f"Generated from `presslake/schema.py` (contract version {SCHEMA_VERSION}) by `make docs`; a test fails when it is out of date.",
    ]
    for title, tables in (("In every snapshot", PUBLIC_TABLES), ("In the warehouse only", OPERATION_TABLES)):
        out += ["", f"## {title}"]
        for name, record in tables.items():
            out += ["", f"### {name}", "", (record.__doc__ or "").strip(), "", "| column | type | null | meaning |", "|---|---|---|---|"]
            for c in _columns(record):
                kind = "text" if c.allowed else _DOC[c.python_type]
                notes = c.col.meaning
                if c.allowed:
                    notes += ": " + ", ".join(f"`{v}`" for v in c.allowed)
                if c.col.withheld:
                    notes += "; NULL in a snapshot where its rights do not allow it"
                if c.col.ref:
                    notes += f" → `{c.col.ref}`"
                mark = "**" if c.col.key else ""
                kind = f"list of {kind}" if c.is_list else kind
                out.append(f"| {mark}{c.name}{mark} | {kind} | {'yes' if c.nullable else 'no'} | {notes.replace('|', '/')} |")
    return "\n".join(out) + "\n"


# ------------------------------------------------------------------ keys

T = TypeVar("T")


def make_id(prefix: str, *natural_key: object) -> str:
    """Deterministic key: ``prefix_`` and the first 20 hex digits of the SHA-256 of the natural key.

    The parts are joined by U+001F, which no part may contain in practice; None is the empty string.

    >>> make_id("art", "demo", "https://example.org/a")
    'art_44b8087146ded6ecd966'
    """
    text = "\x1f".join("" if part is None else str(part) for part in natural_key)
    return f"{prefix}_{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:20]}"
