"""Pairs of leads of which it is known whether they are one person, with the mistakes that people and forms make."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from bot.rules.accounts import account_of
from bot.rules.matching import Known, blocks_of
from bot.rules.nicknames import STANDS_FOR


def words(listed: str) -> list[str]:
    return listed.split()


GIVEN = words("""
james mary john patricia robert jennifer michael linda david elizabeth william barbara richard susan joseph jessica
thomas sarah charles karen christopher lisa daniel nancy matthew betty anthony margaret mark sandra steven ashley paul
kimberly andrew emily joshua donna kenneth michelle kevin dorothy brian carol george amanda timothy melissa ronald
deborah jason stephanie edward rebecca jeffrey sharon ryan laura jacob cynthia gary kathleen nicholas amy eric angela
jonathan shirley stephen anna larry brenda hans ursula jürgen monika günter petra klaus sabine wolfgang renate jan jana
björn katja sören anke pierre marie jean nathalie françois isabelle luc chloé andré céline josé carmen antonio ana
manuel pilar jesús lucía paweł agnieszka piotr katarzyna łukasz małgorzata tomáš jiří eva olga dmitri natalia sergei
tatiana иван ольга сергей елена νίκος ελένη mohammed fatima ahmed aisha wei li ming yuki hiroshi priya raj anil sunita
mario maria marco giulia luca francesca jon joan julian juliane stefan stefanie max kai kim robin alex sam chris
""")
FAMILY = words("""
smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez wilson anderson
thomas taylor moore jackson martin lee perez thompson white harris sanchez clark ramirez lewis robinson walker young
allen king wright scott torres nguyen hill flores green adams nelson baker hall rivera campbell mitchell carter roberts
müller schmidt schneider fischer weber meyer wagner becker schulz hoffmann schäfer koch bauer richter klein wolf
schröder neumann schwarz zimmermann braun krüger hofmann hartmann lange schmitt werner schmitz krause meier lehmann
dubois lefèvre moreau laurent simon michel leroy roux david bertrand morel fournier girard bonnet dupont lambert
nowak kowalski wiśniewski wójcik kowalczyk kamiński lewandowski dvořák novák svoboda иванов смирнов кузнецов попов
παπαδόπουλος rossi russo ferrari esposito bianchi romano colombo ricci o'brien o'connor mcdonald macdonald van-dijk
de-vries jansen bakker visser yamamoto tanaka suzuki chen wang zhang liu singh kumar patel sharma khan ali hussein
eriksson johansson lindqvist nielsen hansen olsen bergström virtanen korhonen silva santos oliveira souza pereira
""")
MIXED = words("north blue iron clear bright silver swift green stone river cloud data nova apex delta vertex")
TRADES = words("robotics foods logistics software textiles energy consulting labs media motors pharma tools")
FORMS = ("", "", "", " GmbH", " Inc.", " Ltd", " AG", " LLC", " S.A.")
TITLES = ("CEO", "CTO", "Head of Sales", "Buyer", "Engineer", "IT Manager", "Marketing Manager", "Analyst", None, None)
COUNTRIES = ("DE", "US", "GB", "FR", "PL", "AT", None)
PRIVATE = ("gmail.com", "gmail.com", "yahoo.com", "outlook.com", "web.de", "gmx.de", "icloud.com")
KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
SPELLED = str.maketrans({"ü": "ue", "ö": "oe", "ä": "ae", "ß": "ss", "é": "e", "ł": "l", "ř": "r", "ś": "s"})
LATIN = str.maketrans(dict(zip("абвгдеиклмнопрстуфыья", "abvgdeiklmnoprstufy'a", strict=True)) | {"ж": "zh", "ц": "ts"})


@dataclass(frozen=True)
class Someone:
    given: str
    family: str
    company: str
    domain: str
    email: str | None
    phone: str | None
    title: str | None
    country: str | None
    shown: str = ""  # the name as they wrote it


Noise = Callable[["Maker", Someone], Someone]


class Maker:
    """Everything random comes out of one seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311
        self._shared = [self._company() for _ in range(900)]

    def common(self, words: list[str]) -> str:
        """The first of the list are met most often, as with real names."""
        return words[min(int(self.chance.paretovariate(0.7)) - 1 + self.chance.randrange(12), len(words) - 1)]

    def _company(self) -> tuple[str, str]:
        one, other = self.chance.choice(MIXED), self.chance.choice(TRADES)
        number = self.chance.randrange(60)
        made = f"{one.title()}{number if number < 25 else ''} {other.title()}"
        return made + self.chance.choice(FORMS), f"{one}{number if number < 25 else ''}{other}.com"

    def employer(self) -> tuple[str, str]:
        return self.chance.choice(self._shared)

    def digits(self, count: int) -> str:
        return "".join(str(self.chance.randrange(10)) for _ in range(count))

    def someone(self) -> Someone:
        given, family = self.chance.choice(GIVEN), self.common(FAMILY)
        company, domain = self.employer()
        made = Someone(
            given, family, company, domain, None, f"+49{self.digits(9)}", self.chance.choice(TITLES),
            self.chance.choice(COUNTRIES),
        )  # fmt: skip
        return replace(made, email=self.address(made))

    def address(self, of: Someone, *, is_private: bool | None = None) -> str:
        given, family = ascii_of(of.given), ascii_of(of.family)
        private = self.chance.random() < 0.35 if is_private is None else is_private
        styles = (
            f"{given}.{family}",
            f"{given[:1]}{family}",
            f"{given[:1]}.{family}",
            f"{family}",
            f"{given}_{family}",
        )
        local = self.chance.choice(styles)
        if private:
            return f"{local}{self.digits(2) if self.chance.random() < 0.5 else ''}@{self.chance.choice(PRIVATE)}"
        return f"{local}@{of.domain}"

    def typo(self, word: str) -> str:
        """A neighbour's key, a sign too many or too few, or two in the wrong order."""
        if len(word) < 4:
            return word
        place = self.chance.randrange(1, len(word) - 1)
        kind = self.chance.randrange(4)
        if kind == 0:
            return word[:place] + word[place + 1 :]
        if kind == 1:
            return word[:place] + word[place] + word[place:]
        if kind == 2:
            return word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :]
        row = next((keys for keys in KEYS if word[place] in keys), "aeiou")
        near = row[max(0, row.find(word[place]) - 1)]
        return word[:place] + near + word[place + 1 :]


def ascii_of(word: str) -> str:
    plain = word.translate(SPELLED).translate(LATIN)
    return "".join(sign for sign in plain if sign.isascii() and sign.isalpha()) or "x"


def known(lead_id: int, of: Someone) -> Known:
    name = of.shown or f"{of.given} {of.family}".title()
    account = account_of(of.email, of.company)
    return Known(
        lead_id, name, of.email, of.phone, of.company or None, account, *blocks_of(name, of.company or None, account),
        of.title, of.country,
    )  # fmt: skip


# --- one person, seen twice


def as_before(_: Maker, of: Someone) -> Someone:
    return of


def nickname(maker: Maker, of: Someone) -> Someone:
    forms = sorted(form for form, names in STANDS_FOR.items() if of.given in names and form != of.given)
    return replace(of, given=maker.chance.choice(forms)) if forms else of


def mistyped_family(maker: Maker, of: Someone) -> Someone:
    return replace(of, family=maker.typo(of.family))


def mistyped_given(maker: Maker, of: Someone) -> Someone:
    return replace(of, given=maker.typo(of.given))


def spelled_out(_: Maker, of: Someone) -> Someone:
    return replace(of, given=of.given.translate(SPELLED).translate(LATIN), family=of.family.translate(SPELLED)
                   .translate(LATIN))  # fmt: skip


def swapped(_: Maker, of: Someone) -> Someone:
    return replace(of, shown=f"{of.family}, {of.given}".title())


def in_wrong_boxes(_: Maker, of: Someone) -> Someone:
    return replace(of, shown=f"{of.family} {of.given}".title())


def middle_name(maker: Maker, of: Someone) -> Someone:
    return replace(of, shown=f"{of.given} {maker.chance.choice('ABCDEFGHJKLM')}. {of.family}".title())


def only_initial(_: Maker, of: Someone) -> Someone:
    return replace(of, shown=f"{of.given[:1]}. {of.family}".title())


def titled(_: Maker, of: Someone) -> Someone:
    return replace(of, shown=f"Dr. {of.given} {of.family}".title())


def no_mail(_: Maker, of: Someone) -> Someone:
    return replace(of, email=None)


def no_phone(_: Maker, of: Someone) -> Someone:
    return replace(of, phone=None)


def no_company(_: Maker, of: Someone) -> Someone:
    return replace(of, company="")


def private_mail(maker: Maker, of: Someone) -> Someone:
    return replace(of, email=maker.address(of, is_private=True))


def tagged_mail(_: Maker, of: Someone) -> Someone:
    return replace(of, email=of.email.replace("@", "+news@") if of.email else None)


def mistyped_mail(maker: Maker, of: Someone) -> Someone:
    local, _, domain = (of.email or "").partition("@")
    return replace(of, email=f"{maker.typo(local)}@{domain}" if local else None)


def mistyped_phone(maker: Maker, of: Someone) -> Someone:
    if of.phone is None:
        return of
    place = maker.chance.randrange(3, len(of.phone))
    return replace(of, phone=of.phone[:place] + maker.digits(1) + of.phone[place + 1 :])


def other_form(maker: Maker, of: Someone) -> Someone:
    bare = of.company
    for form in FORMS:
        bare = bare.removesuffix(form) if form else bare
    return replace(of, company=bare + maker.chance.choice(FORMS))


def mistyped_company(maker: Maker, of: Someone) -> Someone:
    return replace(of, company=maker.typo(of.company.lower()).title())


def changed_job(maker: Maker, of: Someone) -> Someone:
    company, domain = maker.employer()
    moved = replace(of, company=company, domain=domain, title=maker.chance.choice(TITLES))
    return replace(moved, email=maker.address(moved, is_private=False))


def married(maker: Maker, of: Someone) -> Someone:
    return replace(of, family=maker.common(FAMILY))


def only_address(_: Maker, of: Someone) -> Someone:
    return replace(of, shown=(of.email or "x").partition("@")[0], phone=None)


NOISE: tuple[Noise, ...] = (
    as_before, nickname, mistyped_family, mistyped_given, spelled_out, swapped, in_wrong_boxes, middle_name,
    only_initial, titled, no_mail, no_phone, no_company, private_mail, tagged_mail, mistyped_mail, mistyped_phone,
    other_form, mistyped_company, changed_job, married, only_address, no_mail, no_phone, private_mail, no_phone,
)  # fmt: skip


# --- two people who are easily taken for one


def relative(maker: Maker, of: Someone) -> Someone:
    """At one home: one telephone, sometimes one address for the family."""
    email = of.email if maker.chance.random() < 0.15 else maker.address(of, is_private=True)
    return replace(of, given=another(maker, of.given), email=email, company="", title=None)


def relative_at_work(maker: Maker, of: Someone) -> Someone:
    other = replace(of, given=another(maker, of.given), title=maker.chance.choice(TITLES))
    return replace(other, email=maker.address(other, is_private=False))


def colleague(maker: Maker, of: Someone) -> Someone:
    """Behind the same switchboard, or with a number of their own."""
    phone = of.phone if maker.chance.random() < 0.5 else f"+49{maker.digits(9)}"
    other = replace(maker.someone(), company=of.company, domain=of.domain, phone=phone)
    return replace(other, email=maker.address(other, is_private=False))


def colleague_of_that_first_name(maker: Maker, of: Someone) -> Someone:
    other = colleague(maker, of)
    return replace(other, given=of.given, family=other.family if other.family != of.family else "ngata")


def namesake_at_work(maker: Maker, of: Someone) -> Someone:
    """Two of one name in a large company: another address, another number."""
    local = f"{ascii_of(of.given)}.{ascii_of(of.family)}{maker.chance.randrange(2, 9)}"
    return replace(of, email=f"{local}@{of.domain}", phone=f"+49{maker.digits(9)}", title=maker.chance.choice(TITLES))


def namesake(maker: Maker, of: Someone) -> Someone:
    return replace(maker.someone(), given=of.given, family=of.family)


def same_mailbox(maker: Maker, of: Someone) -> Someone:
    other = colleague(maker, of)
    return replace(other, email=f"{maker.chance.choice(('info', 'sales', 'office', 'kontakt'))}@{of.domain}")


def borrowed_address(maker: Maker, of: Someone) -> Someone:
    """Somebody of the company typed a colleague's address, or their boss's."""
    return replace(colleague(maker, of), email=of.email)


def old_number(maker: Maker, of: Someone) -> Someone:
    """A telephone number that was given to somebody else."""
    return replace(maker.someone(), phone=of.phone)


def stranger(maker: Maker, _: Someone) -> Someone:
    return maker.someone()


def nearly_the_name(maker: Maker, of: Someone) -> Someone:
    """Another person in that company whose given name begins alike."""
    alike = [name for name in GIVEN if name[:2] == of.given[:2] and not is_form(name, of.given)]
    other = replace(of, given=maker.chance.choice(alike) if alike else another(maker, of.given),
                    phone=f"+49{maker.digits(9)}")  # fmt: skip
    return replace(other, email=f"{ascii_of(other.given)}.{ascii_of(other.family)}@{of.domain}")


def another(maker: Maker, given: str) -> str:
    found = maker.chance.choice(GIVEN)
    while is_form(found, given):
        found = maker.chance.choice(GIVEN)
    return found


def is_form(one: str, other: str) -> bool:
    return one == other or bool(STANDS_FOR.get(one, {one}) & STANDS_FOR.get(other, {other}))


OTHERS: tuple[Noise, ...] = (
    relative, relative_at_work, colleague, colleague_of_that_first_name, namesake_at_work, namesake, same_mailbox,
    borrowed_address, old_number, stranger, nearly_the_name,
)  # fmt: skip


def pairs(seed: int, count: int) -> Iterator[tuple[Known, Known, bool, str]]:
    """Half of them one person with up to three mistakes, half two people with up to one; and what was done to them."""
    maker = Maker(seed)
    for number in range(count):
        first = maker.someone()
        if number % 2:
            second, done = first, maker.chance.sample(NOISE, maker.chance.randint(1, 3))
        else:
            done = [maker.chance.choice(OTHERS), *maker.chance.sample(NOISE[1:15], maker.chance.randint(0, 1))]
            second = first
        if same_mailbox in done:
            first = replace(first, email=f"info@{first.domain}")
            second = first
        for noise in done:
            second = noise(maker, second)
        yield known(1, first), known(2, second), bool(number % 2), ", ".join(noise.__name__ for noise in done)
