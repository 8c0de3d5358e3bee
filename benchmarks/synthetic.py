"""Invented articles as rows of every table, consistent with each other: for tests and benchmarks, nobody and nothing in them is real."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from presslake import schema
from presslake.schema import make_id
from transforms.resolve.entities import block_keys, provisional_id

Rows = dict[str, list[Any]]

START = dt.datetime(2025, 3, 3, 6, 0, tzinfo=dt.UTC)
GIVEN = ("Anna", "Bela", "Carla", "Dennis", "Edda", "Falk", "Greta", "Hanno", "Ines", "Jonas", "Käthe", "Lars", "Mila", "Nils", "Olga", "Paul")
FAMILY = ("Ahrens", "Böttcher", "Clausen", "Dörfler", "Ehlert", "Frings", "Göbel", "Harms", "Ihde", "Jansen", "Köhler", "Lühr", "Menke", "Nolte")
ENDINGS = ("", "mann", "berg", "hof", "feld", "stein", "kamp", "thal", "brink", "horst", "moor", "bach", "au", "sen", "wald", "rode", "dorf", "busch")
COMPANIES = ("Nordlicht Medien", "Klangwerk", "Seeblick Studio", "Hafenfunk", "Moorbach AG", "Tannenhof Verlag", "Wellengang", "Rotbuche Daten")
SAYINGS = (
    "Wir prüfen jeden Hinweis innerhalb eines Tages.",
    "Junge Menschen brauchen klare Regeln und Vorbilder.",
    "Die Zahlen haben uns selbst überrascht.",
    "Ohne Werbung ließe sich der Dienst nicht betreiben.",
    "Das neue Werkzeug hilft Eltern beim Einstellen.",
    "Wir wollen im kommenden Jahr in drei weiteren Städten öffnen.",
)
SYLLABLES = ("ab", "bel", "dor", "ein", "fal", "gen", "her", "im", "ker", "lan", "mor", "nis", "ort", "pel", "ras", "sel", "tur", "und", "wen", "zo")


def make_sentence(draw: random.Random, words: int = 11) -> str:
    """Words that mean nothing: so invented articles are not each other's copies, as real ones are not."""
    made = " ".join("".join(draw.choices(SYLLABLES, k=draw.randrange(1, 4))) for _ in range(words))
    return f"{made.capitalize()}."


def make_run(number: int = 0) -> schema.Run:
    """The run that all rows of :func:`make_article` with this ``run`` name."""
    start = START + dt.timedelta(days=number)
    return schema.Run(
        run_id=make_id("run", "daily", number),
        flow="daily",
        started_at=start,
        ended_at=start + dt.timedelta(minutes=3),
        status="published",
        code_version="test",
        fetched_count=1,
        article_count=1,
        reject_count=0,
        snapshot_id=None,
    )


def make_article(
    number: int,
    *,
    edition: int = 0,
    source_id: str | None = None,
    run: int = 0,
    seen_at: dt.datetime | None = None,
    section: str = "Wirtschaft",
    claims: int = 1,
) -> Rows:
    """Article ``number`` in its ``edition``-th text, as one fetch at ``seen_at`` showed it: rows of all article tables.

    Each of its ``claims`` is a quotation by the same person; with three there are ten mentions.
    """
    draw = random.Random(f"{number}/{edition}")
    source_id = source_id or f"paper{number % 7}"
    url = f"https://{source_id}.example/artikel-{number}"
    article_id = make_id("art", source_id, url)
    seen_at = seen_at or START + dt.timedelta(days=run, minutes=number % 600)
    run_id = make_run(run).run_id
    who = random.Random(number)
    person, company = f"{who.choice(GIVEN)} {who.choice(FAMILY)}{who.choice(ENDINGS)}", who.choice(COMPANIES)
    amount = 10 + number % 90 + edition
    said = draw.choice(SAYINGS)
    if number % 3:
        said = make_sentence(draw, 14)
    opening = f"{make_sentence(draw)} Dafür gibt {company} {amount} Millionen Euro aus."
    quote = f"„{said}“, sagte {person}, Sprecherin von {company}, am Montag in Ort {number}."
    more = [f"„{make_sentence(draw, 14)}“, sagte {person} von {company} weiter. TikTok schwieg." for _ in range(claims - 1)]
    paragraphs = [
        opening,
        quote,
        *more,
        " ".join(make_sentence(draw) for _ in range(12)),
        f"TikTok will sich zu Fall {number} nicht äußern (Fassung {edition}).",
    ]
    body = "\n\n".join(paragraphs)
    title = f"{company}: Meldung {number}"
    raw = hashlib.sha256(f"{article_id}/{edition}/{section}".encode()).hexdigest()
    common: dict[str, Any] = {"raw_sha256": raw, "run_id": run_id, "extractor": "synthetic/1", "confidence": 0.9}

    names = [(person, schema.EntityKind.PERSON), (company, schema.EntityKind.ORGANISATION), ("TikTok", schema.EntityKind.ORGANISATION)]
    entities = [_entity(article_id, name, kind, seen_at, raw) for name, kind in names]
    mentions = []
    for entity in entities:
        start = body.find(entity.name)
        while start >= 0:
            mentions.append(_mention(article_id, entity, start, body, common))
            start = body.find(entity.name, start + 1)
    spans = [(m.start(), m.end()) for m in re.finditer("„[^“]*“", body)]
    speaker = entities[0]
    raw_text = f"{amount} Millionen Euro"
    at = body.index(raw_text)
    quantity = schema.ClaimQuantity(
        quantity_id=make_id("qty", article_id, at, at + len(raw_text)),
        claim_id=None,
        article_id=article_id,
        raw_text=raw_text,
        char_start=at,
        char_end=at + len(raw_text),
        value=Decimal(amount * 1_000_000),
        value_high=None,
        qualifier=schema.Qualifier.EXACT,
        unit_kind=schema.UnitKind.MONEY,
        currency="EUR",
        noun=None,
        **common,
    )
    role = f"Sprecherin von {company}"
    place = body.index(person)
    affiliation = schema.Affiliation(
        affiliation_id=make_id("aff", article_id, person, company, "Sprecherin", place),
        person_id=str(entities[0].entity_id),
        organisation_id=entities[1].entity_id,
        role="Sprecherin",
        article_id=article_id,
        char_start=place,
        char_end=place + len(f"{person}, {role}"),
        **common,
    )
    article = schema.Article(
        article_id=article_id,
        source_id=source_id,
        url=url,
        title=title,
        kicker=None,
        lead=opening,
        article_type=schema.ArticleType.NEWS,
        language="de",
        authors=("Rosa Feder",),
        published_at=START + dt.timedelta(minutes=number % 500),
        published_precision=schema.DatePrecision.MINUTE,
        published_raw=None,
        published_method="json_ld",
        modified_at=None,
        section=section,
        outlet=source_id.title(),
        body_text=body,
        word_count=len(body.split()),
        platforms=("tiktok",),
        platform_relevance=schema.RelevanceKind.PASSING,
        is_paywalled=None,
        is_truncated=False,
        agency=None,
        cluster_id=None,
        is_cluster_lead=True,
        version_no=1,
        text_sha256=hashlib.sha256(f"{title}\n{body}".encode()).hexdigest(),
        tdm_reserved=False,
        first_seen_at=seen_at,
        last_seen_at=seen_at,
        **common,
    )
    return {
        "articles": [article],
        "article_urls": [schema.ArticleUrl(article_id=article_id, url=url, url_kind=schema.UrlKind.CANONICAL, first_seen_at=seen_at)],
        "article_entities": entities,
        "blocks": _blocks(article_id, paragraphs, raw),
        "mentions": mentions,
        "affiliations": [affiliation],
        "claims": [_claim(article_id, body, span, speaker, common) for span in spans],
        "claim_quantities": [quantity],
    }


def _entity(article_id: str, name: str, kind: schema.EntityKind, seen_at: dt.datetime, raw: str) -> schema.ArticleEntity:
    is_person = kind == schema.EntityKind.PERSON
    watchlist = "tiktok" if name == "TikTok" else None
    return schema.ArticleEntity(
        article_entity_id=make_id("ent", article_id, kind, name),
        article_id=article_id,
        entity_kind=kind,
        name=name,
        aliases=(),
        honorific=None,
        roles=("Sprecherin",) if is_person else (),
        organisations=(),
        organisation_kind=None if is_person else schema.OrganisationKind.PLATFORM if name == "TikTok" else schema.OrganisationKind.COMPANY,
        watchlist=watchlist,
        block_keys=block_keys(name, (), kind, watchlist),
        seen_at=seen_at,
        entity_id=provisional_id(kind, name, watchlist),
        is_current=True,
        raw_sha256=raw,
    )


def _claim(article_id: str, body: str, span: tuple[int, int], speaker: schema.ArticleEntity, common: dict[str, Any]) -> schema.Claim:
    start, end = span
    return schema.Claim(
        claim_id=make_id("clm", article_id, "direct", start, body[start:end]),
        article_id=article_id,
        claim_group_id=make_id("grp", body[start + 1 : end - 1].lower()),
        speech_type=schema.SpeechType.DIRECT,
        text=body[start:end],
        char_start=start,
        char_end=end,
        spans=(schema.Span(start, end),),
        cue="sagte",
        speaker_kind=schema.SpeakerKind.PERSON,
        speaker_person_id=speaker.entity_id,
        speaker_organisation_id=None,
        speaker_surface=speaker.name,
        speaker_via=schema.SpeakerVia.NAME,
        addressee_person_id=None,
        platforms=("tiktok",),
        is_negated=False,
        modality=schema.Modality.ASSERTED,
        language="de",
        is_current=True,
        **common,
    )


def _mention(article_id: str, entity: schema.ArticleEntity, start: int, body: str, common: dict[str, Any]) -> schema.Mention:
    end = start + len(entity.name)
    return schema.Mention(
        mention_id=make_id("men", article_id, entity.entity_kind, start, end),
        article_id=article_id,
        article_entity_id=entity.article_entity_id,
        entity_kind=entity.entity_kind,
        entity_id=entity.entity_id,
        char_start=start,
        char_end=end,
        surface=body[start:end],
        mention_kind=schema.MentionKind.NAME,
        resolution=schema.Resolution.RESOLVED,
        **common,
    )


def _blocks(article_id: str, paragraphs: list[str], raw: str) -> list[schema.BlockRow]:
    out, at = [], 0
    for number, text in enumerate(paragraphs):
        role = schema.BlockRole.PARAGRAPH if number else schema.BlockRole.LEAD
        out.append(
            schema.BlockRow(article_id=article_id, block_no=number, role=role, char_start=at, char_end=at + len(text), entry_at=None, raw_sha256=raw)
        )
        at += len(text) + 2
    return out


def combine(parts: Iterable[Rows]) -> Rows:
    """Rows of many articles in one batch."""
    out: Rows = {}
    for part in parts:
        for table, rows in part.items():
            out.setdefault(table, []).extend(rows)
    return out


def make_articles(numbers: Iterable[int], **options: Any) -> Rows:
    """:func:`make_article` for every number, combined."""
    return combine(make_article(n, **options) for n in numbers)
