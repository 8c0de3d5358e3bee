"""What may stand between a preposition and the name of an organisation: "von der Kölner Agentur ", "of the rival house "."""

from __future__ import annotations

_ENDS = """
agentur kanzlei sozietät beratung verein verband kammer verlag initiative gewerkschaft stiftung organisation bündnis netzwerk portal plattform
dienst versand händler hersteller anbieter betreiber konzern unternehmen firma kette marke bank kasse versicherung institut museum zentrum haus büro
hochschule universität klinik schule kita betrieb hof studio labor projekt magazin zeitung zeitschrift blatt sender radio fraktion partei liste
gruppe kollektiv club klub band chor start-up startup app seite website instanz shop laden mutter tochter gesellschaft genossenschaft behörde stelle
mission bund holding label heim redaktion café restaurant hotel
"""
_ENGLISH = """
charity firm company agency group union house app start-up startup platform magazine newspaper network party body regulator retailer studio
consultancy label broadcaster club bank tank brand maker publisher site website pressure lobby law trade think campaign research
"""
_NOUN = rf"(?:(?:[A-ZÄÖÜ][\w-]*-?)?(?:{'|'.join(f'[{w[0].upper()}{w[0]}]{w[1:]}' for w in _ENDS.split())})(?:e?s|en|n)?|{'|'.join(_ENGLISH.split())})"
_ARTICLE = r"(?:the|a|an|its|their|der|die|das|dem|den|des|seine[mrsn]?|ihre[mrsn]?|unsere[mrsn]?)\s+"
_ATTRIBUTE = rf"(?:rival|defunct|former|(?:[a-zäöüß][\w-]*|[A-ZÄÖÜ][\w-]+)(?=\s+(?:\w+\s+)?{_NOUN}\s))\s+"
GAP = rf"(?:{_ARTICLE})?(?:{_ATTRIBUTE})?(?:{_NOUN}\s+){{0,2}}[„“”\"»›‚]?"
"""An article, an attribute and a noun that says what the organisation is; each may be missing."""
