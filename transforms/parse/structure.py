"""Articles as bare text: what each line is, and the document that it makes.

:func:`structure` gives roles to any text without markup and keeps its offsets; :func:`parse_text` makes a document of a text that was
copied from a page, with the same records as from HTML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from transforms.parse import shapes
from transforms.parse.interview import mark_turns
from transforms.parse.labels import find_label, has_label
from transforms.records import Block, Role

_LINE = re.compile(r"[^\n\r\u2028\u2029\x0b\x0c\x85]+")
_TITLE_LENGTH = 220
_KICKER_LENGTH = 70


@dataclass(frozen=True, slots=True)
class Piece:
    """A line or a paragraph of wrapped lines, stripped: the unit that gets a role."""

    start: int
    end: int
    text: str


def structure(text: str) -> tuple[Block, ...]:
    """Blocks of ``text`` in order, with offsets into it as it is.

    Kicker, title, byline and lead stand first where there are any; interview turns, list items, captions and "Über X" boxes are told apart.
    Template text, bare dates, page footers and advertisement marks get no block.
    """
    pieces = [p for n, p in enumerate(split_pieces(text)) if not is_noise(p.text, n == 0)]
    if pieces and shapes.is_outlet_line(pieces[-1].text):
        pieces.pop()
    head = _head_roles(pieces)
    roles = head + _body_roles(pieces, len(head), bool(head))
    blocks = tuple(Block(role, p.start, p.end) for role, p in zip(roles, pieces, strict=True))
    return mark_turns(text, blocks)


def is_noise(text: str, is_first: bool = False) -> bool:
    """True for a line that is no part of an article: template text, a bare date, a footer. The first line can be a kicker ("Newsletter")."""
    return shapes.is_placeholder(text) or shapes.is_date_line(text) or (shapes.is_footer(text) and not is_first)


def split_pieces(text: str) -> list[Piece]:
    """Lines of ``text`` without white space around them; lines that were wrapped at a fixed width are one piece."""
    out: list[Piece] = []
    group: list[Piece] = []
    last_end = 0
    for line in _LINE.finditer(text):
        raw = line.group()
        stripped = raw.strip()
        if not stripped:
            continue
        start = line.start() + len(raw) - len(raw.lstrip())
        if group and text.count("\n", last_end, start) > 1:
            out += _unwrap(text, group)
            group = []
        group.append(Piece(start, start + len(stripped), stripped))
        last_end = start + len(stripped)
    return out + _unwrap(text, group)


def _unwrap(text: str, lines: list[Piece]) -> list[Piece]:
    """The lines between two blank lines: as they are, or as one piece where they look wrapped."""
    if len(lines) < 2 or not _looks_wrapped(lines):
        return lines
    start, end = lines[0].start, lines[-1].end
    return [Piece(start, end, text[start:end])]


def _looks_wrapped(lines: list[Piece]) -> bool:
    lengths = [len(p.text) for p in lines[:-1]]
    if min(lengths) < 45 or max(lengths) > 130 or max(lengths) - min(lengths) > 30:
        return False
    if any(shapes.is_list_item(p.text) or has_label(p.text) for p in lines[1:]):
        return False
    open_ends = sum(not p.text.endswith((".", "!", "?", ":", "“", '"', "«", "”")) for p in lines[:-1])
    return open_ends * 2 > len(lengths)


# ------------------------------------------------------------------ head


def _head_roles(pieces: list[Piece]) -> list[Role]:
    """Roles of the pieces before the article's first paragraph: kicker, title, byline, and captions among them; empty without a title."""
    if len(pieces) < 2 or not _title_like(pieces[0].text):
        return []
    roles = [Role.KICKER, Role.TITLE] if _has_kicker(pieces) else [Role.TITLE]
    while len(roles) < len(pieces) - 1:
        text = pieces[len(roles)].text
        if shapes.is_byline(text) or (Role.BYLINE not in roles and _is_bare_byline(text)):
            roles.append(Role.BYLINE)
        elif shapes.is_caption(text):
            roles.append(Role.CAPTION)
        else:
            break
    return roles


def _title_like(text: str) -> bool:
    if len(text) > _TITLE_LENGTH or "\n" in text or shapes.is_list_item(text):
        return False
    return not text.endswith(".") or len(text) <= 90


def _has_kicker(pieces: list[Piece]) -> bool:
    """True if the first two pieces are a line above the headline and the headline."""
    if len(pieces) < 3:
        return False
    kicker, title, third = (p.text for p in pieces[:3])
    if len(kicker) > _KICKER_LENGTH or not _title_like(title) or kicker.endswith((".", "?", "!")) or title.endswith("."):
        return False
    if shapes.is_byline(title) or shapes.is_caption(title) or (_is_bare_byline(title) and len(kicker.split()) > 4):
        return False
    if title.endswith(":") or (has_label(title) and has_label(third)):
        return False
    if kicker.endswith("…") or title.startswith("…") or title[0] in shapes.OPENING:
        return True
    # a standfirst without full stop, right above the first question
    if third.endswith("?") and len(title) > 60 and len(title) > 2 * len(kicker):
        return False
    return len(title) > len(kicker) or len(kicker) <= 40


def _is_bare_byline(text: str) -> bool:
    """Names alone, as English papers print them; only believed right below a headline."""
    return (
        len(text) <= 80
        and not text.endswith((".", "?", "!", ":"))
        and ": " not in text
        and text[0] not in shapes.OPENING
        and shapes.looks_like_names(text)
    )


# ------------------------------------------------------------------ body


def _body_roles(pieces: list[Piece], first: int, has_title: bool) -> list[Role]:
    roles = [_own_role(pieces, i, first) for i in range(first, len(pieces))]
    if has_title:
        _find_lead(pieces, roles, first)
        if _is_quote_list(pieces[:first]):
            roles = [Role.LIST_ITEM if r in _ITEM_LIKE and _QUOTED_ITEM.search(p.text) else r for r, p in zip(roles, pieces[first:], strict=True)]
    _spread_about(pieces, roles, first)
    return roles


def _own_role(pieces: list[Piece], i: int, first: int) -> Role:
    """Role of a piece by its shape and its neighbours' shapes."""
    text = pieces[i].text
    if shapes.is_caption(text):
        return Role.CAPTION
    if shapes.is_list_item(text):
        return Role.LIST_ITEM
    if shapes.is_credit(text):
        return Role.PARAGRAPH
    if i >= first + 1 and len(pieces) - i <= 4 and shapes.is_about(text):
        return Role.ABOUT
    if shapes.is_heading(text) and (role := _heading_role(pieces, i, first)):
        return role
    if _is_whole_quotation(text):
        return Role.QUOTE
    return Role.PARAGRAPH


def _heading_role(pieces: list[Piece], i: int, first: int) -> Role | None:
    """Heading, or list item where short lines follow each other; None for a line that nothing follows."""
    start, end = i, i + 1
    while start > first and i - start < 3 and shapes.is_heading(pieces[start - 1].text):
        start -= 1
    while end < len(pieces) and end - i < 4 and shapes.is_heading(pieces[end].text):
        end += 1
    if end - start >= 3 and not any(shapes.is_numbered_heading(p.text) or has_label(p.text) for p in pieces[start:end]):
        return Role.LIST_ITEM
    if end == len(pieces) or shapes.is_credit(pieces[end].text):
        return None
    return Role.HEADING


_PAIRS = {"„": '“”"', "“": '”"', "»": "«", "«": "»", '"': '"', "‚": "‘’'", "‘": "’"}


def _is_whole_quotation(text: str) -> bool:
    """True if one quotation is all there is: nobody is named as its speaker."""
    closing = _PAIRS.get(text[0])
    if closing is None or len(text) < 3 or text[-1] not in closing:
        return False
    inner = text[1:-1]
    return text[0] not in inner and not any(c in inner for c in closing if c not in "’'")


def _find_lead(pieces: list[Piece], roles: list[Role], first: int) -> None:
    """The first paragraph below a headline is its lead, unless it already is a turn of an interview."""
    for n, role in enumerate(roles):
        if role is Role.PARAGRAPH:
            text = pieces[first + n].text
            if not (_is_labelled_turn(pieces, first + n) or (text.endswith("?") and len(text) < 160) or shapes.is_credit(text)):
                roles[n] = Role.LEAD
            return
        if role is not Role.CAPTION and not (role is Role.HEADING and n == 0):
            return
        if role is Role.HEADING and n + 1 < len(roles) and len(pieces[first + n].text) > 50:
            roles[n] = Role.LEAD  # a standfirst without full stop
            return


def _is_labelled_turn(pieces: list[Piece], i: int) -> bool:
    """True if the label of piece ``i`` comes again, or labels follow it; a lead may start "Sharenting: Wenn …"."""
    label = find_label(pieces[i].text)
    if label is None:
        return False
    after = [find_label(p.text) for p in pieces[i + 1 : i + 7]]
    return any(other and (k == 0 or other.text == label.text) for k, other in enumerate(after))


_QUOTE_LIST = re.compile(
    r"\b(?:\d{1,2}|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|two|three|four|five|six|seven|eight|nine|ten)\b.{0,40}\b(?:sätze|zitate|"
    r"stimmen|antworten|quotes|voices|things|lines)\b|\b(?:zitate|sprüche|quotes)\s+(?:der|des|of|von)\b|\bthey said it\b",
    re.IGNORECASE,
)


_ITEM_LIKE = frozenset({Role.PARAGRAPH, Role.QUOTE, Role.HEADING})
_QUOTED_ITEM = re.compile(r"^[„“»«\"‚‘][^\n]*$|^[^„“»«\"‚‘:.]{3,90}[:.] ?[„“»«\"‚‘]")
"""A quotation that opens its paragraph, or one after "Name, role:"."""


def _is_quote_list(head: list[Piece]) -> bool:
    return any(_QUOTE_LIST.search(p.text) for p in head)


def _spread_about(pieces: list[Piece], roles: list[Role], first: int) -> None:
    """Turn "Über X" boxes, and what belongs to them, into role about."""
    inside = False
    for n, role in enumerate(roles):
        text = pieces[first + n].text
        if (shapes.is_about_heading(text) and n + 1 < len(roles)) or (
            role in (Role.PARAGRAPH, Role.HEADING) and _opens_about(pieces, first + n, n, len(roles))
        ):
            roles[n], inside = Role.ABOUT, True
        elif inside and role in (Role.PARAGRAPH, Role.LIST_ITEM, Role.ABOUT, Role.QUOTE) and not shapes.is_credit(text) and not has_label(text):
            roles[n] = Role.ABOUT
        else:
            inside = False


def _opens_about(pieces: list[Piece], i: int, n: int, count: int) -> bool:
    """True for "Über X" at an article's end when what follows speaks of X: a heading "Über Geduld" in the middle does not."""
    found = shapes.about_subject(pieces[i].text)
    if found is None or n * 3 < count:
        return False
    subject, goes_on = found
    follows = pieces[i].text[pieces[i].text.index(":") + 1 :] if goes_on else pieces[i + 1].text if i + 1 < len(pieces) else ""
    words = [w for w in re.findall(r"\w{3,}", subject) if w[0].isupper()]
    start = follows[:120].casefold()
    return bool(words) and any(w.casefold() in start for w in words)


def mark_shapes(text: str, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Blocks of a page whose markup does not tell captions, headings and "Über X" boxes: told by their words, as in a bare text."""
    pieces = [Piece(b.start, b.end, text[b.start : b.end]) for b in blocks]
    has_headings = any(b.role is Role.HEADING for b in blocks)
    roles = [b.role for b in blocks]
    for n, piece in enumerate(pieces):
        if roles[n] is not Role.PARAGRAPH:
            continue
        if shapes.is_caption(piece.text):
            roles[n] = Role.PARAGRAPH if has_label(piece.text) else Role.CAPTION
        elif not has_headings and shapes.is_heading(piece.text) and not shapes.is_credit(piece.text):
            roles[n] = Role.PARAGRAPH if has_label(piece.text) else Role.HEADING
    _spread_about(pieces, roles, 0)
    return tuple(b if b.role is role else replace(b, role=role) for b, role in zip(blocks, roles, strict=True))


def without(blocks: tuple[Block, ...], *roles: Role) -> tuple[Block, ...]:
    """The blocks that have none of ``roles``."""
    return tuple(b for b in blocks if b.role not in roles)


def moved(block: Block, by: int) -> Block:
    """The block ``by`` code points further on."""
    return replace(block, start=block.start + by, end=block.end + by)
