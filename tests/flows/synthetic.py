"""A small press of our own: outlets, people and claims that nobody has ever met, written as a snapshot."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import random
from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from presslake import schema as s

UTC = dt.UTC
RUN = s.make_id("run", "daily", "synthetic")
EXTRACTOR = "synthetic/1"
FIRST_DAY = dt.datetime(2024, 1, 8, 6, tzinfo=UTC)

PLATFORMS = {"tiktok": "TikTok", "instagram": "Instagram", "youtube": "YouTube", "x": "X", "facebook": "Facebook", "snapchat": "Snapchat"}
WEIGHTS = (9, 6, 4, 3, 3, 1)
PARENTS = {"tiktok": "ByteDance", "instagram": "Meta", "facebook": "Meta", "youtube": "Google"}
OUTLETS = (
    "Weserbote",
    "Havelzeitung",
    "Der Morgenruf",
    "Isarblatt",
    "Nordlicht Magazin",
    "Lechkurier",
    "Medienwarte",
    "Elbe Echo",
    "The Harbour Gazette",
    "Saale Rundschau",
    "Netzfunk",
    "Alpenpost",
)
BODIES = {
    "Landesamt für Netzaufsicht": "authority",
    "Verband Digitaler Schulen": "association",
    "Bündnis Leises Netz": "ngo",
    "Universität Oderbruch": "university",
    "Kanalwerk GmbH": "company",
    "Agentur Lautstark": "agency",
}
PEOPLE = (
    ("Orlina", "Miller", "Marketing Managerin Europe", "TikTok"),
    ("Veit", "Sandkuhl", "Sprecher", "Landesamt für Netzaufsicht"),
    ("Marieke", "Tjarksen", "Präsidentin", "Verband Digitaler Schulen"),
    ("Jonte", "Ohlrogge", "Geschäftsführer", "Kanalwerk GmbH"),
    ("Aurelia", "Brandhuber", "Professorin für Medienpädagogik", "Universität Oderbruch"),
    ("Tamsin", "Okonedu", "Head of Public Policy", "Instagram"),
    ("Falk", "Nüssgens", "Campaigner", "Bündnis Leises Netz"),
    ("Ilse", "Quandt-Merode", "Strategin", "Agentur Lautstark"),
    ("Bashir", "Lenhardt", "Produktchef", "YouTube"),
    ("Solveig", "Habermehl", None, None),
)
STATEMENTS = (
    "{p} wird den Jugendschutz noch in diesem Jahr verschärfen",
    "Wir sehen auf {p} jeden Monat {n} Millionen Aufrufe",
    "Auf {p} fehlt es an Aufsicht, nicht an Regeln",
    "{p} zahlt {n} Millionen Euro in einen Fonds für kleine Kanäle",
    "Rund {n} Prozent der Jugendlichen nutzen {p} täglich",
    "Ein Verbot von {p} löst kein einziges Problem",
    "Die Schulen brauchen klare Absprachen mit {p}",
    "{p} hat unsere Anfrage bis heute nicht beantwortet",
    "Kurze Videos auf {p} verändern, wie Nachrichten erzählt werden",
    "Die Zahl der gemeldeten Konten auf {p} ist um {n} Prozent gestiegen",
)
SPREAD = (
    "{p} muss bis zum Herbst darlegen, wie Empfehlungen zustande kommen",
    "Die Vorwürfe gegen {p} weisen wir entschieden zurück",
    "{p} will seine Moderation in Deutschland auf {n} Beschäftigte ausbauen",
)


@dataclasses.dataclass
class Press:
    """Tables of records being filled; :func:`write_snapshot` turns them into Parquet."""

    tables: dict[str, list[Any]] = dataclasses.field(default_factory=lambda: {t: [] for t in s.PUBLIC_TABLES})

    def replace(self, table: str, row: int, **changes: Any) -> None:
        self.tables[table][row] = dataclasses.replace(self.tables[table][row], **changes)


def person_id(name: str) -> str:
    return s.make_id("per", name)


def organisation_id(name: str) -> str:
    return s.make_id("org", name)


def press(articles: int = 60, outlets: Iterable[str] = OUTLETS, people: Iterable[tuple[Any, ...]] = PEOPLE, seed: int = 7, days: int = 200) -> Press:
    """``articles`` articles with about three claims each over ``days`` days, the same for the same arguments."""
    out, rng = Press(), random.Random(seed)
    outlets, people = tuple(outlets), tuple(people)
    for n in range(articles):
        add_article(out, rng, n, outlets, people, days)
    _add_entities(out, people)
    return out


def add_article(out: Press, rng: random.Random, n: int, outlets: tuple[str, ...], people: tuple[tuple[Any, ...], ...], days: int) -> None:
    outlet = outlets[n % len(outlets)] if n < len(outlets) else outlets[min(int(rng.expovariate(4 / len(outlets))), len(outlets) - 1)]
    slug = rng.choices(list(PLATFORMS), WEIGHTS)[0]
    also = rng.choice([x for x in PLATFORMS if x != slug]) if rng.random() < 0.25 else None
    platforms = (slug, also) if also else (slug,)
    copy = n % 6 == 5 and n > 6
    day = int(days * rng.random() ** 0.7)
    seen = FIRST_DAY + dt.timedelta(days=day, minutes=rng.randrange(900))
    raw = hashlib.sha256(f"{n}".encode()).hexdigest()
    url = f"https://{_slug(outlet)}.example/netz/{n}"
    article_id = s.make_id("art", _slug(outlet), url)
    name = PLATFORMS[slug]
    title = f"{name}: {('Streit um Aufsicht', 'Neue Regeln im Herbst', 'Was Schulen erwarten', 'Mehr Geld für kleine Kanäle')[n % 4]}"
    blocks, claims, text = ["Was bisher bekannt ist und wer dazu spricht."], [], "Was bisher bekannt ist und wer dazu spricht."
    newcomer = day > 0.7 * days  # the last of the people appears late
    for k in range(rng.randrange(1, 6)):
        spread = k == 0 and rng.random() < 0.45
        template = rng.choice(SPREAD if spread else STATEMENTS)
        number = 300 if spread else rng.randrange(3, 90)
        words = template.format(p=name, n=number)
        given, family, role, organisation = (
            people[rng.randrange(len(people) - (not newcomer and len(people) > 1))] if rng.random() < 0.8 else (None, None, None, None)
        )
        as_organisation = given is None and rng.random() < 0.7
        who = f"{given} {family}" if given else (name if as_organisation else None)
        quoted = f"„{words}“"
        sentence = f"{quoted}, sagte {who}." if who else f"{quoted}, heißt es."
        start = len(text) + 2
        text += "\n\n" + sentence
        blocks.append(sentence)
        claims.append((start, quoted, who, given is not None, words, number, template, role, organisation))
    common = {"raw_sha256": raw, "run_id": RUN, "extractor": EXTRACTOR, "confidence": round(0.7 + 0.3 * rng.random(), 3)}
    dated = n % 17 != 3
    out.tables["articles"].append(
        s.Article(
            article_id=article_id,
            source_id=_slug(outlet),
            url=url,
            title=title,
            kicker="Netz",
            lead=blocks[0],
            article_type=(s.ArticleType.NEWS, s.ArticleType.INTERVIEW, s.ArticleType.OPINION)[n % 3],
            language="en" if "Gazette" in outlet else "de",
            authors=(f"{PEOPLE[n % len(PEOPLE)][1]}, Redaktion",),
            published_at=seen - dt.timedelta(hours=1) if dated else None,
            published_precision=s.DatePrecision.MINUTE if dated else None,
            published_raw=None,
            published_method="json_ld" if dated else None,
            modified_at=None,
            section="Netz",
            outlet=outlet if n % 9 else None,
            body_text=text,
            word_count=len(text.split()),
            platforms=platforms,
            platform_relevance=s.RelevanceKind.SUBJECT if n % 4 else s.RelevanceKind.PASSING,
            is_paywalled=n % 8 == 0,
            is_truncated=n % 21 == 20,
            agency="dpa" if copy else None,
            cluster_id=s.make_id("clu", n // 18) if copy else None,
            is_cluster_lead=not copy or n % 18 == 17,
            version_no=1,
            text_sha256=hashlib.sha256((title + text).encode()).hexdigest(),
            tdm_reserved=n % 13 == 0,
            first_seen_at=seen,
            last_seen_at=seen,
            **common,
        )
    )
    _add_blocks(out, article_id, blocks, raw)
    for start, quoted, who, is_person, words, number, template, role, organisation in claims:
        claim_id = s.make_id("clm", article_id, start)
        kind = s.SpeakerKind.UNKNOWN if who is None else s.SpeakerKind.PERSON if is_person else s.SpeakerKind.ORGANISATION
        out.tables["claims"].append(
            s.Claim(
                claim_id=claim_id,
                article_id=article_id,
                claim_group_id=s.make_id("grp", words, who),
                speech_type=s.SpeechType.DIRECT,
                text=quoted,
                char_start=start,
                char_end=start + len(quoted),
                spans=(s.Span(start, start + len(quoted)),),
                cue="sagte" if who else "heißt es",
                speaker_kind=kind,
                speaker_person_id=person_id(who) if is_person and who else None,
                speaker_organisation_id=organisation_id(who) if who and not is_person else None,
                speaker_surface=who,
                speaker_via=s.SpeakerVia.NAME if who else None,
                addressee_person_id=None,
                platforms=(slug,),
                is_negated="kein" in words or "nicht" in words,
                modality=_modality(words),
                language="de",
                is_current=True,
                **common,
            )
        )
        if who:
            at = start + len(quoted) + len(", sagte ")
            out.tables["mentions"].append(_mention(article_id, who, is_person, at, common))
        if is_person and role:
            out.tables["affiliations"].append(
                s.Affiliation(
                    affiliation_id=s.make_id("aff", article_id, start),
                    person_id=person_id(who),
                    organisation_id=organisation_id(organisation),
                    role=role,
                    article_id=article_id,
                    char_start=start,
                    char_end=start + len(quoted),
                    **common,
                )
            )
        if "{n}" in template:
            out.tables["claim_quantities"].append(_quantity(article_id, claim_id, start, quoted, number, common))
    _add_versions(out, out.tables["articles"][-1], corrected=n % 19 == 7)
    out.tables["article_urls"].append(s.ArticleUrl(article_id=article_id, url=url, url_kind=s.UrlKind.CANONICAL, first_seen_at=seen))


def _add_versions(out: Press, article: s.Article, *, corrected: bool) -> None:
    first = s.ArticleVersion(
        article_id=article.article_id,
        version_no=1,
        text_sha256=article.text_sha256,
        raw_sha256=article.raw_sha256,
        title=article.title,
        body_text=article.body_text,
        valid_from=article.first_seen_at,
        valid_to=None,
        change_kind=s.ChangeKind.INITIAL,
        run_id=RUN,
    )
    if not corrected:
        out.tables["article_versions"].append(first)
        return
    later = article.first_seen_at + dt.timedelta(hours=5)
    old = dataclasses.replace(first, title=article.title + " (1)", text_sha256=hashlib.sha256(b"old").hexdigest(), valid_to=later)
    new = dataclasses.replace(first, version_no=2, valid_from=later, change_kind=s.ChangeKind.CORRECTION)
    out.tables["article_versions"] += [old, new]
    out.replace("articles", -1, version_no=2, last_seen_at=later)


def _modality(words: str) -> s.Modality:
    if " wird " in words or " will " in words:
        return s.Modality.PLANNED
    return s.Modality.DENIED if "Vorwürfe" in words else s.Modality.ASSERTED


def _add_blocks(out: Press, article_id: str, blocks: list[str], raw: str) -> None:
    at = 0
    for n, block in enumerate(blocks):
        role = s.BlockRole.LEAD if n == 0 else s.BlockRole.PARAGRAPH
        row = s.BlockRow(article_id=article_id, block_no=n, role=role, char_start=at, char_end=at + len(block), entry_at=None, raw_sha256=raw)
        out.tables["blocks"].append(row)
        at += len(block) + 2


def _mention(article_id: str, who: str, is_person: bool, at: int, common: dict[str, Any]) -> s.Mention:
    return s.Mention(
        mention_id=s.make_id("men", article_id, at),
        article_id=article_id,
        article_entity_id=s.make_id("ent", article_id, who),
        entity_kind=s.EntityKind.PERSON if is_person else s.EntityKind.ORGANISATION,
        entity_id=person_id(who) if is_person else organisation_id(who),
        char_start=at,
        char_end=at + len(who),
        surface=who,
        mention_kind=s.MentionKind.NAME,
        resolution=s.Resolution.RESOLVED,
        **common,
    )


def _quantity(article_id: str, claim_id: str, start: int, quoted: str, number: int, common: dict[str, Any]) -> s.ClaimQuantity:
    money, percent, millions = "Euro" in quoted, "Prozent" in quoted, "Millionen" in quoted
    raw = f"{number} Millionen Euro" if money else f"{number} Prozent" if percent else f"{number} Millionen" if millions else f"{number} Beschäftigte"
    at = start + quoted.index(raw)
    return s.ClaimQuantity(
        quantity_id=s.make_id("qty", article_id, at),
        claim_id=claim_id,
        article_id=article_id,
        raw_text=raw,
        char_start=at,
        char_end=at + len(raw),
        value=Decimal(number * 1_000_000 if millions else number),
        value_high=None,
        qualifier=s.Qualifier.ABOUT if "Rund" in quoted else s.Qualifier.EXACT,
        unit_kind=s.UnitKind.MONEY if money else s.UnitKind.PERCENT if percent else s.UnitKind.COUNT,
        currency="EUR" if money else None,
        noun=None if money or percent else "Aufrufe" if millions else "Beschäftigte",
        **common,
    )


def _add_entities(out: Press, people: tuple[tuple[Any, ...], ...]) -> None:
    claims, mentions = out.tables["claims"], out.tables["mentions"]
    seen = {a.article_id: a.first_seen_at for a in out.tables["articles"]}
    if not seen:
        return
    first, last = min(seen.values()), max(seen.values())
    mentioned: dict[str, set[str]] = {}
    for m in mentions:
        mentioned.setdefault(m.entity_id, set()).add(m.article_id)
    spoken = Counter(key for c in claims for key in (c.speaker_person_id, c.speaker_organisation_id) if key)
    for given, family, *_ in people:
        name = f"{given} {family}"
        articles, said = len(mentioned.get(person_id(name), ())), spoken[person_id(name)]
        out.tables["people"].append(
            s.Person(
                person_id=person_id(name),
                name=name,
                given_name=given,
                family_name=family,
                honorific=None,
                aliases=(family,),
                wikidata_id=None,
                article_count=articles,
                claim_count=said,
                first_seen_at=first,
                last_seen_at=last,
            )
        )
    names: dict[str, tuple[str, str | None, str | None]] = {name: (kind, None, None) for name, kind in BODIES.items()}
    names |= dict.fromkeys(PARENTS.values(), ("company", None, None))
    names |= {name: ("platform", slug, PARENTS.get(slug)) for slug, name in PLATFORMS.items()}
    for *_, organisation in people:
        if organisation:
            names.setdefault(organisation, ("other", None, None))
    for name, (kind, slug, parent) in names.items():
        articles, said = len(mentioned.get(organisation_id(name), ())), spoken[organisation_id(name)]
        out.tables["organisations"].append(
            s.Organisation(
                organisation_id=organisation_id(name),
                name=name,
                kind=s.OrganisationKind(kind),
                parent_organisation_id=organisation_id(parent) if parent else None,
                platform=slug,
                aliases=(),
                wikidata_id=None,
                article_count=articles,
                claim_count=said,
                first_seen_at=first,
                last_seen_at=last,
            )
        )


def _slug(name: str) -> str:
    return "".join(c if c.isalnum() and c.isascii() else "-" for c in name.lower()).strip("-") or "outlet"


def manifest(out: Press) -> dict[str, Any]:
    expectations = [
        {"table_name": t, "expectation": "key_is_unique", "severity": "block", "is_success": True, "unexpected_count": 0, "detail": None}
        for t in s.PUBLIC_TABLES
    ]
    expectations.append(
        {
            "table_name": "articles",
            "expectation": "published_at_is_known",
            "severity": "warn",
            "is_success": False,
            "unexpected_count": sum(a.published_at is None for a in out.tables["articles"]),
            "detail": "some pages state no date",
        }
    )
    return {
        "snapshot_id": "snap_" + "0a1b2c3d4e" * 2,
        "schema_version": s.SCHEMA_VERSION,
        "created_at": "2024-08-01T05:30:00+00:00",
        "run_id": RUN,
        "code_version": "0.1.0",
        "previous_snapshot_id": None,
        "tables": {t: {"rows": len(rows)} for t, rows in out.tables.items()},
        "expectations": expectations,
    }


def write_snapshot(directory: Path, out: Press, **changes: Any) -> Path:
    """Write ``out`` as a snapshot into ``directory``; ``changes`` replace keys of its manifest."""
    import pyarrow.parquet as pq

    for table, rows in out.tables.items():
        (directory / table).mkdir(parents=True, exist_ok=True)
        pq.write_table(s.to_arrow(table, rows).cast(s.arrow_schema(table, published=True)), directory / table / "part-0.parquet", compression="zstd")
    (directory / "manifest.json").write_text(json.dumps(manifest(out) | changes, ensure_ascii=False), encoding="utf-8")
    return directory


OPERATIONS: Mapping[str, Any] = {
    "rejects": [
        {
            "table_name": "pages",
            "expectation": "page_is_an_article",
            "reason": "no text beside navigation: the address leads to a list of articles",
            "count": 212,
            "example": "https://weserbote.example/netz/",
        },
        {
            "table_name": "claims",
            "expectation": "span_equals_text",
            "reason": "the offsets do not give the words of the claim",
            "count": 3,
            "example": "clm_0123456789abcdef0123",
        },
    ],
    "fetches": [
        {"outcome": "fetched", "count": 1320},
        {"outcome": "not_modified", "count": 410},
        {"outcome": "refused_robots", "count": 18},
    ],
}
