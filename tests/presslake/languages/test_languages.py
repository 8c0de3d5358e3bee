import pytest

from presslake.errors import ConfigError
from presslake.languages import LANGUAGES, Example, load_language
from presslake.languages.inflect import verb_forms
from transforms.extract.claims import find_claims
from transforms.records import Block, Role

EXAMPLES = [(code, e) for code in LANGUAGES for e in load_language(code).examples]


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_file_loads_and_has_examples(code: str) -> None:
    language = load_language(code)
    assert language.code == code
    assert {e.section for e in language.examples} >= {"claims", "numbers", "months"}
    assert sorted(set(language.months.values())) == list(range(1, 13))
    assert sorted(set(language.weekdays.values())) == list(range(1, 8))
    for closing in language.quotes.values():
        assert closing


@pytest.mark.parametrize(("code", "example"), EXAMPLES, ids=lambda v: v.facts["text"][:40] if isinstance(v, Example) else v)
def test_examples_of_the_language_files(code: str, example: Example) -> None:
    language, facts = load_language(code), example.facts
    if example.section == "months":
        assert language.months[facts["text"].lower()] == facts["value"]
    elif example.section == "numbers":
        assert {**language.numbers.words, **language.numbers.scales}[facts["text"].lower()] == facts["value"]
    else:
        text = facts["text"]
        claims = find_claims(text, [Block(Role.PARAGRAPH, 0, len(text))], [], [], code)
        assert [" ".join(text[s.start : s.end] for s in c.spans) for c in claims] == [facts["claim"]]
        claim = claims[0]
        assert claim.cue is not None
        assert claim.speaker_span is not None
        assert text[claim.cue.start : claim.cue.end] == facts["cue"]
        assert text[claim.speaker_span.start : claim.speaker_span.end] == facts["speaker"]
        assert claim.speech_type == facts["type"]


def test_an_unknown_language_names_what_there_is() -> None:
    with pytest.raises(ConfigError, match="de, en"):
        load_language("xx")


@pytest.mark.parametrize(
    ("word", "code", "form"),
    [
        ("antworten", "de", "antwortete"),
        ("rechnen", "de", "rechnete"),
        ("warnen", "de", "warnte"),
        ("erklären", "de", "erklärt"),
        ("mit-teilen", "de", "mitgeteilt"),
        ("kritisieren", "de", "kritisiert"),
        ("deny", "en", "denied"),
        ("argue", "en", "argued"),
    ],
)
def test_regular_verbs_are_inflected(word: str, code: str, form: str) -> None:
    assert form in [f for f, _ in verb_forms(word, code)]
