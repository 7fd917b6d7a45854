"""What people call the fields of a lead in the headings of their files, in the languages they write them in."""

# ruff: noqa: RUF001 - the letters are meant

import re
import unicodedata

# One line a language: en, de, fr, es, pt, it, nl, pl, ja; then what well-known tools export.
_CALLED = {
    "email": """
        email, e-mail, email address, e-mail address, mail, mail address, email id, primary email, work email
        e-mail-adresse, mailadresse, emailadresse, e-mail adresse geschäftlich
        courriel, adresse e-mail, adresse mail, adresse électronique, adresse courriel, mél, adresse de messagerie
        correo, correo electrónico, dirección de correo, dirección de correo electrónico, correo-e
        endereço de e-mail, correio eletrónico, correio eletrônico
        posta elettronica, indirizzo e-mail, indirizzo di posta elettronica, indirizzo mail
        e-mailadres, mailadres, emailadres
        adres e-mail, adres email, poczta elektroniczna, adres poczty elektronicznej
        メール, メールアドレス, eメール, 電子メール, 電子メールアドレス, 邮箱, 电子邮件, 電郵, 이메일
        e-mail 1 - value, email 1, emailaddress1, person email
    """,
    "phone": """
        phone, phone number, telephone, telephone number, tel, tel no, contact number, work phone, business phone,
        office phone, direct dial, direct phone, company phone, phone no
        telefon, telefonnummer, tel nr, rufnummer, telefon geschäftlich, durchwahl
        téléphone, numéro de téléphone, n° de téléphone, tél, téléphone fixe, téléphone professionnel
        teléfono, número de teléfono, telefono de contacto
        telefone, número de telefone, telefone de contacto, fone
        telefono, numero di telefono, recapito telefonico
        telefoonnummer, telefoon
        numer telefonu, nr telefonu, telefon kontaktowy
        電話, 電話番号, tel番号, お電話番号, 連絡先電話番号, 电话, 電話號碼, 전화번호
        phone 1 - value, telephone1, phone work, phone (work)
    """,
    "mobile": """
        mobile, mobile phone, mobile number, cell, cell phone, cellphone, cell number, mobile no
        handy, handynummer, mobil, mobiltelefon, mobilnummer
        mobile, portable, téléphone portable, téléphone mobile, numéro de portable
        móvil, celular, teléfono móvil
        telemóvel, celular
        cellulare, telefono cellulare
        mobiel, mobiele nummer, mobiel nummer, gsm
        telefon komórkowy, komórka, numer komórki
        携帯, 携帯電話, 携帯番号, 携帯電話番号, 手机
    """,
    "name": """
        name, full name, contact name, contact, contact person, person, customer name, lead name, your name, attendee,
        attendee name, participant, participant name
        vollständiger name, ansprechpartner, ansprechpartnerin, kontaktperson, vor- und nachname, name vorname,
        vorname nachname, vor- und zuname, kontakt, teilnehmer
        nom complet, nom et prénom, nom prénom, prénom nom, prénom et nom, contact principal, interlocuteur, participant
        nombre completo, nombre y apellidos, nombre y apellido, persona de contacto, contacto
        nome completo, pessoa de contacto, pessoa de contato, contato
        nome e cognome, nominativo, cognome e nome, referente, persona di contatto, contatto
        volledige naam, contactpersoon, naam
        imię i nazwisko, nazwisko i imię, osoba kontaktowa, kontakt
        氏名, 名前, お名前, 担当者, 担当者名, ご担当者名, 担当者氏名, 姓名, 이름
        display name, fullname, anzeigename
    """,
    "first_name": """
        first name, given name, forename, christian name, fname, first
        vorname, rufname
        prénom
        nombre de pila, primer nombre, nombre
        primeiro nome, nome próprio
        nome di battesimo, nome
        voornaam, roepnaam
        imię
        名, ファーストネーム, 名字は除く
        firstname
    """,
    "middle_name": """
        middle name, middle initial, second name
        zweiter vorname
        deuxième prénom
        segundo nombre
        tussenvoegsel, voorvoegsel, voorvoegsels, tussenvoegsels
        drugie imię
        ミドルネーム
    """,
    "last_name": """
        last name, surname, family name, lname, last
        nachname, familienname, zuname
        nom de famille, nom
        apellido, apellidos, primer apellido
        apelido, sobrenome, último nome
        cognome
        achternaam, familienaam
        nazwisko
        姓, 苗字, 名字, ラストネーム
        lastname
    """,
    "salutation": """
        salutation, prefix, honorific, courtesy title, name prefix, form of address
        anrede, geschlecht, titel anrede
        civilité
        tratamiento, tratamento, saudação
        appellativo, titolo di cortesia
        aanhef, aanspreektitel
        zwrot grzecznościowy, forma grzecznościowa
        敬称
    """,
    "company": """
        company, company name, organisation, organization, organisation name, organization name, account,
        account name, employer, business name, firm, business, institution, customer, client
        firma, firmenname, unternehmen, unternehmensname, organisation, betrieb, arbeitgeber, kunde, gesellschaft
        société, entreprise, nom de l'entreprise, nom de la société, raison sociale, organisme, structure,
        établissement, employeur, dénomination
        empresa, nombre de la empresa, compañía, organización, razón social, entidad, institución
        empresa, nome da empresa, organização, razão social, entidade
        azienda, società, nome azienda, ragione sociale, ente, organizzazione, impresa, denominazione
        bedrijf, bedrijfsnaam, organisatie, werkgever, onderneming
        firma, nazwa firmy, przedsiębiorstwo, organizacja, instytucja
        会社, 会社名, 企業名, 貴社名, 御社名, 法人名, 団体名, 組織, 組織名, 勤務先, 公司, 公司名称, 회사, 회사명
        parentcustomerid, organization 1 - name
    """,
    "title": """
        job title, title, position, role, job, occupation, designation, job role, function, job position
        position, berufsbezeichnung, funktion, stelle, stellenbezeichnung, rolle, beruf, jobtitel, titel
        fonction, poste, intitulé du poste, titre, profession
        cargo, puesto, título, puesto de trabajo, profesión
        cargo, função, profissão
        ruolo, posizione, qualifica, mansione, titolo, incarico
        functie, functietitel, beroep
        stanowisko, funkcja, zawód
        役職, 役職名, 職位, 肩書, 肩書き, 职位, 직책
        organization 1 - title
    """,
    "country": """
        country, country code, country/region, nation, country name, mailing country, country iso
        land, staat, länderkennung, ländercode
        pays, code pays
        país
        país
        paese, nazione, stato
        land, landcode
        kraj, państwo
        国, 国名, 国・地域, 国家, 국가
        address country, address1_country
    """,
    "website": """
        website, web site, url, web, homepage, web address, web page, company website, site, domain, company domain name
        webseite, internetseite, internet, internetadresse, internetauftritt
        site web, site internet, adresse du site
        sitio web, página web, web
        site, página na internet, sítio web
        sito web, sito, sito internet, pagina web
        website-adres, webadres
        strona www, strona internetowa, www
        ホームページ, ウェブサイト, サイトurl, 会社url, hp, 网站, 웹사이트
    """,
    "source": """
        source, lead source, origin, channel, source of lead, how did you hear about us, utm_source, original source
        quelle, herkunft, lead-quelle, kanal, wie haben sie von uns erfahren
        source du lead, origine, provenance, canal
        fuente, origen, origen del lead
        origem, fonte
        fonte, origine, provenienza
        bron, herkomst
        źródło, źródło leada, pochodzenie
        流入元, 流入経路, 獲得経路, きっかけ, リードソース, 来源
    """,
    "campaign": """
        campaign, campaign name, utm_campaign, event, event name, list name, trade show
        kampagne, veranstaltung, messe
        campagne, événement, salon
        campaña, evento
        campanha, evento
        campagna, evento, fiera
        campagne, evenement, beurs
        kampania, wydarzenie, targi
        キャンペーン, キャンペーン名, イベント, 展示会, 展示会名
    """,
    "message": """
        message, comment, comments, note, notes, remarks, enquiry, inquiry, question, description, your message, details
        nachricht, bemerkung, bemerkungen, kommentar, notiz, notizen, anmerkung, anmerkungen, anfrage, ihre nachricht
        commentaire, commentaires, remarque, remarques, votre message, observations
        mensaje, comentario, comentarios, observaciones, notas, consulta
        mensagem, comentário, comentários, observações, notas
        messaggio, commento, commenti, osservazioni, richiesta
        bericht, opmerking, opmerkingen, notitie, notities, vraag
        wiadomość, komentarz, uwagi, notatki, zapytanie
        メッセージ, 備考, コメント, お問い合わせ内容, 問い合わせ内容, ご質問, メモ, 备注
    """,
    "consent": """
        consent, opt-in, opt in, email opt-in, marketing consent, subscribed, newsletter, gdpr consent, permission,
        marketing opt-in, agreed to be contacted, consent given
        einwilligung, einverständnis, zustimmung, werbeeinwilligung, dsgvo-einwilligung, dsgvo
        consentement, accord, optin, consentement rgpd, rgpd
        consentimiento, autorización, acepta recibir comunicaciones
        consentimento, autorização
        consenso, consenso privacy, consenso marketing
        toestemming, toestemming voor mailing
        zgoda, zgoda marketingowa, zgoda rodo
        同意, 同意の有無, メール配信, メルマガ, 配信許可, メルマガ配信
    """,
    # Close to a field by their words, but another thing: kept as they are.
    "": """
        id, lead id, contact id, record id, date, created, created at, updated at, city, street, address, zip, state,
        postal code, postcode, region, fax, fax number, birthday, date of birth, gender, language, industry, sector,
        employees, company size, department, revenue, status, email status, owner, stage, score, tags, user name,
        username, phone extension, middle initial, file name, product name, event date, company id, company type
        nummer, datum, straße, ort, plz, stadt, bundesland, geburtsdatum, branche, abteilung, sprache, mitarbeiter
        numéro, adresse, ville, code postal, rue, date de naissance, secteur, région, département, commune, télécopie
        dirección, ciudad, código postal, provincia, fecha, sector, municipio, idioma
        endereço, cidade, código postal, morada, localidade, data, setor, distrito
        indirizzo, città, cap, provincia, comune, data, settore, via
        adres, plaats, postcode, straat, woonplaats, datum, branche, afdeling
        adres, miasto, kod pocztowy, ulica, województwo, data, branża
        住所, 郵便番号, 都道府県, 市区町村, 部署, 部署名, 部門, 業種, 日付, 番号, フリガナ, ふりがな,
        会社名カナ, 従業員数
    """,
}
# Words that say whose it is, not what it is.
_WHOSE = re.compile(
    r"\b(?:lead|contact|person|primary|main|work|business|your|the|of|required|optional|customer|attendee|"
    r"kontakt|ihre?|des|der|votre|du|de la|de|su|del|seu|sua|vostro|il tuo|uw|twój|default)\b|ご|貴|御"
)
_LETTERS = re.compile(r"[\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_IN_BRACKETS = re.compile(r"[(\[（【].*?[)\]）】]")
_CONSENTING = (
    "yes y true 1 x ok agreed agree accepted granted given opted-in optin subscribed ✓ ✔ "
    "ja j wahr zugestimmt einverstanden erteilt oui o vrai d'accord accepté sí si s verdadero acepto "
    "sim verdadeiro aceito vero accetto acconsento akkoord waar tak t prawda zgadzam "
    "はい 有 有り あり 同意 同意する ○ 是"
)


def folded(text: str) -> str:
    """Only letters and digits, without accents and case: what is compared."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _LETTERS.sub("", "".join(one for one in plain if not unicodedata.combining(one)))


def spellings(heading: str) -> list[str]:
    """The heading folded, and folded without what is in brackets and whose it is; the truest first."""
    words = _CAMEL.sub(" ", heading).replace("_", " ")
    bare = _IN_BRACKETS.sub(" ", words)
    last = re.split(r"[:>/|.]", bare.strip(" :>/|.*"))[-1]
    found = (folded(one) for one in (words, bare, last, _WHOSE.sub(" ", bare.casefold())))
    return [one for one in dict.fromkeys(found) if one]


def _by_spelling() -> dict[str, tuple[str, ...]]:
    """A word may belong to several fields ("titel" is a job's or Dr.): then all of them, the likelier one first."""
    found: dict[str, tuple[str, ...]] = {}
    for field, text in _CALLED.items():
        for word in re.split(r"[,\n]", text):
            key = folded(word)
            if key and field not in found.get(key, ()):
                found[key] = (*found.get(key, ()), field)
    return found


SPELLINGS = _by_spelling()
YES = frozenset(_CONSENTING.split())


def fields_called(heading: str) -> tuple[str, ...]:
    """The fields that go by exactly this heading; "" stands for something that is known to be none of ours."""
    return next((SPELLINGS[one] for one in spellings(heading) if one in SPELLINGS), ())


def says_yes(text: str) -> bool:
    """Only a plain word of consent; "no objection", a date or an empty cell is none."""
    return text.strip().rstrip(".!").casefold() in YES
