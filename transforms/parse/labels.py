"""Speaker labels at the start of a paragraph ("Lisa:", "ZEIT:", "V.-D.:", "Frage:") and which labels mean the same speaker."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from transforms.parse.shapes import PARTICLES, words

_LABEL = re.compile(
    r"(?:\d{1,3}[.)]\s+)?(?P<label>[^\W\d_](?:[^:\n„“”\"»«?!;()\[\]]{0,48}[^\s:\n„“”\"»«?!;()\[\],])?\.?)"
    r"(?:\s*[(\[][^()\[\]\n]{1,40}[)\]])?\s?:(?:\s+|$)"
)

ASKER_WORDS = words("""
    frage fragen f q question questions redaktion moderator moderatorin moderation interviewer interviewerin reporter reporterin redakteur
    redakteurin journalist journalistin host int
""")
ANSWER_WORDS = words("""
    antwort antworten a answer answers sie er gast guest expertin experte befragte befragter
""")

_NO_LABEL = words("""
    abbildung abb foto fotos bild bilder video videos grafik screenshot hinweis info infos fazit beispiel tipp tipps update achtung wichtig
    aber denn und oder also nein ja das die der den dem des ein eine es wir ich ihr mein unser nur so dann wenn weil noch mehr hier heute
    gestern morgen jetzt quelle kontakt telefon mail e-mail stand text thema autor autorin author interview interviewgast gesprächspartner
    gesprächspartnerin rückfragen ansprechpartner pressekontakt korrektur claim behauptung bewertung anmerkung ergebnis ziel vorteil
    nachteil problem lösung pro contra plus minus note correction disclosure photo photos image photograph caption credit video contact
    verdict fact however but and or so this that the a an in on at my our we i it there here today yes no what why how who when where first
    second third finally also words pictures service mit bei für von vom zum zur im in am auf aus nach vor über unter um seit bis durch ohne
    gegen
""")

_GIVEN = re.compile(r"\s+|(?<=\w)-(?=\w)|(?<=\.)-?")


@dataclass(frozen=True, slots=True)
class Label:
    """A speaker label found at the start of a paragraph; offsets within it."""

    start: int
    end: int
    """End of the name, before a bracketed stage direction and the colon."""
    speech: int
    """Where the words that were spoken start; the paragraph's end where the label stands alone."""
    text: str


def find_label(paragraph: str) -> Label | None:
    """The label at the start of ``paragraph``, judged by its shape alone; None where there is none.

    The colon of "Nutzer:innen" is followed by a letter and is no label, nor is the one after a clause ("Das heißt: …").
    """
    found = _LABEL.match(paragraph)
    if found is None or not _label_shape(found["label"]):
        return None
    return Label(found.start("label"), found.end("label"), found.end(), found["label"])


def has_label(paragraph: str) -> bool:
    """True if ``paragraph`` starts with something of the shape of a speaker label."""
    return find_label(paragraph) is not None


def _label_shape(label: str) -> bool:
    parts = label.split()
    if len(parts) > 5:
        return False
    key = label.casefold().rstrip(".")
    if key in ASKER_WORDS or key in ANSWER_WORDS:
        return True
    if parts[0] == "von" and len(parts) in (2, 3) and parts[-1][0].isupper():
        return "," not in label  # "von Dahlwitz:" at the start of a paragraph is a name
    if parts[0].casefold().rstrip(".,") in _NO_LABEL or "," in label:
        return False
    if len(parts) == 1:
        return len(label) <= 40
    small = [w for w in parts[1:] if not w[0].isupper() and w.casefold() not in PARTICLES and not w[0].isdigit()]
    return len(small) <= 1 and (not small or len(parts) == 2)


@lru_cache(maxsize=4096)
def name_parts(name: str) -> tuple[str, ...]:
    """Words of a name in lower case, without titles and particles, hyphens kept: "Dr. Ada von Lund-Ek" → ("ada", "lund-ek")."""
    parts = [w.casefold().strip(".,()") for w in name.split()]
    return tuple(w for w in parts if w and w not in PARTICLES and (len(parts) == 1 or w not in _TITLES))


_TITLES = words("dr prof professor professorin herr frau sir dame mr mrs ms")


@lru_cache(maxsize=4096)
def initials(name: str) -> str:
    """First letters of a name's parts, also behind hyphens: "Efua Lindqvist-Bell" → "elb"."""
    return "".join(p[0] for w in name_parts(name) for p in w.split("-") if p)


@lru_cache(maxsize=4096)
def _bare_initials(label: str) -> str | None:
    """The letters of a label that consists of initials ("FJT", "V.-D.", "D. S."), lower case; None for other labels."""
    letters = re.sub(r"[.\s-]", "", label)
    if 1 < len(letters) <= 4 and letters.isupper() and (letters == label or "." in label):
        return letters.casefold()
    return None


def label_means(label: str, name: str) -> bool:
    """True if ``label`` can stand for the person or outlet called ``name``: full name, first name, surname, "B. Mai", initials."""
    mine, theirs = name_parts(label), name_parts(name)
    if not mine or not theirs:
        return False
    if mine == theirs:
        return True
    if (short := _bare_initials(label)) is not None:
        full = initials(name)
        if short == full or (len(short) >= 2 and full.endswith(short)) or short == "".join(w[0] for w in theirs):
            return True
    if len(mine) < len(theirs) and (mine == theirs[: len(mine)] or mine == theirs[-len(mine) :]):
        return True
    if len(mine) == 2 and len(theirs) >= 2 and len(mine[0]) == 1:
        return mine[0] == theirs[0][0] and mine[1] == theirs[-1]
    return False


def same_speaker(one: str, other: str) -> bool:
    """True if two labels of one text can stand for the same speaker ("HOLLER BOTE" and "BOTE", "AS" and "April Stone")."""
    return label_means(one, other) or label_means(other, one)
