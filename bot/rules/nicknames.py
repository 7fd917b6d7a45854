"""Short and foreign forms of given names; written for Dibs from everyday knowledge, one group a line."""

# The first of a line stands for the group. A form may stand in several: Alex is Alexander, or Alexandra.
_GROUPS = """
abigail abby gail
albert al bert bertie
alejandro alex ale
alexander alex sandy aleksander aleksandr alessandro sasha xander lex
alexandra alex sandra sasha alessandra aleksandra
alfred alf fred
alice ali alicia
amanda mandy
andrew andy drew andreas andrea andrei andrej andrzej andre
angela angie angelika
anna ann anne annie anya hanna hannah ana
anthony tony antonio anton antoine
antonia toni
arthur art artie
barbara barb babs basia
benjamin ben benny benji
bernard bernie bernd bernhard
bradley brad
caroline carol carrie karoline carolin
catherine cathy kate katie kathy katherine kathryn katharina kathrin katrin katarzyna kasia kat cat
charles charlie chuck karl carl carlos carlo
charlotte lotte charlie
christian chris
christina chris tina christine kristina kristin kirsten
christopher chris kit topher christoph christophe kristof
claudia claude
cynthia cindy
daniel dan danny
deborah deb debbie debra
dennis denny
donald don donnie
dorothy dot dottie dorothea
douglas doug
edward ed eddie ted ned eduard eduardo edouard
eleanor ellie nell nora
elizabeth liz beth betty lisa eliza elisabeth elise liza libby elsa elzbieta
emily em emma
emmanuel manny manuel emanuel
ernest ernie ernst
eugene gene evgeny jewgeni
florian flo
frances fran francesca franziska
francis frank fran francisco francesco francois franz paco
frederick fred freddy fritz friedrich frederic
gabriel gabe gabi
gabriele gabi gabriella
george georg giorgio jorge jerzy georges
gerald gerry jerry
gerhard gerd gert
gregory greg gregor
gustav gus
harold harry hal
heinrich heinz heiner
helen helena ellen lena helene
henry harry hank henri enrique
isabella bella izzy isabel isabelle
jacob jake jakob jacques
jacqueline jackie
james jim jimmy jamie
jana jannah
jane janie
janet jan
jeffrey jeff geoffrey geoff
jennifer jen jenny
jeremy jerry
jessica jess jessie
joan joanna johanna jo
johannes hans johann hannes
john jack johnny jon jonny johannes jan juan ivan jean giovanni
jonathan jon jonny nathan
joseph joe joey josef jose giuseppe josip
joshua josh
judith judy
julia julie giulia
katherine kate katie
kenneth ken kenny
kevin kev
kimberly kim
laura laurie
laurence larry lawrence lars lorenz laurent
leonard len lenny leo leonardo
louis lou luis luigi ludwig
lucas luke lukas luca
magdalena lena magda
margaret maggie meg peggy marge greta margarete margarita malgorzata
maria mary marie mia mariya
mark marc marcus markus marek
marco
mario
martin marty marcin
martha marta
matthew matt matthias mathieu matteo mateusz matthieu
maximilian max
maxwell max
michael mike mick micky mikey michel miguel michal mikhail michele
michelle shelly
miroslav mirek
mohammed muhammad mohamed mohammad
monica monika
nancy nan
natalia natalie natasha nat
nathaniel nate nathan nat
nicholas nick nicky nicolas nikolaus klaus nikolai nikolay nico
nicole nicky niki
oliver ollie
olivia liv
pamela pam
patricia pat patty tricia trish
patrick pat paddy
paul pavel pawel paolo pablo
peter pete piotr pierre pedro pietro petr
philip phil philipp philippe filip
rachel rach
raymond ray
rebecca becky becca
reinhard reiner
richard rick dick rich ricky ricardo riccardo
robert bob rob bobby robbie roberto
roger rodge
ronald ron ronnie
russell russ
samantha sam
samuel sam sammy
sandra sandy
sebastian seb bastian basti sebastien
sergey sergei serge sergio
sophia sophie sofia zofia
stanley stan
stephanie steph stefanie
stephen steve steven stefan stephan stefano etienne
susan sue susie susanne suzanne zuzanna
sylvia silvia
teresa terry theresa
terence terry
theodore ted theo teddy
thomas tom tommy tomas tomasz
timothy tim timmy
tobias tobi
ulrich uli
valentina valya
veronica ronnie veronika
victor vic viktor vittorio
victoria vicky tori viktoria
vincent vince vinny vincenzo
virginia ginny
vladimir vova wladimir
walter walt wally
wilhelm willi
william bill will billy willy liam guillaume guillermo wilhelm
wolfgang wolf
yevgeny evgeny eugene
zachary zach zack
"""


def read_groups() -> dict[str, frozenset[str]]:
    """Every form of a name, and the names that it can be a form of."""
    found: dict[str, set[str]] = {}
    for line in _GROUPS.split("\n"):
        for form in line.split():
            found.setdefault(form, set()).add(line.split()[0])
    return {form: frozenset(names) for form, names in found.items()}


STANDS_FOR = read_groups()
# One of them, the same for all who bear the form: what is looked up must be found again.
FULL = {form: min(names) for form, names in STANDS_FOR.items()}


def may_be_the_same(one: str, other: str) -> bool:
    """Whether both can be forms of one given name."""
    return bool(STANDS_FOR.get(one, frozenset((one,))) & STANDS_FOR.get(other, frozenset((other,))))


def are_two_names(one: str, other: str) -> bool:
    """Whether both are known, and forms of different given names."""
    return one in STANDS_FOR and other in STANDS_FOR and not may_be_the_same(one, other)
