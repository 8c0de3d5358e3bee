"""Document and Extraction of one page → records of ``presslake.schema``, with their keys and provenance."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from presslake import schema
from presslake.schema import EntityKind, SpeakerKind, SpeechType, make_id
from transforms.records import NO_PROSE, Claim, Document, Extraction, Page, Quantity, Rejected
from transforms.resolve.entities import block_keys, provisional_id

R = TypeVar("R")
WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class ArticleRows:
    """The rows that one page gives, by table, as they are staged: identities over all articles are provisional until load resolves them."""

    article: schema.Article
    urls: tuple[schema.ArticleUrl, ...]
    blocks: tuple[schema.BlockRow, ...]
    entities: tuple[schema.ArticleEntity, ...]
    mentions: tuple[schema.Mention, ...]
    affiliations: tuple[schema.Affiliation, ...]
    claims: tuple[schema.Claim, ...]
    quantities: tuple[schema.ClaimQuantity, ...]

    def by_table(self) -> dict[str, tuple[object, ...]]:
        """Table name → rows."""
        return {
            "articles": (self.article,),
            "article_urls": self.urls,
            "blocks": self.blocks,
            "article_entities": self.entities,
            "mentions": self.mentions,
            "affiliations": self.affiliations,
            "claims": self.claims,
            "claim_quantities": self.quantities,
        }


def article_rows(page: Page, document: Document, extraction: Extraction) -> ArticleRows:
    """All rows of one page. Pure: times are those of the fetch, the run is the one that fetched the bytes."""
    return _Rows(page, document, extraction).build()


def reject_row(page: Page, rejected: Rejected) -> schema.Reject:
    """The row that says why a page gave no article."""
    facts = {
        "url": rejected.url,
        "final_url": page.final_url,
        "content_type": page.content_type,
        "source_id": page.source_id,
        "bytes": len(page.body),
    }
    return schema.Reject(
        reject_id=make_id("rej", "pages", rejected.url, rejected.expectation, rejected.raw_sha256),
        table_name="pages",
        row_key=rejected.url,
        row_json=json.dumps(facts, ensure_ascii=False),
        expectation=rejected.expectation,
        reason=rejected.reason,
        raw_sha256=rejected.raw_sha256,
        run_id=page.run_id,
        rejected_at=page.fetched_at,
    )


class _Rows:
    """Builds the rows of one article: holds what every one of them needs."""

    def __init__(self, page: Page, document: Document, extraction: Extraction) -> None:
        self.page, self.document, self.extraction = page, document, extraction
        self.article_id = make_id("art", page.source_id, document.url)
        self.entity_ids = [self._entity_id(i) for i in range(len(extraction.entities))]
        self.identities = [provisional_id(e.kind, e.name, e.watchlist) for e in extraction.entities]

    def _entity_id(self, i: int) -> str:
        entity = self.extraction.entities[i]
        namesakes = [j for j, e in enumerate(self.extraction.entities) if (e.kind, e.name) == (entity.kind, entity.name)]
        return make_id("ent", self.article_id, entity.kind, entity.name, i if len(namesakes) > 1 else None)

    def build(self) -> ArticleRows:
        body_claims = [self._claim(c, self.document.body_text) for c in self.extraction.claims]
        title_claims = [self._claim(c, self.document.title, in_title=True) for c in self.extraction.title_claims]
        claim_ids = [c.claim_id for c in body_claims]
        return ArticleRows(
            article=self._article(),
            urls=_unique(self._urls(), lambda u: (u.url, u.url_kind)),
            blocks=tuple(
                schema.BlockRow(
                    article_id=self.article_id,
                    block_no=i,
                    role=schema.BlockRole(b.role),
                    char_start=b.start,
                    char_end=b.end,
                    entry_at=b.entry_at,
                    raw_sha256=self.page.raw_sha256,
                )
                for i, b in enumerate(self.document.blocks)
            ),
            entities=_unique((self._entity(i) for i in range(len(self.entity_ids))), lambda e: e.article_entity_id),
            mentions=_unique(self._mentions(), lambda m: m.mention_id),
            affiliations=_unique(self._affiliations(), lambda a: a.affiliation_id),
            claims=_unique([*body_claims, *title_claims], lambda c: c.claim_id),
            quantities=_unique((self._quantity(q, claim_ids) for q in self.extraction.quantities), lambda q: q.quantity_id),
        )

    def _article(self) -> schema.Article:
        d, page = self.document, self.page
        prose = " ".join(d.body_text[b.start : b.end] for b in d.blocks if b.role not in NO_PROSE)
        return schema.Article(
            article_id=self.article_id,
            source_id=page.source_id,
            url=d.url,
            title=d.title,
            kicker=d.kicker,
            lead=d.lead,
            article_type=d.article_type,
            language=d.language,
            authors=d.authors,
            published_at=d.published.at if d.published else None,
            published_precision=d.published.precision if d.published else None,
            published_raw=d.published.raw if d.published else None,
            published_method=d.published.method if d.published else None,
            modified_at=d.modified.at if d.modified else None,
            section=d.section,
            outlet=d.outlet,
            body_text=d.body_text,
            word_count=len(prose.split()),
            platforms=self.extraction.platforms,
            platform_relevance=self.extraction.relevance,
            is_paywalled=d.is_paywalled,
            is_truncated=d.is_truncated,
            agency=d.agency,
            cluster_id=None,
            is_cluster_lead=True,
            version_no=1,
            text_sha256=hashlib.sha256(f"{d.title}\n\n{d.body_text}".encode("utf-8", "surrogatepass")).hexdigest(),
            raw_sha256=page.raw_sha256,
            tdm_reserved=d.tdm_reserved or page.tdm_reserved,
            first_seen_at=page.fetched_at,
            last_seen_at=page.fetched_at,
            run_id=page.run_id,
            extractor=d.extractor,
            confidence=d.confidence,
        )

    def _urls(self) -> Iterable[schema.ArticleUrl]:
        for kind, url in self.document.urls:
            yield schema.ArticleUrl(article_id=self.article_id, url=url, url_kind=kind, first_seen_at=self.page.fetched_at)

    def _entity(self, i: int) -> schema.ArticleEntity:
        e = self.extraction.entities[i]
        entities = self.extraction.entities
        mine = [a for a in self.extraction.affiliations if i in (a.person, a.organisation)]
        return schema.ArticleEntity(
            article_entity_id=self.entity_ids[i],
            article_id=self.article_id,
            entity_kind=e.kind,
            name=e.name,
            aliases=tuple(sorted(set(e.aliases))),
            honorific=e.honorific,
            roles=tuple(sorted({a.role for a in mine if a.role and a.person == i})),
            organisations=tuple(sorted({entities[a.organisation].name for a in mine if a.organisation is not None and a.person == i})),
            organisation_kind=e.organisation_kind,
            watchlist=e.watchlist,
            block_keys=block_keys(e.name, e.aliases, e.kind, e.watchlist),
            seen_at=self.page.fetched_at,
            is_current=True,
            raw_sha256=self.page.raw_sha256,
            entity_id=self.identities[i],
        )

    def _mentions(self) -> Iterable[schema.Mention]:
        for m in self.extraction.mentions:
            yield schema.Mention(
                mention_id=make_id("men", self.article_id, m.kind, m.start, m.end),
                article_id=self.article_id,
                article_entity_id=None if m.entity is None else self.entity_ids[m.entity],
                entity_kind=m.kind,
                entity_id=None if m.entity is None else self.identities[m.entity],
                char_start=m.start,
                char_end=m.end,
                surface=self.document.body_text[m.start : m.end],
                mention_kind=m.mention_kind,
                resolution=m.resolution,
                raw_sha256=self.page.raw_sha256,
                run_id=self.page.run_id,
                extractor=self.extraction.extractor,
                confidence=m.confidence,
            )

    def _affiliations(self) -> Iterable[schema.Affiliation]:
        for a in self.extraction.affiliations:
            organisation = None if a.organisation is None else self.identities[a.organisation]
            yield schema.Affiliation(
                affiliation_id=make_id("aff", self.article_id, self.entity_ids[a.person], organisation, a.role, a.start),
                person_id=self.identities[a.person],
                organisation_id=organisation,
                role=a.role,
                article_id=self.article_id,
                char_start=a.start,
                char_end=a.end,
                raw_sha256=self.page.raw_sha256,
                run_id=self.page.run_id,
                extractor=self.extraction.extractor,
                confidence=a.confidence,
            )

    def _claim(self, c: Claim, text: str, *, in_title: bool = False) -> schema.Claim:
        words = " ".join(text[s.start : s.end] for s in c.spans)
        start, end = (None, None) if in_title else (c.spans[0].start, c.spans[-1].end)
        speech = SpeechType.HEADLINE if in_title else c.speech_type
        speaker = None if c.speaker is None else self.extraction.entities[c.speaker]
        identity = None if c.speaker is None else self.identities[c.speaker]
        is_person = speaker is not None and speaker.kind == EntityKind.PERSON
        kind, via = c.speaker_kind, c.speaker_via
        if speaker is None:  # a surface that names nobody is a speaker without a name; nothing at all is none
            kind, via = (SpeakerKind.UNNAMED, via) if c.speaker_span else (SpeakerKind.UNKNOWN, None)
        return schema.Claim(
            claim_id=make_id("clm", self.article_id, speech, start, words),
            article_id=self.article_id,
            claim_group_id=make_id("grp", self.document.language, *WORD.findall(words.casefold())),
            speech_type=speech,
            text=words,
            char_start=start,
            char_end=end,
            spans=() if in_title else c.spans,
            cue=text[c.cue.start : c.cue.end] if c.cue else None,
            speaker_kind=kind,
            speaker_person_id=identity if is_person else None,
            speaker_organisation_id=identity if speaker is not None and not is_person else None,
            speaker_surface=text[c.speaker_span.start : c.speaker_span.end] if c.speaker_span else None,
            speaker_via=via,
            addressee_person_id=self._person(c.addressee),
            platforms=c.platforms,
            is_negated=c.is_negated,
            modality=c.modality,
            language=self.document.language,
            is_current=True,
            raw_sha256=self.page.raw_sha256,
            run_id=self.page.run_id,
            extractor=self.extraction.extractor,
            confidence=c.confidence,
        )

    def _person(self, i: int | None) -> str | None:
        return None if i is None or self.extraction.entities[i].kind != EntityKind.PERSON else self.identities[i]

    def _quantity(self, q: Quantity, claim_ids: list[str]) -> schema.ClaimQuantity:
        return schema.ClaimQuantity(
            quantity_id=make_id("qty", self.article_id, q.start, q.end),
            claim_id=None if q.claim is None else claim_ids[q.claim],
            article_id=self.article_id,
            raw_text=self.document.body_text[q.start : q.end],
            char_start=q.start,
            char_end=q.end,
            value=q.value,
            value_high=q.value_high,
            qualifier=q.qualifier,
            unit_kind=q.unit_kind,
            currency=q.currency,
            noun=q.noun,
            raw_sha256=self.page.raw_sha256,
            run_id=self.page.run_id,
            extractor=self.extraction.extractor,
            confidence=q.confidence,
        )


def _unique(rows: Iterable[R], key: Callable[[R], object]) -> tuple[R, ...]:
    """The first row of every key: two mentions of one span, two claims of the same words at one place are one."""
    seen: dict[object, R] = {}
    for row in rows:
        seen.setdefault(key(row), row)
    return tuple(seen.values())
