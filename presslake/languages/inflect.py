"""Regular inflection of verbs, so that the language files list a lemma once. Irregular verbs list their forms."""

from __future__ import annotations

import re

_NO_GE = re.compile(r"(be|er|ver|ent|emp|ge|zer|wider|unter|über|prophezei|resüm)")


def verb_forms(word: str, code: str) -> tuple[tuple[str, str], ...]:
    """Third-person and participle forms of a regular verb as (form, particle); ``mit-teilen`` separates.

    >>> [f for f in verb_forms("mit-teilen", "de") if f[1]]
    [('teilt', 'mit'), ('teilen', 'mit'), ('teilte', 'mit'), ('teilten', 'mit')]
    >>> [f for f, _ in verb_forms("argue", "en")]
    ['argue', 'argues', 'argued', 'arguing']
    """
    return _german(word) if code == "de" else _english(word)


def _german(word: str) -> tuple[tuple[str, str], ...]:
    particle, _, verb = word.rpartition("-")
    stem = verb.removesuffix("n").removesuffix("e")
    joint = "e" if re.search(r"([dt]|ch[mn]|[fgkdt][mn])$", stem) else ""
    if verb.endswith(("eln", "ern")):
        stem, joint = verb.removesuffix("n"), ""
    finite = [f"{stem}{joint}t", verb, f"{stem}{joint}te", f"{stem}{joint}ten"]
    prefix = "" if _NO_GE.match(verb) or verb.endswith("ieren") else "ge"
    participle = f"{particle}{prefix}{stem}{joint}t"
    if not particle:
        forms = [(f, "") for f in finite] + [(participle, "")]
    else:
        forms = [(f, particle) for f in finite] + [(particle + f, "") for f in finite] + [(participle, "")]
    return tuple(dict.fromkeys(forms))


def _english(word: str) -> tuple[tuple[str, str], ...]:
    stem = word.removesuffix("e")
    if word.endswith("y") and word[-2] not in "aeiou":
        forms = [word, word[:-1] + "ies", word[:-1] + "ied", word + "ing"]
    elif word.endswith(("s", "sh", "ch", "x")):
        forms = [word, word + "es", word + "ed", word + "ing"]
    else:
        forms = [word, word + "s", stem + "ed", stem + "ing"]
    return tuple((f, "") for f in forms)
