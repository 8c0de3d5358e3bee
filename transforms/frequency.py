"""Which names are so common that two people of that name are more likely two than one."""

from __future__ import annotations

from transforms.names import squash

_SURNAMES = """
müller schmidt schneider fischer weber meyer wagner becker schulz hoffmann schäfer koch bauer richter klein wolf schröder neumann schwarz
zimmermann braun
krüger hofmann hartmann lange schmitt werner schmitz krause meier lehmann schmid schulze maier köhler herrmann könig walter mayer huber
kaiser fuchs peters
lang scholz möller weiß jung hahn schubert vogel friedrich keller günther frank berger winkler roth beck lorenz baumann franke albrecht
schuster simon ludwig
böhm winter kraus martin schumacher krämer vogt stein jäger otto sommer groß seidel heinrich brandt haas schreiber graf schulte dietrich
ziegler kuhn kühn pohl
engel horn busch bergmann thomas voigt sauer arnold wolff pfeiffer gruber steiner moser egger pichler leitner hofer brunner eder reiter
wallner lechner
meyr mair baur meister frey suter gerber zbinden kunz wyss
smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez wilson anderson taylor moore jackson lee
perez thompson white
harris sanchez clark ramirez lewis robinson walker young allen king wright scott torres nguyen hill flores green adams nelson baker hall
rivera campbell mitchell
carter roberts evans edwards collins stewart morris murphy cook rogers morgan cooper reed bailey bell kelly howard ward cox richardson wood
watson brooks bennett
gray james hughes price myers long foster sanders ross davies patel khan ali singh kumar clarke jenkins turner parker phillips
yilmaz kaya demir celik sahin öztürk aydin nowak kowalski novak ivanov petrov popov wang li zhang liu chen yang huang zhao wu zhou kim park
choi tan silva santos
rossi russo ferrari jansen janssen de vries nielsen jensen hansen petersen larsen andersen johansson andersson
"""

_FORENAMES = """
thomas michael peter andreas stefan stephan christian martin markus frank wolfgang klaus jürgen bernd hans uwe ralf rolf dieter manfred
helmut werner heinz gerhard
günter günther karl walter horst herbert jörg jens sven dirk holger matthias alexander daniel sebastian jan tobias florian philipp
maximilian max lukas paul leon
felix jonas tim david simon julian niklas fabian dominik patrick marcel kevin marco mario robert johannes josef franz georg anton ludwig
rainer reiner volker
anna maria sabine susanne petra andrea claudia monika birgit karin heike martina nicole stefanie stephanie sandra katrin kathrin katharina
julia sarah laura lisa
lena christina christine barbara ursula renate helga ingrid brigitte gabriele angelika anja silke anke kerstin ute tanja melanie jessica
jennifer vanessa eva
elisabeth johanna sophie marie hannah lea mia emma clara
james john william richard joseph charles christopher matthew anthony mark donald steven andrew joshua kenneth george brian edward ronald
timothy jason jeffrey ryan
gary nicholas eric jonathan stephen larry justin scott brandon benjamin samuel jack adam harry oliver ben tom chris mike dave steve
mary patricia linda elizabeth susan margaret lisa nancy betty sandra ashley kimberly emily donna michelle carol amanda dorothy deborah
rebecca sharon cynthia
kathleen amy angela emma olivia jane kate helen rachel claire lucy alice
mohammed muhammad ahmed ali mehmet mustafa fatma ayse wei
"""

_COMMON_SURNAMES = frozenset(squash(w) for w in _SURNAMES.split())
_COMMON_FORENAMES = frozenset(squash(w) for w in _FORENAMES.split())


def is_common(given: str, family: str) -> bool:
    """Whether a forename and surname (squashed) are both among the most frequent."""
    return family in _COMMON_SURNAMES and given in _COMMON_FORENAMES


def is_common_word(name: str) -> bool:
    """Whether one squashed word is a frequent forename or surname by itself."""
    return name in _COMMON_SURNAMES or name in _COMMON_FORENAMES
