"""What the pure stages hand to each other.

``Page`` (bytes) → :func:`transforms.parse.parse_page` → ``Document`` or ``Rejected``
→ :func:`transforms.extract.extract_article` → ``Extraction`` → :func:`transforms.rows.article_rows` → records of ``presslake.schema``
→ :func:`transforms.resolve.resolve_entities` → ids over all articles.

Offsets are half-open Unicode code points. In a ``Document`` they count in ``body_text`` (NFC); the functions of ``transforms.extract`` work on
any text with blocks, so that ``benchmarks/adapters.py`` can call them on a bare text with its title inside.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from presslake.schema import (
    ArticleType,
    DatePrecision,
    EntityKind,
    MentionKind,
    Modality,
    OrganisationKind,
    Qualifier,
    RelevanceKind,
    Resolution,
    Span,
    SpeakerKind,
    SpeakerVia,
    SpeechType,
    UnitKind,
    UrlKind,
)


class Role(enum.StrEnum):
    """Roles of blocks: those of ``presslake.schema.BlockRole``, and what stands outside a body (title, kicker, byline)."""

    KICKER = "kicker"
    TITLE = "title"
    BYLINE = "byline"
    LEAD = "lead"
    PARAGRAPH = "paragraph"
    HEADING = "heading"
    QUESTION = "question"
    ANSWER = "answer"
    QUOTE = "quote"
    LIST_ITEM = "list_item"
    CAPTION = "caption"
    ABOUT = "about"


NO_PROSE = frozenset({Role.CAPTION, Role.ABOUT, Role.BYLINE, Role.KICKER})
"""Roles that never give a claim."""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of text with one role; blocks are in order, do not overlap, and are separated by white space."""

    role: Role
    start: int
    end: int
    entry_at: dt.datetime | None = None
    """UTC time of the live-blog entry it belongs to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What was fetched or read from disk, before anybody looked at it."""

    url: str
    """Address asked for; ``file:`` for a local file."""
    body: bytes
    raw_sha256: str
    """SHA-256 of ``body``, hex."""
    fetched_at: dt.datetime
    """UTC."""
    source_id: str = "local"
    final_url: str | None = None
    content_type: str | None = None
    """The header as received, charset included; None for local files."""
    run_id: str = ""
    tdm_reserved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHints:
    """What ``sources.toml`` says of a source and the parser may use: optional CSS selectors override the generic extraction."""

    name: str | None = None
    language: str | None = None
    time_zone: str | None = None
    """IANA name, for dates without an offset; None means UTC is not assumed and only the day counts."""
    selectors: Mapping[str, str] = field(default_factory=dict)
    """Keys: body, title, kicker, lead, authors, published, remove."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A page that gives no article, and why."""

    url: str
    raw_sha256: str
    expectation: str
    """What it failed, one word: empty, binary, no_article, placeholder, consent_stub, soft_404, unreadable, too_large …"""
    reason: str
    """One sentence for a person, with the remedy where there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationDate:
    at: dt.datetime
    """UTC; a bare day is its midnight UTC with precision ``day``."""
    precision: DatePrecision
    raw: str
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An article as its page shows it."""

    url: str
    """Canonical URL where trusted, else the final one, without tracking parameters."""
    urls: tuple[tuple[UrlKind, str], ...]
    title: str
    kicker: str | None
    lead: str | None
    authors: tuple[str, ...]
    published: PublicationDate | None
    modified: PublicationDate | None
    article_type: ArticleType
    language: str
    section: str | None
    outlet: str | None
    agency: str | None
    is_paywalled: bool | None
    is_truncated: bool
    tdm_reserved: bool
    """Reserved by the page's own meta elements."""
    body_text: str
    """NFC; ``blocks`` joined by "\\n\\n"; the lead is its first block where there is one, the title is not in it."""
    blocks: tuple[Block, ...]
    charset: str
    """The charset that was used to decode."""
    charset_declared: str | None
    is_correction: bool
    """The page carries a correction note ("Korrektur:", "In einer früheren Version")."""
    extractor: str
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Name:
    """A name that the recogniser saw: the input of linking."""

    start: int
    end: int
    kind: EntityKind
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A person or organisation within one article: what its mentions mean. Referred to by its index in ``Extraction.entities``."""

    kind: EntityKind
    name: str
    """Fullest form, nominative, without title and legal form noise ("Shou Zi Chew", "Deutsches Rotes Kreuz")."""
    aliases: tuple[str, ...] = ()
    honorific: str | None = None
    organisation_kind: OrganisationKind | None = None
    watchlist: str | None = None
    """Slug of ``presslake/watchlist.toml``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    start: int
    end: int
    kind: EntityKind
    mention_kind: MentionKind
    entity: int | None
    """Index into the entities; None while ambiguous or unresolved."""
    resolution: Resolution
    confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Affiliation:
    person: int
    organisation: int | None
    role: str | None
    start: int
    end: int
    confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    spans: tuple[Span, ...]
    """With its quotation marks for direct speech, as in the corpus; ``schema.Claim.text`` is the text at the spans."""
    speech_type: SpeechType
    cue: Span | None
    speaker_kind: SpeakerKind
    speaker: int | None
    """Entity index of the speaker; for an unnamed speaker the organisation he speaks for."""
    speaker_span: Span | None
    """The speaker as written, nearest to the claim (a name, a role noun, a pronoun, a label)."""
    speaker_via: SpeakerVia | None
    addressee: int | None = None
    is_negated: bool = False
    modality: Modality = Modality.ASSERTED
    platforms: tuple[str, ...] = ()
    confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    start: int
    end: int
    value: Decimal | None
    value_high: Decimal | None
    qualifier: Qualifier
    unit_kind: UnitKind
    currency: str | None
    noun: str | None
    claim: int | None = None
    """Index into the claims."""
    confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """Everything found in one article. ``title_claims`` have offsets in the title, all else in the body."""

    entities: tuple[Entity, ...]
    mentions: tuple[Mention, ...]
    affiliations: tuple[Affiliation, ...]
    claims: tuple[Claim, ...]
    title_claims: tuple[Claim, ...]
    quantities: tuple[Quantity, ...]
    platforms: tuple[str, ...]
    relevance: RelevanceKind
    extractor: str
