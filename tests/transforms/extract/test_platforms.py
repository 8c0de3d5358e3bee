import pytest

from presslake.schema import RelevanceKind
from transforms.extract.link import link_names
from transforms.extract.platforms import platforms_of
from transforms.records import Block, Role


def covered(text: str, title: str | None = None):
    entities, mentions, _ = link_names(text, [Block(Role.PARAGRAPH, 0, len(text))], [], "de")
    return platforms_of(text, title, entities, mentions)


FILLER = "Der Rat sprach lange über Straßen, Schulen und den Haushalt der Stadt. " * 40


def test_the_platform_of_the_title_leads_and_is_the_subject():
    assert covered("Instagram wächst. TikTok wächst schneller, Instagram will folgen.", "TikTok überholt alle") == (
        ("tiktok", "instagram"),
        RelevanceKind.SUBJECT,
    )


def test_one_word_at_the_end_of_a_long_text_is_in_passing():
    assert covered(FILLER + "Mehr dazu steht auf Facebook.", "Rat berät Haushalt") == (("facebook",), RelevanceKind.PASSING)


@pytest.mark.parametrize("text", ["", FILLER, "Google und Microsoft streiten."])
def test_no_platform_no_coverage(text):
    assert covered(text, "Rat berät") == ((), RelevanceKind.NONE)


def test_a_platform_only_in_the_title_counts():
    assert covered("Die App wächst.", "Snapchat wächst") == (("snapchat",), RelevanceKind.SUBJECT)
