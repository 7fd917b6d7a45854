"""Which customer a lead belongs to: several people of one company are one account."""

import re
import unicodedata
from functools import lru_cache

from bot.rules.domains import registrable


def named(names: str) -> frozenset[str]:
    return frozenset(names.split())


# Where anybody can have an address: such a domain says nothing about the company.
PUBLIC_PROVIDERS = named(
    """
    126.com 163.com aol.com arcor.de att.net bell.net bigpond.com bluewin.ch bol.com.br btinternet.com centrum.cz
    comcast.net cox.net daum.net email.com email.cz fastmail.com foxmail.com free.fr freenet.de gmail.com googlemail.com
    hanmail.net hey.com icloud.com inbox.ru interia.pl kpnmail.nl laposte.net libero.it list.ru mac.com mail.com mail.de
    mail.ru me.com msn.com naver.com o2.pl onet.pl orange.fr pm.me posteo.de proton.me protonmail.ch protonmail.com
    qq.com rediffmail.com rocketmail.com rogers.com sbcglobal.net seznam.cz sfr.fr shaw.ca sina.com sky.com skynet.be
    t-online.de telenet.be terra.com.br tiscali.it tuta.io tutanota.com uol.com.br verizon.net virgilio.it
    virginmedia.com wanadoo.fr web.de wp.pl yandex.com yandex.ru ymail.com ziggo.nl zoho.com
    """
)
# These have an address in nearly every country: yahoo.co.uk, outlook.de.
_WORLDWIDE = re.compile(r"(?:gmx|hotmail|live|outlook|yahoo)\.(?:com?\.)?[a-z]{2,3}")

LEGAL_FORMS = named(
    """
    ab ag aps as asa bhd bv bvba co company corp corporation cv eg ek eurl ev gbr gmbh inc incorporated jsc kft kg kgaa
    kk limited llc llp lp ltd ltda mbh nv ohg oy oyj plc pllc pte pty pvt s.p.a sa sarl sas sasu sca sdn se sl slu snc
    spol spzoo srl sro srls ug vof zoo zrt
    """
)
NO_COMPANY = named(
    """
    company freelance freelancer individual keine n/a na none personal privat private self self-employed student test
    unknown
    """
)
_JOINS = frozenset({"&", "+", "and", "de", "et", "und"})  # "& Co.", "S.A. de C.V."
_NO_LETTER = re.compile(r"[\W_]")
_MARKS = re.compile(r"[,;()\"'\u2018\u2019\u201c\u201d]+")


def account_of(email: str | None, company: str | None) -> str | None:
    """The domain that the e-mail's host belongs to (acme.co.uk of mail.acme.co.uk), or, if anybody can have an address
    there, the company's name without its legal form.

    Both in lower case. None when neither tells one customer from another.
    """
    domain = (email or "").rpartition("@")[2].strip().casefold().rstrip(".")
    if domain and not is_public(domain):
        return registrable(domain)
    return bare_company(company or "")


def is_public(domain: str) -> bool:
    return domain in PUBLIC_PROVIDERS or _WORLDWIDE.fullmatch(domain) is not None


@lru_cache(maxsize=16384)
def bare_company(name: str) -> str | None:
    """The same for "ACME, Inc." and "Acme GmbH & Co. KG"; a name of nothing but legal forms stays as it is."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    words = [word for word in _MARKS.sub(" ", folded).split() if word.strip(".-_")]
    whole = " ".join(words)
    while words and (words[-1] in _JOINS or is_legal_form(words[-1])):
        words.pop()
    bare = " ".join(words).rstrip(".") or whole
    return None if not bare or bare in NO_COMPANY else bare


def is_legal_form(word: str) -> bool:
    """With or without dots, except S.p.A., which without them is a place to bathe."""
    return word.rstrip(".") in LEGAL_FORMS or word.replace(".", "") in LEGAL_FORMS


@lru_cache(maxsize=4096)
def goes_with(name: str, domain: str) -> bool:
    """Whether a company of that bare name may well own the domain: telekom.de and Deutsche Telekom, ibm.com and
    International Business Machines. What anybody types into a form must not rename somebody else's account."""
    label = _NO_LETTER.sub("", domain.partition(".")[0].casefold())
    words = [bare for word in name.replace("-", " ").split() if (bare := _NO_LETTER.sub("", word))]
    joined, initials = "".join(words), "".join(word[0] for word in words)
    if not label or not joined:
        return False
    shares = any(len(word) > 2 and word in label for word in words) or (len(label) > 2 and label in joined)
    return shares or label == joined or (len(words) > 1 and label == initials)
