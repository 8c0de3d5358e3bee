"""Scripts, styles and drawings are cut from a page before it is parsed; nothing else is."""

import pytest

from transforms.parse import tree


def text_of(html: str) -> str:
    root = tree.parse_tree(html)
    assert root is not None
    return " ".join("".join(map(str, root.itertext())).split())


@pytest.mark.parametrize(
    "bulk",
    [
        "<script>if (1 < 2) document.write('<p>weg<\\/p>')</script>",
        '<SCRIPT SRC="a.js"></SCRIPT >',
        "<style>p { color: red }</style><style media='print'>weg</style>",
        "<svg viewBox='0 0 1 1'><text>weg</text></svg>",
        "<script><!-- weg --></script>",
    ],
)
def test_what_is_bulky_is_gone(bulk: str) -> None:
    assert text_of(f"<body><p>Vorher</p>{bulk}<p>Nachher</p>") == "VorherNachher"


@pytest.mark.parametrize(
    "page",
    [
        "<body><p>Vorher</p><!-- <script> --><p>Nachher</p><script>weg()</script>",
        "<body><p>Vorher</p><!-- <svg --><p>Nachher</p><svg></svg>",
        "<body><p>Vorher</p><svg-icon></svg-icon><p>Nachher</p><svg/></svg>",
        "<body><p>Vorher</p><p>Nachher</p><style>weg",
    ],
)
def test_what_only_looks_like_it_takes_no_text_along(page: str) -> None:
    assert text_of(page).startswith("VorherNachher")


def test_scripts_with_metadata_stay() -> None:
    root = tree.parse_tree('<head><script type="application/ld+json">{"a": 1}</script><script>weg</script></head><body><p>Da')
    assert root is not None
    assert [s.text for s in root.iter("script")] == ['{"a": 1}']


def test_a_page_too_long_without_them_is_refused() -> None:
    assert text_of("<p>Da</p><script>" + "x" * tree.MAX_BYTES + "</script>") == "Da"
    with pytest.raises(tree.TooLargeError):
        tree.parse_tree("<p>Da</p>" + "x" * tree.MAX_BYTES)
