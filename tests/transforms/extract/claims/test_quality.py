"""A floor under the quality of claims: a sixth of the press corpus, read as the pipeline reads it but with its own names."""

from pathlib import Path

from training.corpus_reader import Article, GoldClaim, read_article
from transforms.extract.claims import find_claims
from transforms.records import Claim

CORPUS = Path(__file__).parents[4] / "training" / "corpus"
FOUND_FLOOR = 0.87
SPEAKER_FLOOR = 0.79


def letters(spans: list[tuple[int, int]]) -> set[int]:
    return {i for a, b in spans for i in range(a, b)}


def matches(article: Article, claims: tuple[Claim, ...]) -> list[tuple[GoldClaim, Claim]]:
    """Pairs that share half of their letters, each used once, the closest first."""
    gold = [(letters(list(g.spans)), g) for g in article.claims]
    mine = [(letters([(s.start, s.end) for s in c.spans]), c) for c in claims]
    close = [(len(a & b) / len(a | b), n, m) for n, (a, _) in enumerate(gold) for m, (b, _) in enumerate(mine) if a & b]
    out, used = [], set()
    for share, n, m in sorted(close, reverse=True):
        if share >= 0.5 and ("g", n) not in used and ("m", m) not in used:
            used |= {("g", n), ("m", m)}
            out.append((gold[n][1], mine[m][1]))
    return out


def agrees(gold: GoldClaim, claim: Claim) -> bool:
    if claim.speaker_span is None:
        return not gold.speakers
    return any(claim.speaker_span.start < b and a < claim.speaker_span.end for a, b in gold.speakers)


def test_claims_of_the_press_corpus_stay_as_good_as_they_were() -> None:
    wanted = found = right = proposed = 0
    for path in sorted(p for p in CORPUS.glob("*.xml") if "-round3-" not in p.name)[::6]:  # articles added later would shift the sample
        article = read_article(path)
        claims = find_claims(article.text, article.blocks, article.entities, article.mentions, article.language)
        pairs = matches(article, claims)
        wanted, proposed = wanted + len(article.claims), proposed + len(claims)
        found, right = found + len(pairs), right + sum(agrees(g, c) for g, c in pairs)
    assert wanted > 300
    assert 2 * found / (wanted + proposed) >= FOUND_FLOOR
    assert 2 * right / (wanted + proposed) >= SPEAKER_FLOOR
