"""Words that say what a piece of a page is: in class names and ids, and in the text itself. Common web and press conventions only."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from transforms.parse.shapes import words

# Parts of class names and ids, lower-case, "-" for every sign that is no letter; "-ad-" is a whole word.
CLASS_CUES: dict[str, str] = {
    "body": "article-body articlebody entry-content entrycontent post-content postcontent post-body story-body storybody article-content"
    " articlecontent content-body"
    " article-text articletext body-text bodytext body-copy bodycopy main-text fliesstext richtext rich-text -rte- prose paragraph absatz"
    " textblock text-block article-copy",
    "article": "article artikel -story -entry -post- -posts- beitrag newsitem news-item",
    "content": "content inhalt -main- -text- -copy- maincontent",
    "lead": "-lead intro vorspann anlauf standfirst -dek- -deck summary excerpt subtitle subhead sub-head sub-title subline abstract"
    " preamble teaser-text teasertext chapeau unterzeile"
    " strapline bajada entradilla",
    "title": "headline title titel heading -h-",
    "kicker": "kicker eyebrow overline dachzeile topline roofline pretitle pre-title spitzmarke",
    "comment": "comment kommentar disqus respond discussion replies forum leserbrief",
    "related": "related recommend empfehl similar more-on more-from more-stories more-news more-articles more-to read-more readmore"
    " read-next read-also also-read also-like see-also mehr-zum passend"
    " weiterlesen weitere outbrain taboola trending popular most-read most-viewed latest up-next next-article next-post next-story zergnet",
    "teaser": "teaser promo -card- -cards- tile carousel slider swiper slick listing latest -feed- river stream -card-",
    "newsletter": "newsletter subscri sign-up signup mailing opt-in optin -abo- follow",
    "side": "sidebar side-bar -aside- -rail widget complementary marginal -rechte- right-col rightcol",
    "nav": "-nav navi menu breadcrumb toolbar topbar pagination -pager -toc- table-of-contents tableofcontents -jump -skip sitemap masthead"
    " -tab- -tabs-",
    "footer": "footer -foot- colophon copyright impressum legal disclaimer bottom",
    "header": "header -head-",
    "share": "share sharing social teilen addtoany addthis sharedaddy facebook twitter whatsapp pinterest -print- bookmark",
    "ad": "-ad- -ads- advert anzeige werbung sponsor banner -dfp- -gpt- adslot adsense native-ad affiliate commercial -cta",
    "meta": "-meta- postmeta -date datum -time- timestamp publish posted -info- -tag- -tags- categor keyword topic label taxonomy"
    " section-name dateline",
    "author": "author autor byline by-line verfasser writer journalist contributor -bio- profile vcard about-the redakteur",
    "caption": "caption bildunterschrift credit -legend photo-text photo-info image-text image-info image-meta image-description"
    " image-source figure gallery galerie slideshow bildtext img-text"
    " img-description media-info media-text -bu- quelle",
    "consent": "cookie consent gdpr dsgvo privacy -cmp- onetrust usercentrics didomi sp-message",
    "pay": "paywall premium -pay- piano register login log-in signin sign-in regwall plus-teaser plus-box metered locked",
    "popup": "modal popup pop-up overlay lightbox dialog tooltip toast flyout off-canvas offcanvas drawer dropdown",
    "hidden": "hidden -hide- visually screen-reader sr-only -d-none- invisible collapse accessib no-js -nojs-",
    "quote": "quote zitat -pull blockquote testimonial",
    "box": "-box infobox info-box -fact faktbox kasten callout highlight -note- -notes- panel accordion alert notice",
    "embed": "embed video player audio podcast tweet instagram youtube -media iframe livestream",
    "live": "liveblog live-blog liveticker live-ticker live-update live-post live-entry live-feed -ticker",
    "list": "-list- -lists- -item- -items- -link- -links-",
}
CUE_NAMES = tuple(CLASS_CUES)
BIT = {name: 1 << i for i, name in enumerate(CUE_NAMES)}
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|[^A-Za-zäöüß]+")


@cache
def _automaton() -> Any:
    import ahocorasick

    bits: dict[str, int] = {}
    for name, parts in CLASS_CUES.items():
        for part in parts.split():
            bits[part] = bits.get(part, 0) | BIT[name]
    automaton = ahocorasick.Automaton()
    for part, bit in bits.items():
        automaton.add_word(part, bit)
    automaton.make_automaton()
    return automaton


@lru_cache(maxsize=16384)
def class_cues(names: str) -> int:
    """Bit mask of ``CUE_NAMES`` for the class and id of an element."""
    mask = 0
    for _, bit in _automaton().iter("-" + CAMEL.sub("-", names[:300]).lower() + "-"):
        mask |= bit
    return mask


JUNK = words("""
    newsletter newsletters subscribe subscribed subscriber subscribers subscription login anmelden anmeldung abonnieren abonnenten abonnement
    abo cookie cookies consent reserved rechte vorbehalten copyright privacy datenschutz datenschutzerklärung impressum agb terms related mehr
    weiterlesen lesetipp weitere recommended follow folgen share teilen tweet tweeten facebook twitter whatsapp pinterest linkedin instagram
    telegram email mail advertisement advertising anzeige werbung sponsored affiliate commission commissions click klicken download comment
    comments kommentar kommentare antworten reply loading javascript browser trending meistgelesen filed posted tags tag schlagwörter
    schlagworte kategorie kategorien foto fotos bild bilder quelle getty shutterstock source image images photo imago contributed reporting
    editing freelance permalink trackback minuten updated aktualisiert published veröffentlicht stand top skip zurück drucken print merken
    registrieren register sign premium faq kontakt contact gewinnspiel shop kaufen buy deal deals angebot credit credits alliance inbox
    unsubscribe disclaimer reserviert app donate donation donations contribute contribution contributions membership supporter supporters
    spende spenden spendenkonto unterstützen unterstützung fördern paywall adblocker partners personalize personalise preferences opt
""")
STOP = words("""
    der die das und in zu den von mit ist im für auf nicht ein eine dem des sich als auch es an werden aus er hat dass sie nach wird bei einer
    um am sind noch wie einem über so zum war haben nur oder aber vor zur bis mehr durch man wir ich the of and to in a is that for it was on
    are as with be at by this have from or had not but what all were we when there an your which their if will one about how up out them she
    he his her they has would more who its le la les et de que en un une est pour il y el los las por con una del se al lo di che e non per
""")
