"""What types cannot say: one line per expectation, with its severity, the reason in words and the remedy.

A rule is a condition that is true for a row that is *wrong*: plain DuckDB SQL over ``t`` (the row) and, where ``with_text`` is set, ``a`` (its article
with ``title`` and ``body_text``). A rule about a whole table is a ``query`` that gives one row per finding. ``{claims}`` names a table wherever the
check looks at it: staged Parquet before the merge, the warehouse after it. Nothing here knows the code that fills the tables.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from presslake import schema


class Severity(enum.StrEnum):
    BLOCK = "block"
    """Nothing is published."""
    REJECT = "reject"
    """The rows are set aside, with this expectation and its reason; all others go on."""
    WARN = "warn"
    """Reported."""


class Stage(enum.StrEnum):
    STAGED = "staged"
    """Every row that is about to enter, before the merge."""
    WAREHOUSE = "warehouse"
    """What only all rows together can show, after the merge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One expectation of a table."""

    table: str
    name: str
    severity: Severity
    reason: str
    """Why a row against it is wrong, in words for a person."""
    remedy: str
    where: str = ""
    """True for a row ``t`` that is wrong."""
    query: str = ""
    """For what no single row shows: one row per finding, its first column says what was found."""
    with_text: bool = False
    native: tuple[str, str] | None = None
    """The expectation of Great Expectations that says the same, and its column; without one it runs the SQL."""
    stages: tuple[Stage, ...] = (Stage.STAGED,)

    def failing(self, names: dict[str, str], stage: Stage) -> str:
        """SQL that selects the rows (or findings) against this rule; ``names`` says what each table is called here."""
        if self.query:
            sql = self.query
        else:
            sql = f"SELECT t.* FROM {{{self.table}}} t{self._article(stage)} WHERE ({self.where})"
        for table, name in names.items():
            sql = sql.replace("{" + table + "}", name)
        return " ".join(sql.split())

    def _article(self, stage: Stage) -> str:
        if not self.with_text:
            return ""
        if stage is Stage.STAGED:
            return " JOIN {texts} a ON a.article_id = t.article_id AND a.raw_sha256 = t.raw_sha256"
        current = " AND t.is_current" if self.table in ("claims", "article_entities") else ""
        return " JOIN {articles} a ON a.article_id = t.article_id" + current


def _row(table: str, name: str, severity: Severity, where: str, reason: str, remedy: str, *, with_text: bool = False) -> Rule:
    return Rule(table=table, name=name, severity=severity, where=where, reason=reason, remedy=remedy, with_text=with_text)


def _whole(table: str, name: str, severity: Severity, query: str, reason: str, remedy: str, stages: tuple[Stage, ...] = (Stage.WAREHOUSE,)) -> Rule:
    return Rule(table=table, name=name, severity=severity, query=query, reason=reason, remedy=remedy, stages=stages)


BLOCK, REJECT, WARN = Severity.BLOCK, Severity.REJECT, Severity.WARN

PARSER = "`presslake rejects` shows the page; report it with its raw_sha256, or give its source selectors in sources.toml"
EXTRACT = "the text is kept; report the row: extraction and text disagree"
SOURCE = "look at the page; where its outlet is like that, set the source's language, time zone or selectors in sources.toml"
LOOK = "look at the rows: `presslake sql` with the query of this expectation; nothing has to be done if they are right"
REBUILD = "`presslake rebuild` makes the warehouse anew from the raw archive"

_MOJIBAKE = "Ã[\\x{80}-\\x{BF}¤¶¼Ÿ„–œ]|â€[\\x{80}-\\x{9F}œž™“”„¦“]|Â[\\x{A0}-\\x{BF}]|\\x{FFFD}"
_TEMPLATE = (
    "(?i)lorem ipsum dolor|\\{\\{ *[a-z_.]+ *\\}\\}|\\bklicken? (sie )?hier,? um (ihren|deinen) eigenen text|\\byour (text|headline) (goes )?here\\b"
)
_TAG = "</?(p|div|span|br|script|style|table|li|ul|a)( [^<>]*)?/?>"

# fmt: off
ARTICLES = (
    _row("articles", "title_present", REJECT, "NOT regexp_matches(t.title, '[^\\s\\p{Z}]')", "The article has no headline.", PARSER),
    _row("articles", "body_present", REJECT, "NOT regexp_matches(t.body_text, '[^\\s\\p{Z}]')", "The article has no text.", PARSER),
    _row("articles", "text_is_nfc", REJECT, "t.body_text <> nfc_normalize(t.body_text)", "The text is not in Unicode NFC: offsets would not agree.", PARSER),
    _row("articles", "no_control_characters", REJECT, "regexp_matches(t.body_text, '[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f]')",
         "The text holds control characters: the page is binary or was decoded wrongly.", PARSER),
    _row("articles", "umlauts_whole", REJECT, f"len(regexp_extract_all(t.title || ' ' || t.body_text, '{_MOJIBAKE}')) >= 3",
         "Umlauts and quotation marks are broken (Ã¼ for ü): the page was decoded with the wrong charset.", SOURCE),
    _row("articles", "no_template_text", REJECT, f"regexp_matches(t.title || ' ' || t.body_text, '{_TEMPLATE}')",
         "The text holds placeholder or template text.", PARSER),
    _row("articles", "no_markup_left", REJECT, f"len(regexp_extract_all(t.body_text, '{_TAG}')) >= 3", "The text still holds HTML.", PARSER),
    _row("articles", "url_absolute", REJECT, "NOT regexp_matches(t.url, '^[a-z][a-z0-9+.-]*:.')", "The address is not absolute.", PARSER),
    _row("articles", "seen_in_order", REJECT, "t.first_seen_at > t.last_seen_at", "It was last seen before it was first seen.", EXTRACT),
    _row("articles", "date_plausible", REJECT,
         "t.published_at < TIMESTAMPTZ '1800-01-01 00:00:00+00' OR t.published_at > t.last_seen_at + INTERVAL 366 DAY",
         "The date of publication is centuries ago or more than a year ahead.", SOURCE),
    _row("articles", "date_complete", REJECT,
         "(t.published_at IS NULL) <> (t.published_precision IS NULL) OR (t.published_at IS NOT NULL AND t.published_method IS NULL)",
         "A date of publication needs its precision and the place it was found at, and neither stands without it.", EXTRACT),
    _row("articles", "not_in_future", WARN, "t.published_at > t.last_seen_at + INTERVAL 1 DAY",
         "Published more than a day after it was fetched: an embargo, or a date read wrongly.", SOURCE),
    _row("articles", "date_recent", WARN, "t.published_at < TIMESTAMPTZ '1995-01-01 00:00:00+00'", "Published before there was online press.", SOURCE),
    _row("articles", "modified_after_published", WARN, "t.modified_at < t.published_at - INTERVAL 1 DAY", "Changed before it was published.", SOURCE),
    _row("articles", "language_known", WARN, "t.language = 'und'", "The language is undecided, so dates and claims were read without it.", SOURCE),
    _row("articles", "text_not_tiny", WARN, "t.word_count < 20 AND NOT t.is_truncated", "Fewer than twenty words, and not marked as a stub.", PARSER),
    _row("articles", "words_counted", REJECT, "t.word_count > length(t.body_text)", "More words than letters.", EXTRACT),
    _row("articles", "kicker_not_title", WARN, "t.kicker = t.title", "Kicker and headline are the same.", PARSER),
)

# fmt: on
_TEXT_AT = "substr(a.body_text, t.char_start + 1, t.char_end - t.char_start)"
_IN_TEXT = "t.char_end <= t.char_start OR t.char_end > length(a.body_text)"


def _offsets(table: str, column: str, what: str) -> tuple[Rule, ...]:
    return (
        _row(table, "offsets_in_text", REJECT, _IN_TEXT, f"The offsets of the {what} lie outside of its article's text.", EXTRACT, with_text=True),
        _row(
            table,
            "offsets_agree",
            REJECT,
            f"NOT ({_IN_TEXT}) AND {_TEXT_AT} <> t.{column}",
            f"The text at the offsets is not the {what}: {column} and body_text disagree.",
            EXTRACT,
            with_text=True,
        ),
    )


_SPANS_TEXT = "array_to_string(list_transform(t.spans, lambda s: substr(a.body_text, s.start + 1, s.end - s.start)), ' ')"

# fmt: off
CLAIMS = (
    _row("claims", "text_present", REJECT, "NOT regexp_matches(t.text, '[^\\s\\p{Z}]')", "The claim has no words.", EXTRACT),
    _row("claims", "text_not_whole_article", WARN, "length(t.text) > 5000", "A claim of more than 5,000 characters.", EXTRACT),
    _row("claims", "offsets_given", REJECT,
         "(t.speech_type = 'headline') <> (t.char_start IS NULL) OR (t.char_start IS NULL) <> (t.char_end IS NULL) OR (t.char_start IS NULL) <> (len(t.spans) = 0)",
         "A claim in the text needs its offsets and spans; one in the headline has none.", EXTRACT),
    _row("claims", "spans_in_order", REJECT,
         "len(t.spans) > 0 AND (t.spans[1].start <> t.char_start OR t.spans[-1].end <> t.char_end"
         " OR len(list_filter(t.spans, lambda s: s.end <= s.start)) > 0"
         " OR len(list_filter(range(2, len(t.spans) + 1), lambda i: t.spans[i].start < t.spans[i - 1].end)) > 0)",
         "The spans overlap, are empty or do not begin and end at the claim's offsets.", EXTRACT),
    _row("claims", "offsets_in_text", REJECT, "t.char_start IS NOT NULL AND (t.char_end <= t.char_start OR t.char_end > length(a.body_text))",
         "The offsets of the claim lie outside of its article's text.", EXTRACT, with_text=True),
    _row("claims", "text_at_spans", REJECT, f"len(t.spans) > 0 AND t.char_end <= length(a.body_text) AND {_SPANS_TEXT} <> t.text",
         "The words of the claim do not stand at its spans.", EXTRACT, with_text=True),
    _row("claims", "headline_in_title", REJECT, "t.speech_type = 'headline' AND strpos(a.title, t.text) = 0",
         "The words of the headline claim do not stand in the headline.", EXTRACT, with_text=True),
    _row("claims", "speaker_present", REJECT,
         "t.speaker_kind IN ('person', 'organisation', 'unnamed') AND t.speaker_surface IS NULL AND t.speaker_person_id IS NULL"
         " AND t.speaker_organisation_id IS NULL", "The claim says what its speaker is, but not who or how the text names them.", EXTRACT),
    _row("claims", "unknown_speaker_has_no_name", REJECT,
         "t.speaker_kind = 'unknown' AND (t.speaker_person_id IS NOT NULL OR t.speaker_organisation_id IS NOT NULL)",
         "The speaker is unknown and yet has an identity.", EXTRACT),
    _row("claims", "speaker_of_its_kind", REJECT,
         "(t.speaker_kind = 'person' AND t.speaker_organisation_id IS NOT NULL) OR (t.speaker_kind IN ('organisation', 'unnamed') AND t.speaker_person_id IS NOT NULL)",
         "The speaker is a person and an organisation at once.", EXTRACT),
    _row("claims", "not_in_caption", REJECT,
         "t.char_start IS NOT NULL AND EXISTS (SELECT 1 FROM {blocks} b WHERE b.article_id = t.article_id AND b.raw_sha256 = t.raw_sha256"
         " AND b.role IN ('caption', 'about') AND t.char_start < b.char_end AND t.char_end > b.char_start)",
         "The claim stands in a caption or an about box.", EXTRACT),
    _row("claims", "not_a_question", REJECT,
         "t.speech_type = 'interview_answer' AND EXISTS (SELECT 1 FROM {blocks} b WHERE b.article_id = t.article_id AND b.raw_sha256 = t.raw_sha256"
         " AND b.role = 'question' AND t.char_start >= b.char_start AND t.char_end <= b.char_end)",
         "The answer of an interview stands in a question.", EXTRACT),
)

MENTIONS = (
    *_offsets("mentions", "surface", "mention"),
    _row("mentions", "resolution_agrees", REJECT,
         "(t.resolution = 'resolved' AND t.entity_id IS NULL) OR (t.resolution <> 'resolved' AND t.entity_id IS NOT NULL)",
         "A resolved mention needs its entity, an unresolved one has none.", EXTRACT),
    _row("mentions", "entity_of_its_kind", REJECT,
         "t.entity_id IS NOT NULL AND (left(t.entity_id, 3) = 'per') <> (t.entity_kind = 'person')",
         "A person was resolved to an organisation, or the other way round.", EXTRACT),
    _row("mentions", "name_is_no_sentence", WARN, "length(t.surface) > 150", "A name of more than 150 characters.", EXTRACT),
)

QUANTITIES = (
    *_offsets("claim_quantities", "raw_text", "number"),
    _row("claim_quantities", "value_in_range", REJECT, "t.value < 0 OR t.value > 1e18 OR t.value_high < t.value",
         "The value is negative, beyond 10^18, or the upper end of its range is below the lower.", EXTRACT),
    _row("claim_quantities", "range_has_two_ends", REJECT, "t.value_high IS NOT NULL AND t.qualifier <> 'range'",
         "An upper value, but not a range.", EXTRACT),
    _row("claim_quantities", "currency_is_moneys", REJECT, "t.currency IS NOT NULL AND t.unit_kind <> 'money'", "A currency on what is not money.", EXTRACT),
    _row("claim_quantities", "percent_sane", WARN, "t.unit_kind = 'percent' AND t.value > 10000", "More than 10,000 percent.", LOOK),
    _row("claim_quantities", "has_digit_or_word", REJECT, "NOT regexp_matches(t.raw_text, '[0-9\\p{L}½¼¾⅓⅔]')", "No number was written there.", EXTRACT),
)

BLOCKS = (
    _row("blocks", "offsets_in_text", REJECT, _IN_TEXT, "The block lies outside of its article's text.", EXTRACT, with_text=True),
    _row("blocks", "not_blank", REJECT, f"NOT ({_IN_TEXT}) AND NOT regexp_matches({_TEXT_AT}, '[^\\s\\p{{Z}}]')", "The block is empty.", EXTRACT, with_text=True),
)

OTHERS = (
    _row("affiliations", "offsets_in_text", REJECT, _IN_TEXT, "The passage lies outside of its article's text.", EXTRACT, with_text=True),
    _row("affiliations", "says_something", REJECT, "t.role IS NULL AND t.organisation_id IS NULL", "Neither a role nor an organisation.", EXTRACT),
    _row("article_urls", "url_absolute", REJECT, "NOT regexp_matches(t.url, '^[a-z][a-z0-9+.-]*:.')", "The address is not absolute.", EXTRACT),
    _row("article_entities", "name_present", REJECT, "NOT regexp_matches(t.name, '[^\\s\\p{Z}]')", "An entity without a name.", EXTRACT),
    _row("article_entities", "has_block_keys", REJECT, "len(t.block_keys) = 0", "An entity that could never be compared with another.", EXTRACT),
)

WHOLE = (
    _whole("articles", "rows_at_all", BLOCK, "SELECT 'the warehouse holds no article' AS finding WHERE (SELECT count(*) FROM {articles}) = 0",
           "There is nothing to publish.", "`presslake run` or `presslake ingest` brings articles"),
    _whole("articles", "version_is_the_last", BLOCK,
           "SELECT t.article_id FROM {articles} t LEFT JOIN (SELECT article_id, max(version_no) AS last, count(*) FILTER (valid_to IS NULL) AS open"
           " FROM {article_versions} GROUP BY 1) v USING (article_id) WHERE v.last IS DISTINCT FROM t.version_no OR v.open <> 1",
           "An article and its versions disagree.", REBUILD),
    _whole("articles", "one_lead_per_cluster", BLOCK,
           "SELECT cluster_id FROM {articles} WHERE cluster_id IS NOT NULL GROUP BY 1 HAVING count(*) FILTER (is_cluster_lead) <> 1",
           "A cluster of near-duplicates needs exactly one lead.", REBUILD),
    _whole("articles", "lead_alone", BLOCK, "SELECT article_id FROM {articles} WHERE cluster_id IS NULL AND NOT is_cluster_lead",
           "An article without a cluster leads itself.", REBUILD),
    _whole("article_versions", "in_order", BLOCK,
           "SELECT article_id FROM (SELECT article_id, version_no, row_number() OVER w AS n, valid_from, valid_to, lead(valid_from) OVER w AS next"
           " FROM {article_versions} WINDOW w AS (PARTITION BY article_id ORDER BY version_no)) WHERE version_no <> n OR valid_to IS DISTINCT FROM next",
           "The versions of an article have a gap or overlap.", REBUILD),
    _whole("articles", "usual_number_per_source_and_day", WARN,
           "WITH days AS (SELECT source_id, CAST(first_seen_at AS DATE) AS day, count(*) AS n FROM {articles} GROUP BY ALL),"
           " usual AS (SELECT source_id, median(n) AS middle, mad(n) AS spread, count(*) AS days FROM days GROUP BY 1)"
           " SELECT d.source_id || ' on ' || d.day || ': ' || d.n || ' articles, usually ' || u.middle AS finding FROM days d JOIN usual u USING (source_id)"
           " WHERE u.days >= 7 AND d.day = (SELECT max(day) FROM days) AND abs(d.n - u.middle) > 6 * greatest(u.spread, 1) AND abs(d.n - u.middle) > 5",
           "A source brought far more or fewer articles than on its other days.", "look whether its feeds still work: `presslake sources`"),
    _whole("articles", "paragraph_not_boilerplate", WARN,
           "WITH recent AS (SELECT article_id, source_id, title, body_text FROM {articles} ORDER BY last_seen_at DESC LIMIT 20000),"
           " sized AS (SELECT *, count(*) OVER (PARTITION BY source_id) AS total FROM recent),"
           " paragraphs AS (SELECT DISTINCT source_id, total, article_id, unnest(string_split(body_text, chr(10) || chr(10))) AS paragraph FROM sized WHERE total >= 5)"
           " SELECT source_id || ': ' || left(paragraph, 120) AS finding FROM paragraphs WHERE length(paragraph) >= 40"
           " GROUP BY source_id, paragraph, total HAVING count(*) >= greatest(5, total // 10)",
           "One paragraph stands in many articles of a source: boilerplate that the parser should drop.",
           "set the source's selector `remove` in sources.toml"),
    _whole("claims", "speakers_known", WARN,
           "SELECT 'only ' || round(100.0 * known / total) || ' % of direct speech has a speaker' AS finding FROM (SELECT count(*) AS total,"
           " count(*) FILTER (speaker_kind <> 'unknown') AS known FROM {claims} WHERE is_current AND speech_type = 'direct') WHERE total >= 50 AND known < 0.5 * total",
           "Fewer than half of the quotations have a speaker.", LOOK),
    _whole("mentions", "mostly_resolved", WARN,
           "SELECT 'only ' || round(100.0 * known / total) || ' % of names are resolved' AS finding FROM (SELECT count(*) AS total,"
           " count(*) FILTER (resolution = 'resolved') AS known FROM {mentions} WHERE mention_kind = 'name') WHERE total >= 50 AND known < 0.5 * total",
           "Fewer than half of the names could be resolved.", LOOK),
    _whole("people", "not_mostly_new", WARN,
           "SELECT round(100.0 * fresh / total) || ' % of the people were never seen before' AS finding FROM (SELECT count(*) AS total,"
           " count(*) FILTER (CAST(first_seen_at AS DATE) = (SELECT max(CAST(first_seen_at AS DATE)) FROM {people})) AS fresh FROM {people})"
           " WHERE total >= 1000 AND fresh > 0.5 * total AND (SELECT count(DISTINCT CAST(first_seen_at AS DATE)) FROM {people}) > 7",
           "More than half of all people appeared on the last day alone: names are read wrongly, or identities fall apart.", LOOK),
    _whole("people", "names_look_like_names", WARN,
           "SELECT name AS finding FROM {people} WHERE regexp_matches(name, '[0-9@/\\\\]') OR length(name) > 80", "A person's name with digits or signs.", LOOK),
    _whole("people", "no_person_is_an_organisation", WARN,
           "SELECT p.name AS finding FROM {people} p SEMI JOIN {organisations} o ON lower(o.name) = lower(p.name)",
           "One name is a person and an organisation.", LOOK),
    _whole("articles", "not_fewer_than_published", BLOCK,
           "SELECT table_name || ': ' || row_count || ' in the last snapshot, now ' || (SELECT count(*) FROM {articles}) AS finding FROM {previous}"
           " WHERE table_name = 'articles' AND row_count >= 20 AND (SELECT count(*) FROM {articles}) < 0.5 * row_count",
           "Half of the articles that the last snapshot had are gone.", "if that is meant, publish with --force; else " + REBUILD),
    _whole("claims", "drift_of_claims", WARN,
           "WITH now AS (SELECT (SELECT count(*) FROM {claims}) / greatest((SELECT count(*) FROM {articles}), 1) AS rate),"
           " was AS (SELECT max(row_count) FILTER (table_name = 'claims') / greatest(max(row_count) FILTER (table_name = 'articles'), 1) AS rate,"
           " max(row_count) FILTER (table_name = 'articles') AS articles FROM {previous})"
           " SELECT 'claims per article: ' || round(was.rate, 2) || ' in the last snapshot, now ' || round(now.rate, 2) AS finding FROM now, was"
           " WHERE was.articles >= 50 AND abs(now.rate - was.rate) > 0.25 * was.rate",
           "The number of claims per article moved by more than a quarter since the last snapshot.", LOOK),
)

# fmt: on


def _unique(table: str) -> Rule:
    key = ", ".join(f't."{k}"' for k in schema.primary_key(table))
    return _whole(
        table, "key_unique", BLOCK, f"SELECT {key} FROM {{{table}}} t GROUP BY {key} HAVING count(*) > 1", "Two rows have the same key.", REBUILD
    )


def _references(table: str) -> list[Rule]:
    out = []
    for c in schema.columns(table):
        if c.col.ref:
            other, column = c.col.ref.split(".")
            query = f'SELECT t."{c.name}" FROM {{{table}}} t ANTI JOIN {{{other}}} o ON o."{column}" = t."{c.name}" WHERE t."{c.name}" IS NOT NULL'
            out.append(_whole(table, f"{c.name}_exists", BLOCK, query, f"{c.name} names a row that {other} does not have.", REBUILD))
    return out


def _entities_exist() -> list[Rule]:
    return [
        _whole(
            "mentions",
            f"{kind}_exists",
            BLOCK,
            f"SELECT t.entity_id FROM {{mentions}} t ANTI JOIN {{{table}}} o ON o.{key} = t.entity_id WHERE t.entity_kind = '{kind}' AND t.entity_id IS NOT NULL",
            f"A mention names a {kind} that {table} does not have.",
            REBUILD,
        )
        for kind, table, key in (("person", "people", "person_id"), ("organisation", "organisations", "organisation_id"))
    ]


def _orphans() -> list[Rule]:
    return [
        _row(table, "article_is_there", REJECT,
             "NOT EXISTS (SELECT 1 FROM {articles} x WHERE x.article_id = t.article_id"
             + (" AND x.raw_sha256 = t.raw_sha256)" if any(c.name == "raw_sha256" for c in schema.columns(table)) else ")"),
             "The row's article is not in the batch.", EXTRACT)
        for table in ("blocks", "mentions", "affiliations", "claims", "claim_quantities", "article_entities", "article_urls")
    ]  # fmt: skip


RULES: tuple[Rule, ...] = (
    *ARTICLES, *CLAIMS, *MENTIONS, *QUANTITIES, *BLOCKS, *OTHERS, *_orphans(), *WHOLE,
    *(_unique(t) for t in (*schema.PUBLIC_TABLES, "article_entities")),
    *(r for t in (*schema.PUBLIC_TABLES, "article_entities") for r in _references(t)), *_entities_exist(),
)  # fmt: skip
"""Every rule that is not in the schema."""
