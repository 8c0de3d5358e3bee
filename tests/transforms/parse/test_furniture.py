"""What stands around an article is not walked; what may belong to it is."""

import pytest

from transforms.parse import tree
from transforms.parse.survey import survey

PROSE = "Der Ausschuss hat am Montag lange beraten, und am Ende stand ein Beschluss, den niemand erwartet hatte."
MENU = "<ul>" + "".join(f'<li><a href="/{i}">Rubrik {i}</a></li>' for i in range(12)) + "</ul>"
PAGE = (
    "<html><head><title>Ein Beschluss am Montag</title></head><body>{0}<main><h1>Ein Beschluss am Montag</h1>"
    f"<p>{PROSE}</p>{{1}}<p>{PROSE} Das war alles.</p></main>{{2}}</body></html>"
)


def texts(above: str = "", within: str = "", below: str = "", selectors: dict[str, str] | None = None) -> list[str]:
    root = tree.parse_tree(PAGE.format(above, within, below))
    assert root is not None
    return [p.text for p in survey(root, selectors).pieces]


def test_menus_and_footers_are_not_walked() -> None:
    found = texts(above=f"<nav>{MENU}</nav><div>{MENU}</div>", below=f"<footer>{MENU}<p>Impressum</p></footer>")
    assert found == ["Ein Beschluss am Montag", PROSE, PROSE + " Das war alles."]


def test_a_list_of_links_between_paragraphs_stays() -> None:
    assert "Rubrik 3" in texts(within=MENU)


@pytest.mark.parametrize(
    "wanted",
    [
        '<div class="byline">Von <b>Jana Tamm</b></div>',
        '<time datetime="2025-03-04">Gestern, Jana Tamm</time>',
        '<p class="meta-date">4. März 2025, Jana Tamm</p>',
        "<h2>Ein Beschluss am Montag</h2>Jana Tamm",
        f"<p>{PROSE} Jana Tamm</p>",
    ],
)
def test_what_may_be_of_the_article_is_walked_even_among_links(wanted: str) -> None:
    assert any("Jana Tamm" in text for text in texts(above=f"<div>{MENU}{wanted}</div>"))


def test_a_list_of_other_articles_is_left_in_spite_of_its_dates() -> None:
    river = "".join(f'<li><a href="/{i}">Meldung {i}</a> <time datetime="2025-03-0{i}">{i}. März</time></li>' for i in range(1, 8))
    assert not any("Meldung" in text for text in texts(below=f"<ul>{river}</ul>"))


def test_selectors_of_a_source_see_the_whole_page() -> None:
    assert "Rubrik 3" in texts(above=f"<nav>{MENU}</nav>", selectors={"title": "h1"})


def test_prose_within_a_footer_is_walked() -> None:
    assert texts(below=f"<footer>{''.join(f'<p>{PROSE} {i}</p>' for i in range(5))}</footer>")[-1] == f"{PROSE} 4"
