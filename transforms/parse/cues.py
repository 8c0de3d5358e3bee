"""Words that say what a piece of a page is: in class names and ids, and in the text itself. Common web and press conventions only."""

from __future__ import annotations

import re
from functools import lru_cache

from transforms.parse.shapes import words

CLASS_CUES: dict[str, str] = {
    "body": r"article-?_?body|articlebody|entry-?_?content|post-?_?content|post-?_?body|story-?_?body|article-?_?content|content-?_?body"
    r"|article-?_?text|body-?_?text|body-?_?copy|main-?_?text|fliesstext|richtext|rich-text|rte|prose|paragraph|absatz|textblock|text-block",
    "article": r"article|artikel|story|entry|post(?!er|al|code)|beitrag|news-?item",
    "content": r"content|inhalt|(?<![a-z])main|(?<![a-z])text(?![a-z])|copy(?!right)",
    "lead": r"lead|intro|vorspann|anlauf|standfirst|(?<![a-z])dek(?![a-z])|deck|summary|excerpt|subtitle|sub-?head|sub-?title|subline"
    r"|abstract|preamble"
    r"|teaser-?text|chapeau|unterzeile|strapline|bajada|entradilla",
    "title": r"headline|title|titel|heading|(?<![a-z])h1(?![a-z])",
    "kicker": r"kicker|eyebrow|overline|dachzeile|topline|roofline|pre-?title|spitzmarke",
    "comment": r"comment|kommentar|disqus|respond|discussion|replies|forum|leserbrief",
    "related": r"related|recommend|empfehl|similar|more-?_?(?:on|from|stories|news|articles|to)|read-?_?(?:more|next|also)|also-?_?(?:read|like)"
    r"|see-?_?also|mehr-?zum|passend|weiterlesen|weitere|outbrain|taboola|trending|popular|most-?_?(?:read|viewed)|latest|up-?_?next"
    r"|next-?_?(?:article|post|story)",
    "teaser": r"teaser|promo|card(?![a-z]*body)|tile|carousel|slider|swiper|slick|listing|latest|feed(?!back)|river|stream",
    "newsletter": r"newsletter|subscri|sign-?_?up|signup|mailing|opt-?in|abo(?![a-z])|follow",
    "side": r"side-?_?bar|(?<![a-z])aside|rail(?![a-z])|widget|complementary|marginal|rechte|right-?col",
    "nav": r"(?<![a-z])nav|menu|breadcrumb|toolbar|topbar|pagination|pager|(?<![a-z])toc(?![a-z])|table-?of-?contents|jump|skip|sitemap"
    r"|masthead|tabs?(?![a-z])",
    "footer": r"footer|(?<![a-z])foot(?![a-z])|colophon|copyright|impressum|legal|disclaimer|bottom",
    "header": r"header|(?<![a-z])head(?![a-z])",
    "share": r"share|sharing|social|teilen|addtoany|addthis|sharedaddy|facebook|twitter|whatsapp|pinterest|print(?![a-z])|bookmark",
    "ad": r"(?<![a-z])ads?(?![a-z])|advert|anzeige|werbung|sponsor|banner|dfp|gpt-|adslot|adsense|native-ad|affiliate|commercial|(?<![a-z])cta",
    "meta": r"meta(?![a-z]*l)|date|datum|time(?:stamp)?|publish|posted|info(?![a-z]*box)|tags?(?![a-z])|categor|keyword|topic|label"
    r"|taxonomy|category|section-?name",
    "author": r"author|autor|by-?_?line|verfasser|writer|journalist|contributor|bio(?![a-z])|profile|vcard|about-?_?the|redakteur",
    "caption": r"caption|bildunterschrift|credit|(?<![a-z])legend|photo-?(?:text|info)|image-?(?:text|info|meta|description|source)|figure"
    r"|gallery|galerie|slideshow|bildtext"
    r"|img-?(?:text|description)|copyright|media-?(?:info|text)|bu(?![a-z])|quelle|wp-?caption",
    "consent": r"cookie|consent|gdpr|dsgvo|privacy|cmp(?![a-z])|onetrust|usercentrics|didomi|sp_message",
    "pay": r"paywall|premium|(?<![a-z])pay(?![a-z])|piano|register|login|log-in|signin|sign-in|regwall|plus-?(?:teaser|box)|metered|locked",
    "popup": r"modal|popup|pop-up|overlay|lightbox|dialog|tooltip|toast|flyout|off-?canvas|drawer|dropdown",
    "hidden": r"hidden|(?<![a-z])hide(?![a-z])|visually|screen-?reader|sr-only|d-none|invisible|collapse|accessib|no-?js",
    "quote": r"quote|zitat|(?<![a-z])pull|blockquote|testimonial",
    "box": r"box|info-?box|fact|faktbox|kasten|sidebar-?box|callout|highlight|note(?![a-z])|panel|accordion|alert|notice",
    "embed": r"embed|video|player|audio|podcast|tweet|instagram|youtube|media|iframe|livestream",
    "live": r"live-?_?(?:blog|ticker|update|post|entry|feed)|ticker",
    "list": r"(?<![a-z])list(?![a-z])|items?(?![a-z])|links?(?![a-z])",
}
CUE_NAMES = tuple(CLASS_CUES)
BIT = {name: 1 << i for i, name in enumerate(CUE_NAMES)}
_CLASS = tuple((1 << i, re.compile(pattern)) for i, (name, pattern) in enumerate(CLASS_CUES.items()))
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@lru_cache(maxsize=16384)
def class_cues(words: str) -> int:
    """Bit mask of ``CUE_NAMES`` for the class and id of an element."""
    text = CAMEL.sub("-", words[:300]).lower()
    mask = 0
    for bit, pattern in _CLASS:
        if pattern.search(text):
            mask |= bit
    return mask


JUNK = re.compile(
    r"newsletter|subscri|sign up|log ?in|anmelden|abonn|cookie|consent|all rights reserved|alle rechte|©|copyright|privacy policy"
    r"|datenschutz|terms of"
    r"|read more|read next|also read|related|more from|see also|lesen sie|lies auch|mehr zum thema|mehr dazu|weiterlesen|zum thema|lesetipp"
    r"|weitere artikel|recommended"
    r"|follow us|folgen sie|follow @|share (?:this|on)|teilen|tweet|facebook|whatsapp|pinterest|e-mail|advertis|anzeige|werbung|sponsor"
    r"|affiliate|commission"
    r"|click here|klicken sie|hier klicken|download|jetzt|leave a (?:reply|comment)|comments?\b|kommentar|antworten|reply|loading"
    r"|javascript|browser|your email|please"
    r"|trending|most read|meistgelesen|filed under|posted in|tags?:|schlagw|kategorie|photo by|image:|foto:|bild:|quelle:|getty"
    r"|shutterstock|source:|picture alliance"
    r"|contributed to this report|report(?:ed|ing) by|editing by|about the author|über den autor|is a (?:reporter|writer|journalist"
    r"|freelance)|copy link|permalink|trackback"
    r"|min read|minuten|updated|aktualisiert|published|veröffentlicht|posted|stand:|back to top|nach oben|skip to|zurück",
    re.I,
)
STOP = words("""
    der die das und in zu den von mit ist im für auf nicht ein eine dem des sich als auch es an werden aus er hat dass sie nach wird bei einer
    um am sind noch wie einem über so zum war haben nur oder aber vor zur bis mehr durch man wir ich the of and to in a is that for it was on
    are as with be at by this have from or had not but what all were we when there an your which their if will one about how up out them she he
    his her they has would more who its le la les et de que en un une est pour il y el los las por con una del se al lo di che e non per
""")
