"""Acts of speech told without a clause in German: "forderte mehr Personal", "warnte vor Betrug", "wurde von Kritikern angezweifelt"."""

from __future__ import annotations

from transforms.extract.claims.cues import Cue
from transforms.extract.claims.frames import Found, Frame
from transforms.extract.claims.phrases import is_capital, noun_phrase
from transforms.extract.claims.sentences import POINT, QUOTE, WORD


def reported_act(f: Frame) -> Found | None:
    """A reported act: "forderte mehr Personal", "warnte vor Betrug", "hat mehr Mittel gefordert"."""
    s, p, cue, lexicon = f.s, f.piece, f.cue, f.lexicon
    if f.passive:
        return _passive_act(f)
    if f.is_relative_clause:
        return None
    lemma = cue.verb.lemma
    if f.auxiliary is not None:
        if s.lows[f.auxiliary] in _STATE and lemma != "ausgehen":
            return None  # "ist für August geplant"
        k, stop = f.auxiliary, cue.at
    elif f.is_subordinate or f.is_wie:
        return None
    else:
        k, stop = cue.at, p.end
        if cue.particle_at is not None and cue.particle_at < stop:
            stop = cue.particle_at
    subject = f.subject(after_claim=False)
    i = k + 1
    if subject is not None and subject.start >= i:
        i = subject.end
    while i < stop:
        low = s.lows[i]
        if s.kinds[i] == POINT:
            return None
        if low in _ADVERBIAL and not _governs(cue, low):
            i = max(noun_phrase(s, i + 1, stop, lexicon), i + 1)
        elif low == "vom" and s.words[i + 1 : i + 2] and s.words[i + 1][0].isdigit():
            return None
        elif low in lexicon.adverbs or low in lexicon.reflexives or s.kinds[i] == 3 or low == "aber":
            i += 1
        else:
            break
    if i < stop and s.lows[i] in lexicon.prepositions and _governs(cue, s.lows[i]):
        i += 1
    if i >= stop or s.kinds[i] == QUOTE:
        return None
    j = i + 1 if s.lows[i] in lexicon.prepositions or (s.lows[i] == "als" and "als" in _NEEDS.get(lemma, ())) else noun_phrase(s, i, stop, lexicon)
    while j == i and i + 2 < stop and s.kinds[i] == WORD and not is_capital(s, i):
        i += 1  # an adverb that no list has: "begründete hinterher sein Verhalten"
        j = noun_phrase(s, i, stop, lexicon)
    if j == i:
        return None
    if lemma in _NEEDS and not any(s.lows[m] in _NEEDS[lemma] for m in range(k, stop)):
        return None
    if _is_no_speech(lemma, s.lows[p.start : p.end]):
        return None
    end = stop
    while end > j and (s.kinds[end - 1] == POINT or s.lows[end - 1] in lexicon.adverbs):
        end -= 1
    return [(i, end)], "object", False


def _passive_act(f: Frame) -> Found | None:
    """ "Von Kritikern wird die Wirksamkeit angezweifelt": the clause without those who say it."""
    s, p = f.s, f.piece
    agent = next((i for i in range(p.start, f.cue.at) if s.lows[i] in ("von", "vom", "seitens")), None)
    if agent is None or f.cue.takes("marked") or f.is_relative_clause or f.is_subordinate or "genannt" in s.lows[f.cue.at : f.cue.at + 1]:
        return None
    end = noun_phrase(s, agent + 1, f.cue.at, f.lexicon)
    if end == agent + 1:
        return None
    spans = [(p.start, agent), (end, p.end)]
    return [(a, b) for a, b in spans if b > a], "object", False


_STATE = frozenset("ist sind war waren sei seien".split())
_VICTIMS = frozenset("opfer todesopfer tote toten menschenleben verletzte verletzten leben".split())

_PRIZES = frozenset("titel platz trikot meisterschaft pokal führung gold weltmeistertitel spitze spitzenplatz tabellenführung vorsprung".split())


def _is_no_speech(lemma: str, lows: list[str]) -> bool:
    """ "Der Taifun forderte zwölf Todesopfer", "ein Gericht verurteilte ihn zu drei Jahren": acts without words."""
    if lemma == "fordern":
        return not _VICTIMS.isdisjoint(lows)
    if lemma == "verteidigen":
        return not _PRIZES.isdisjoint(lows)
    return lemma == "verurteilen" and not {"zu", "haft", "haftstrafe"}.isdisjoint(lows)


_ADVERBIAL = frozenset("am im in ins beim bei nach vor gegenüber während seit zum zur".split())
_NEEDS = {
    "halten": ("für",), "bezeichnen": ("als",), "rechnen": ("mit",), "begründen": ("mit",), "sehen": ("als", "in", "darin", "noch"),
    "schätzen": ("auf",), "zurückführen": ("auf",), "drohen": ("mit",), "beziffern": ("auf",), "berufen": ("auf",), "distanzieren": ("von", "vom"),
    "raten": ("zu", "zum", "zur"),
    "sprechen": ("von", "über"), "aussprechen": ("für", "gegen"),
}  # fmt: skip
"""Verbs whose object counts only with its preposition: "hält die Zahl für richtig"."""
_PREPOSITIONS_OF = {
    "warnen": "vor", "verweisen": "auf", "aufrufen": "zu zum zur", "auffordern": "zu zum zur", "bitten": "um", "drohen": "mit", "sprechen": "von",
    "hinweisen": "auf", "pochen": "auf", "berichten": "von über", "protestieren": "gegen", "plädieren": "für", "dringen": "auf", "anregen": "",
    "aussprechen": "für gegen", "distanzieren": "von", "berufen": "auf", "raten": "zu zum zur",
}  # fmt: skip


def _governs(cue: Cue, preposition: str) -> bool:
    return any(preposition in _PREPOSITIONS_OF.get(v.lemma, "").split() for v in cue.verbs)
