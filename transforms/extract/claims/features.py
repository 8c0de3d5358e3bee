"""What the learned layer sees of a draft: its rule and verb, how it looks, what stands beside it, who speaks."""

from __future__ import annotations

from bisect import bisect_left

from transforms.extract.claims.cues import Lexicon
from transforms.extract.claims.drafts import Draft
from transforms.extract.claims.sentences import QUOTE, WORD, Sentence
from transforms.extract.claims.speakers import Directory
from transforms.records import Role

_BUCKETS = (1, 2, 3, 4, 6, 9, 14, 22, 40)


_GROUPS = {
    "pre": "clause", "post": "clause", "colon": "clause", "wie": "clause",
    "laut": "phrase", "zufolge": "phrase", "angaben": "phrase", "own": "phrase", "so": "phrase", "demnach": "phrase",
}  # fmt: skip


def draft_features(d: Draft, s: Sentence, role: Role, directory: Directory, lexicon: Lexicon, *, is_item: bool) -> list[str]:
    """Names of the binary features that hold; each with the rule or its group, so that rules do not spoil each other."""
    group = "direct" if d.speech_type == "direct" else _GROUPS.get(d.rule, d.rule)
    rule = f"{d.rule},{d.speech_type}" if d.rule in _GROUPS else d.rule
    plain = [f"role={role}", f"lang={lexicon.code}", f"item={is_item}", *_speaker(d, directory, lexicon)]
    words = d.facts.get("words", 0.0)
    plain.append(f"words={next((b for b in _BUCKETS if words <= b), 99)}")
    plain += [f"fact={name}" for name, value in d.facts.items() if name != "words" and value]
    near = [f"lemma={d.lemma}"]
    if d.speech_type == "direct":
        near += _quotation(d, s, lexicon)
    elif d.speech_type in ("indirect", "reported"):
        near += _clause(d, s, lexicon)
    out = [f"rule={rule}", f"rule={rule},{lexicon.code}"]
    out += [f"{rule}|{f}" for f in plain] + [f"{group}|{f}" for f in (*plain, *near)]
    return list(dict.fromkeys(out))


def _speaker(d: Draft, directory: Directory, lexicon: Lexicon) -> list[str]:
    if d.speaker is None:
        return ["speaker=inherits" if d.inherits else "speaker=none"]
    words = directory.text[d.speaker[0] : d.speaker[1]].split()
    low = words[0].lower() if words else ""
    if len(words) == 1 and low in lexicon.pronouns:
        kind = f"pronoun:{low}"
    elif any(w.lower().strip(".,") in lexicon.roles for w in words):
        kind = "role"
    elif low in lexicon.indefinite:
        kind = "indefinite"
    elif low in lexicon.articles:
        kind = "article"
    else:
        kind = "name"
    return [f"speaker={kind}", "speaker_before" if d.speaker[0] < d.start else "speaker_after"]


def _quotation(d: Draft, s: Sentence, lexicon: Lexicon) -> list[str]:
    q = bisect_left(s.starts, d.start)
    if q == len(s) or s.starts[q] != d.start or s.kinds[q] != QUOTE:
        return []
    before = s.lows[q - 1] or s.words[q - 1][:1] if q else "^"
    before2 = s.lows[q - 2] if q > 1 else "^"
    after = (s.lows[q + 1] or s.words[q + 1][:1]) if q + 1 < len(s) else "$"
    capital = q > 0 and s.kinds[q - 1] == WORD and s.words[q - 1][0].isupper()
    noun_after = q + 1 < len(s) and s.kinds[q + 1] == WORD and s.words[q + 1][0].isupper()
    out = [f"before={before}", f"before2={before2},{before}" if not before.isalpha() else f"before2={before2}", f"after={after}"]
    out += ["noun_before"] if capital else []
    out += ["noun_after"] if noun_after else []
    out.append(f"upper={int(d.facts.get('upper', 0))},ended={int(d.facts.get('ended', 0))},before={before if not before.isalpha() else 'w'}")
    if before in lexicon.articles:
        out.append(f"article_before,after={'w' if after.isalpha() else after}")
    out.append(f"quotes={min(4, s.kinds.count(QUOTE))}")
    return out


def _clause(d: Draft, s: Sentence, lexicon: Lexicon) -> list[str]:
    i = bisect_left(s.starts, d.start) % len(s)
    first = s.lows[i] or s.words[i][:1]
    out = [f"first={first}" if first in lexicon.function_words or first in lexicon.complementizers else "first=w", f"pieces={len(d.spans)}"]
    if d.cue is not None:
        k = bisect_left(s.starts, d.cue[0])
        if k < len(s) and s.starts[k] == d.cue[0]:
            out.append(f"cue_form={s.lows[k][-3:]}")
            out.append(f"after_cue={s.lows[k + 1] if k + 1 < len(s) and s.lows[k + 1] in lexicon.function_words else 'w'}")
            out.append(f"cue_first={int(k == 0)}")
    return out
