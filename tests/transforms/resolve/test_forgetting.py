from __future__ import annotations

import dataclasses
import datetime as dt
import re

from presslake.schema import ArticleType, EntityKind, MentionKind, RelevanceKind, ResolutionJudgement
from transforms.extract.link import link_names
from transforms.records import Block, Document, Extraction, Name, Role
from transforms.resolve.forgetting import mask_forgotten
from transforms.resolve.judgements import fingerprints

BODY = "Maren Holtkamp, Chefin von Nordwerk, lacht. Holtkamps Plan gefällt Jana Wolters.\n\n„Gut“, sagt Holtkamp."


def forget(name: str, *organisations: str) -> ResolutionJudgement:
    return ResolutionJudgement(
        judgement_id="jud_" + "0" * 20,
        judgement_kind="forget",
        entity_kind=EntityKind.PERSON,
        subject="per_" + "0" * 20,
        object=fingerprints(name, organisations),
        article_id=None,
        note=None,
        decided_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        is_active=True,
    )


def article(body: str = BODY) -> tuple[Document, Extraction]:
    blocks = tuple(Block(Role.PARAGRAPH, m.start(), m.end()) for m in re.finditer(r"[^\n]+", body))
    people = [Name(m.start(), m.end(), EntityKind.PERSON, 0.9) for m in re.finditer(r"Maren Holtkamp|Holtkamps?|Jana Wolters", body)]
    companies = [Name(m.start(), m.end(), EntityKind.ORGANISATION, 0.9) for m in re.finditer("Nordwerk", body)]
    entities, mentions, affiliations = link_names(body, blocks, [*people, *companies], "de")
    extraction = Extraction(
        entities=entities,
        mentions=mentions,
        affiliations=affiliations,
        claims=(),
        title_claims=(),
        quantities=(),
        platforms=(),
        relevance=RelevanceKind.NONE,
        extractor="test/1",
    )
    document = Document(
        url="https://blatt.example/a",
        urls=(),
        title="Holtkamp: „Gut“",
        kicker=None,
        lead="Maren Holtkamp lacht.",
        authors=("Jana Wolters", "Maren Holtkamp"),
        published=None,
        modified=None,
        article_type=ArticleType.NEWS,
        language="de",
        section=None,
        outlet=None,
        agency=None,
        is_paywalled=None,
        is_truncated=False,
        tdm_reserved=False,
        body_text=body,
        blocks=blocks,
        charset="utf-8",
        charset_declared=None,
        is_correction=False,
        extractor="test/1",
        confidence=None,
    )
    return document, extraction


def test_the_name_is_unreadable_everywhere_and_all_offsets_stay():
    document, extraction = article()
    masked = mask_forgotten(document, extraction, [forget("Maren Holtkamp")])
    assert "Holtkamp" not in f"{masked.body_text} {masked.title} {masked.lead} {masked.authors}"
    assert masked.title == "████████: „Gut“"
    assert len(masked.body_text) == len(BODY)
    kept = [(m.start, m.end) for m in extraction.mentions if m.mention_kind is not MentionKind.ROLE_NOUN and "Holt" not in BODY[m.start : m.end]]
    assert [masked.body_text[a:b] for a, b in kept] == ["Nordwerk", "Jana Wolters"]
    assert masked.authors == ("Jana Wolters",)


def test_a_namesake_elsewhere_and_everyone_else_stay_readable():
    document, extraction = article()
    assert mask_forgotten(document, extraction, [forget("Maren Holtkamp", "Ofcom")]).body_text == BODY
    assert mask_forgotten(document, extraction, [forget("Ilse Brandau")]) is document
    assert mask_forgotten(document, extraction, []) is document


def test_a_person_is_forgotten_where_the_organisation_fits():
    document, extraction = article()
    assert "Holtkamp" not in mask_forgotten(document, extraction, [forget("Maren Holtkamp", "Nordwerk AG")]).body_text


def test_another_spelling_of_the_forgotten_is_masked_in_the_title_too():
    body = "Oleksandr Holtkamp, Chefin von Nordwerk, lacht. Alexander Holtkamp schweigt."
    blocks = (Block(Role.PARAGRAPH, 0, len(body)),)
    people = [Name(m.start(), m.end(), EntityKind.PERSON, 0.9) for m in re.finditer(r"(?:Oleksandr|Alexander) Holtkamp", body)]
    entities, mentions, affiliations = link_names(body, blocks, people, "de")
    document, extraction = article()
    extraction = dataclasses.replace(extraction, entities=entities, mentions=mentions, affiliations=affiliations)
    document = dataclasses.replace(document, body_text=body, title="Oleksandr Holtkamp lacht")
    names = {e.name for e in entities}
    masked = mask_forgotten(document, extraction, [forget(name) for name in names])
    assert masked.title == "█████████ ████████ lacht"
    assert "Holtkamp" not in masked.body_text
