"""What one line or paragraph of press text is by its shape alone: byline, caption, credit, date, placeholder, footer …

Every function takes one stripped piece of text and looks at nothing else, so that plain text and HTML can share it.
"""

from __future__ import annotations

import re

OPENING = "„“”\"»«‚‘'›‹"
"""Marks that can open a quotation in one of the styles in use."""


def words(text: str) -> frozenset[str]:
    """The words of ``text`` as a set: how this package writes down word lists."""
    return frozenset(text.split())


PARTICLES = words("""
    von vom van de der den del della di da do dos du la le al el bin ibn zu zum zur ten ter mac mc san st. und and y e & i
""")

_NO_NAME = words("""
    der die das den dem des ein eine einen einem einer kein keine mein meine dein ihr unser wir sie er es ich du was wer wie wo wann warum
    so nur mehr neue neuer neues the a an my our your his her their this that these those what who how why when where no not new i we you he
    she it they in on at for with im am zum zur bei nach aus mit für über drei zwei vier fünf
""")
_TITLES = re.compile(r"^(?:prof\.|dr\.|professor|sir|dame|med\.|h\.c\.|dipl\.-\w+\.?|m\.a\.)$", re.IGNORECASE)


_NOT_IN_NAME = re.compile(r"[\d„“”\"»«‚›‹?!:;()\[\]{}]")


def is_name_word(word: str) -> bool:
    """True for a word that can be part of a person's name: "Miller", "Janßen-Tamm", "V.-D.", "O’Neill"."""
    if not word[:1].isupper() and not _TITLES.match(word):
        return False
    return _NOT_IN_NAME.search(word) is None


def looks_like_name(text: str, most: int = 5) -> bool:
    """True for two to ``most`` name words with particles between them, and nothing else."""
    words = text.split()
    if not 2 <= len(words) <= most or not is_name_word(words[0]) or words[0].lower() in _NO_NAME:
        return False
    capitals = sum(is_name_word(w) for w in words)
    return capitals >= 2 and all(is_name_word(w) or w.lower() in PARTICLES for w in words)


_PLACE = re.compile(r"\s+(?:(?:in|aus|from)\s+[^\W\d_a-z]\w*(?:\s+[^\W\d_a-z]\w*)?|\([^()]*\))$")


def looks_like_names(text: str) -> bool:
    """True for one or several names joined by "und", "and", "&", "/" or commas, the last perhaps with a role: "Ada Lind, Redaktion Köln"."""
    if len(text) > 120 or ". " in text.replace("Dr. ", "").replace("Prof. ", ""):
        return False
    parts = [p.split(",")[0].split("|")[0].strip() for p in re.split(r"\s+(?:und|and|&|mit|with)\s+|\s*/\s*", text.strip(" ."))]
    return all(looks_like_name(_PLACE.sub("", p)) for p in parts if p) and any(parts)


# ------------------------------------------------------------------ template text

_PLACEHOLDER = re.compile(
    r"""lorem\s+ipsum|dolor\s+sit\s+amet
    | \{\{[^{}\n]{0,60}\}\} | \[\[[^\[\]\n]{0,60}\]\] | <%[^%\n]{0,60}%> | \$\{[a-z_.]{1,40}\}
    | \[(?:autor(?:in)?|author|name|titel|title|datum|date|headline|zitat|quote|link|url)\]
    | (?:klicke?n?|tippe?n?)\ (?:sie\ )?hier,?\ um\ .{0,40}text\ (?:einzu|zu\ |hinzuzu)
    | click\ here\ to\ (?:edit|add|insert|enter|start\ typing)
    | (?:text|überschrift|titel|zitat|bild|name|inhalt)\ hier\ (?:einfügen|eingeben|einsetzen)
    | hier\ steht\ (?:der|die|das|ihr|ein)\ (?:vorspann|teaser|text|titel|überschrift|blindtext|zwischentitel|bildtext)
    | (?:insert|add|enter|type)\ (?:your\ )?(?:text|headline|title|caption|quote|content)\ here
    | (?:quote|caption|headline|text|title)\ goes\ here | ^caption\ here\b
    | \bblindtext\b.{0,40}\bblindtext\b | \bdies\ ist\ ein\ (?:typo)?blindtext | \bplatzhalter(?:text)?\b.{0,30}$
    | ^tk\ tk\b | \btk\ tk\b
    | this\ is\ a\ (?:test\ page|placeholder|dummy\ text) | ^dies\ ist\ ein\ (?:test(?:artikel|text|beitrag)?|platzhalter)[.! ]
    """,
    re.IGNORECASE | re.VERBOSE,
)

_BARE_TEMPLATE = re.compile(
    r"^(?:zwischenüberschrift|bildunterschrift|überschrift|vorspann|dachzeile|headline|subheadline|teaser(?:text)?|kicker|byline|caption|"
    r"heading(?: \d)?|title|by staff writer|von \[?autor(?:in)?\]?|text|untertitel|fließtext)[.:]?(?: (?:hier|here)\b.*)?$",
    re.IGNORECASE,
)


_PLACEHOLDER_HINTS = ("lorem", "dolor", "{{", "[", "<%", "${", "hier", " here", "blindtext", "platzhalter", "tk tk", "this is a ", "dies ist ein ")
"""One of these stands in all that ``_PLACEHOLDER`` finds: looked for first because it costs a tenth."""


def is_placeholder(text: str) -> bool:
    """True for text that a template or an editor left behind and nobody wrote: never part of an article.

    A long paragraph that only mentions such words ("Der Blindtext Lorem ipsum …") is not one.
    """
    if len(text) <= 40 and _BARE_TEMPLATE.match(text):
        return True
    lower = text[:2000].lower()
    if not any(hint in lower for hint in _PLACEHOLDER_HINTS):
        return False
    found = _PLACEHOLDER.search(text[:2000])
    if not found:
        return False
    return len(text) < 400 or found.start() < 30


# ------------------------------------------------------------------ dates and footers

_MONTH = (
    r"(?:jan(?:uar|uary)?|jänner|feb(?:ruar|ruary)?|märz|maerz|mar(?:ch)?|mrz|apr(?:il)?|mai|may|jun[ie]?|jul[iy]?|aug(?:ust)?|"
    r"sep(?:t(?:ember)?)?|o[kc]t(?:ober)?|nov(?:ember)?|de[zc](?:ember)?)\.?"
)
_DAY_NAME = (
    r"(?:(?:mo|di|mi|do|fr|sa|so)\.?|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend|(?:mon|tues|wednes|thurs|fri|satur|sun)day|"
    r"mon|tue|wed|thu|fri|sat|sun)"
)
_CLOCK = r"(?:\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s*(?:uhr|h|[ap]\.?m\.?))?|\d{1,2}\s*uhr)(?:\s*\(?[a-z]{3,4}\)?)?"
_DATE = (
    r"(?:\d{1,2}\.\s?\d{1,2}\.\s?(?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4}"
    rf"|\d{{1,2}}(?:\.|st|nd|rd|th)?\s+{_MONTH}\s+\d{{4}}|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}})"
)
_DATE_PREFIX = (
    r"(?:stand|veröffentlicht(?:\s+am)?|erschienen(?:\s+am)?|aktualisiert(?:\s+am)?|zuletzt aktualisiert(?:\s+am)?|datum|artikel vom|vom|"
    r"am|published(?:\s+on)?|updated(?:\s+on)?|last updated|posted(?:\s+on)?|date)"
)
DATE_LINE = re.compile(
    rf"^(?:{_DATE_PREFIX}\s*[:,]?\s*)?(?:{_DAY_NAME},?\s+(?:den\s+)?)?(?P<date>{_DATE})"
    rf"(?:\s*[,|·–-]?\s*(?:um\s+|at\s+)?(?P<clock>{_CLOCK}))?\s*\.?$",
    re.IGNORECASE,
)
"""A line that is a date and nothing else; groups ``date`` and ``clock``."""

_DOMAIN = re.compile(
    r"^(?:https?://|www\.)[\w-]+(?:\.[\w-]+)+/?$|^[\w-]+(?:\.[\w-]+)*\."
    r"(?:de|at|ch|com|net|org|tv|eu|info|news|online|media|fm|radio|io|co|uk|ie|au|nz|us|li|lu)/?$",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    r"""^(?:
      (?:©|\(c\)|copyright)\s.{0,100}
    | (?:quelle|source)\s?:\s?\S.{0,60}
    | alle\ rechte\ vorbehalten\.?|all\ rights\ reserved\.?
    | (?:zum\ thema|mehr\ zum\ thema|lesen\ sie\ auch|auch\ interessant|das\ könnte\ sie\ auch\ interessieren|read\ more|see\ also)\b.{0,120}
    | related(?:\ articles)?:?
    | (?:jetzt\ )?(?:teilen|drucken|kommentare?|merken|share|print|comments?|anzeige|advertisement|werbung|newsletter|impressum
      |datenschutz|nach\ oben|zurück)
      (?:\s*\(?\d*\)?)?
    | (?:folgen\ sie\ uns|follow\ us)\b.{0,80}
    | (?:hier|jetzt)\ (?:zum\ newsletter\ anmelden|abonnieren|anmelden).{0,60}
    )$""",
    re.IGNORECASE | re.VERBOSE,
)


def is_date_line(text: str) -> bool:
    """True for a line that only dates the article: "27.05.2020", "Stand: 3. März 2024, 14:05 Uhr"."""
    return len(text) <= 80 and DATE_LINE.match(text) is not None


def is_outlet_line(text: str) -> bool:
    """True for a line that only names a site: "beispiel.TV", "www.beispiel.de"."""
    return len(text) <= 60 and _DOMAIN.match(text) is not None


def is_footer(text: str) -> bool:
    """True for what surrounds an article on its page: site name, copyright, buttons, advertisement marks."""
    return is_outlet_line(text) or (len(text) <= 160 and _FOOTER.match(text) is not None)


# ------------------------------------------------------------------ who made it

_ROLE_WORDS = (
    r"(?:text|words|autor(?:in)?|author|interview|protokoll|aufgezeichnet von|aufzeichnung|fragen|moderation|gesprächsleitung|as told to|notiert von)"
)
_CREDIT = re.compile(
    rf"""^(?:
      (?:das|dieses)\s+(?:interview|gespräch|streitgespräch|telefonat)\b.{{0,60}}?\b(?:führten?|moderierten?|zeichneten?\b.{{0,80}}\bauf)\b
    | die\s+fragen\s+stellten?\b
    | (?:interviewgast|gesprächspartner(?:in)?|interviewpartner(?:in)?|interviewer(?:in)?|interviewee|interviewt\s+von)\s*:
    | {_ROLE_WORDS}\s*:\s*\S
    | (?:interview|aufgezeichnet\s+von|protokolliert\s+von|protokoll|as\s+told\s+to|interviewed\s+by
        |interview\s+by|the\s+interview\s+was\s+conducted\s+by)\s+[^\W\d_]
    | mit\s+.{{3,60}}\s+sprach(?:en)?\s+
    | .{{3,60}}\s+(?:führte\s+das\s+(?:interview|gespräch)|stellte\s+die\s+fragen)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_BY = re.compile(
    r"^(?:ein\s+\w+\s+von|an?\s+\w+\s+by|von|by|par|text(?:\s+und\s+fotos?)?\s*:|words\s*:|aus\s+[^\s]+\s+berichte[tn]|aufgezeichnet\s+von)\s+(?P<who>\S.*)$",
    re.IGNORECASE,
)
_PLACE_AGENCY = re.compile(r"^[^\W\d_][\w.’'-]*(?:[ /,]+[\w.’'-]+){0,5}\s*\((?:[\w.-]{2,15})(?:[ /,-]+[\w.-]{1,15}){0,3}\)\s*[-–—.:]*$")


def is_credit(text: str) -> bool:
    """True for a line that says who asked, wrote or recorded: "Das Interview führte: …", "Die Fragen stellte …".

    After a bare word and a colon a name has to follow: "Interviewerin: Wie kam es dazu?" is a turn.
    """
    if len(text) > 200 or _CREDIT.match(text) is None:
        return False
    label, colon, rest = text.partition(":")
    if not colon or " " in label.strip():
        return True
    return looks_like_name(" ".join(rest.split(",")[0].split()[:2])) or label.casefold() in {"interview", "protokoll", "text"}


def is_byline(text: str) -> bool:
    """True for a line below a headline that names who wrote it: "Von Jana Wolters", "Berlin (dpa)", "Interview: …"."""
    if len(text) > 140 or text.endswith(("?", "!", ":")):
        return False
    if by := _BY.match(text):
        return looks_like_names(by["who"])
    if _PLACE_AGENCY.match(text):
        return True
    return is_credit(text) and len(text) <= 110


# ------------------------------------------------------------------ pictures and boxes

_CAPTION_START = re.compile(
    r"^(?:abbildung(?:en)?|abb\.|fotos?|bild(?:er|nachweis|quelle|unterschrift)?|videos?|grafik|screenshot|titelbild|symbolbild|illustration|"
    r"photos?|images?|photographs?|pictures?|caption|credit|infografik|karte|galerie|bildergalerie)(?:\s+\d{1,3})?\s*(?:/\s*\w+\s*)?:",
    re.IGNORECASE,
)
_CAPTION_END = re.compile(
    r"(?:\b(?:foto|fotos|bild|bilder|grafik|photo|photos|photograph|photographs|picture|pictures|image|credit|illustration|quelle|repro|screenshot|archivfoto)"
    r"\s*:\s*[^.!?:]{2,70}\)?\.?|©\s*\S[^.!?]{1,60}|\((?:archiv|symbol)(?:bild|foto)\)|\((?:archive?|file) (?:photo|picture|image)\))$",
    re.IGNORECASE,
)


def is_caption(text: str) -> bool:
    """True for the text below a picture: "Abbildung: …", "… im Büro. Foto: Name"."""
    n = len(text)
    if n > 400:
        return False
    if ":" in text[:40] and _CAPTION_START.match(text):
        return True
    end = text[-110:]
    return (":" in end or "©" in end or end[-1:] == ")") and _CAPTION_END.search(text, max(n - 110, 0)) is not None


_ABOUT_HEAD = re.compile(
    r"^(?:zur person|zu den personen|zum unternehmen|steckbrief|infokasten|vita|about the (?:author|company)|boilerplate|"
    r"über (?:den autor|die autorin|die autoren|das unternehmen|die studie|uns)|pressekontakt|kontakt|media contact|contact|"
    r"notes to editors|hinweis)\s*:?$",
    re.IGNORECASE,
)
_ABOUT_OF = re.compile(r"^(?:über|about)\s+(?P<what>[^:.!?\n]{2,70}?)\s*(?P<colon>:(?:\s|$)|$)", re.IGNORECASE)
_ABOUT_START = re.compile(
    r"""^(?:
      zur\ person\s*: | (?:presse)?(?:kontakt|ansprechpartner(?:in)?)\b.{0,40}: | rückfragen\b | pressekontakt | media\ contact
    | for\ (?:media|press)\ (?:enquiries|inquiries)
    | notes?\ to\ editors | contacts?\s*: | weitere\ informationen\b | more\ information\b | further\ information\b
    | \[?anm(?:erkung)?\.?\ (?:d(?:er)?\.?|der)\ red | hinweis(?:\ der\ redaktion)?\s*: | transparenzhinweis | disclosure\s*:
    | korrektur(?:hinweis)?[:,] | correction[:,] | in\ einer\ (?:früheren|ersten)\ (?:version|fassung) | an\ earlier\ version
    | die\ redaktion\.?(?:\ stand)? | editor[’']s\ note | sign\ up\b | subscribe\b | you\ have\ read\ your\b | enjoyed\ this\?
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_PERSON_BOX = re.compile(
    r"^(?:(?:prof\.|dr\.)\s+)*(?P<name>[^\W\d_][\w’'.-]*(?:\s+[\w’'.-]+){1,4}?)(?:,\s+\d{2},|\s+\(\d{2}\)|,\s+(?:jahrgang|geboren|geb\.|born)\b|\s+is\s+the\s+author\b|"
    r"\s+is\s+an?\s+[\w -]{3,40}\bbased\ in\b)",
    re.IGNORECASE,
)


_SPEAKS = re.compile(r":\s[„“\"»‘'«‚]|[!?,…][“\"”«’»]|\w\.[“\"”«»]")
"""Somebody speaks: "Jan Ohm (41) kontert: „…“" is told, no box."""


def is_about_heading(text: str) -> bool:
    """True for a heading that always opens a box about someone: "Zur Person", "Pressekontakt"."""
    return len(text) <= 40 and _ABOUT_HEAD.match(text) is not None


def about_subject(text: str) -> tuple[str, bool] | None:
    """What an "Über X" heading or "Über X: …" paragraph is about, and whether the text goes on after a colon; None for anything else."""
    found = _ABOUT_OF.match(text) if text[:1] in "üÜaA" else None
    if not found or (not found["colon"].strip() and len(text) > 80):
        return None
    return found["what"], bool(found["colon"].strip()) and found.end() < len(text)


def is_about(text: str) -> bool:
    """True for a paragraph that stands after an article and is about it or its people: contacts, notes, "Name, 47, ist …"."""
    return bool(_ABOUT_START.match(text)) or bool(len(text) <= 600 and _PERSON_BOX.match(text) and not _SPEAKS.search(text))


# ------------------------------------------------------------------ lists and headings

LIST_MARK = re.compile(r"^(?:(?:\(?\d{1,3}[.)]|[•·▪◦*‣►✓☐→-])\s+|[–—]\s+(?=[„»\"“‚‘]))")
"""The mark of a list item: "1. ", "2) ", "• "."""

_NUMBERED_HEAD = re.compile(r"^(?:#\s?\d{1,3}\b|platz\s+\d{1,3}\b|nr\.\s?\d{1,3}\b|tipp\s+\d{1,3}\b|no\.\s?\d{1,3}\b)", re.IGNORECASE)
_TIME_HEAD = re.compile(r"^(?:\d{1,2}[:.]\d{2}(?:\s*uhr)?|\d{1,2}\s+uhr)(?:\s+[A-Z]{2,4}\b)?\s*(?:$|[|:–—-]\s*\S)", re.IGNORECASE)


def is_list_item(text: str) -> bool:
    """True for a piece that opens with a list mark."""
    return LIST_MARK.match(text) is not None


def is_numbered_heading(text: str) -> bool:
    """True for a heading that counts or tells the time: "#3 Über Krisen", "14:10 Uhr | …"."""
    return _TIME_HEAD.match(text) is not None or _NUMBERED_HEAD.match(text) is not None


def is_heading(text: str) -> bool:
    """True for a short line without the end of a sentence, or the time that heads the entry of a live blog."""
    if len(text) > 110 or "\n" in text:
        return False
    if is_numbered_heading(text):
        return not text.endswith(".")
    bare = text.rstrip("“”\"«»‘’'")
    return len(text) <= 90 and not bare.endswith((".", "!", "?", ":", ";", ",", "…", ")"))


# ------------------------------------------------------------------ prose

_SENTENCE_END = re.compile(r"[.!?…][“”\"«»’')]*(?:\s|$)")


def count_sentence_ends(text: str, most: int = 4) -> int:
    """How many sentence ends stand in ``text``, counted up to ``most``."""
    n = 0
    for _ in _SENTENCE_END.finditer(text[:1500]):
        n += 1
        if n == most:
            break
    return n


def is_prose(text: str) -> bool:
    """True for text in sentences, as against a line of a head."""
    return len(text) > 220 or (text.rstrip("“”\"«»’') ").endswith((".", "!", "…")) and len(text) > 90) or count_sentence_ends(text) >= 2
