# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which column of a members' file says what: known headings, those of usual software first.

A heading is compared without accents, capitals, punctuation and small words, so that
« N° d'adhérent », « No adherent » and « NUMERO ADHERENT » are one.
"""

import hashlib
import re

from odoo.addons.tierslieux_base.tools.text_values import name_key, plain

from .member_text import looks_like_amount, looks_like_date, parse_yes_no
from .usual_software import PRESETS

# Order in which the columns are offered.
FIELDS = (
    "number",
    "civility",
    "lastname",
    "firstname",
    "fullname",
    "company_name",
    "kind",
    "siret",
    "birthdate",
    "email",
    "phone",
    "mobile",
    "street",
    "street2",
    "zip",
    "city",
    "country",
    "type",
    "amount",
    "payment_method",
    "payment_status",
    "date_start",
    "date_end",
    "volunteer",
    "college",
    "discount",
    "amount_left",
    "date_paid",
    "period",
    "date_first",
    "exempt",
    "parent",
    "payer_lastname",
    "payer_firstname",
    "payer_email",
)
NAME_FIELDS = ("lastname", "firstname", "fullname", "company_name")
DATE_FIELDS = ("birthdate", "date_start", "date_end", "date_paid", "date_first")

_SMALL_WORDS = {"de", "d", "du", "des", "la", "le", "les", "l", "en", "a", "au", "et", "the", "of"}
_SAME_WORD = {
    "no": "n",
    "num": "n",
    "numero": "n",
    "nr": "n",
    "tel": "telephone",
    "phone": "telephone",
    "adh": "adherent",
    "membre": "adherent",
    "cotisation": "adhesion",
    "cotis": "adhesion",
    "abonnement": "adhesion",
    "mail": "email",
    "courriel": "email",
    "mel": "email",
    "reglement": "paiement",
    "regle": "paye",
    "regl": "paye",
    "payee": "paye",
    "cp": "postal",
}


def heading_key(heading):
    """What is compared of a heading.

    >>> heading_key("N° d'adhérent"), heading_key("Numéro de membre"), heading_key("E-mail *")
    ('n adherent', 'n adherent', 'email')
    """
    text = str(heading or "").replace("°", " ").replace("€", " ").replace("Nº", "N ")
    text = re.sub(r"\be mail\b", "email", plain(text.split("(")[0] or text))
    words = [_SAME_WORD.get(w, w) for w in text.split()]
    return " ".join(w for w in words if w not in _SMALL_WORDS)


_SYNONYMS = {
    "number": (
        "n adherent|n carte adherent|carte adherent|n adhesion|n|code adherent|id adherent|"
        "identifiant adherent|matricule|ref adherent|reference adherent|member number|id adh|"
        "num adh|n licence|reference|id|identifiant"
    ),
    "civility": "civilite|titre|titre adherent|sexe|genre|politesse|title|gender",
    "lastname": (
        "nom|nom famille|nom adherent|nom usage|nom usuel|nom participant|lastname|last name|"
        "surname|family name|patronyme|nom naissance"
    ),
    "firstname": "prenom|prenoms|prenom adherent|prenom participant|firstname|first name|"
    "given name|prenom usuel",
    "fullname": "nom prenom|prenom nom|nom complet|nom prenoms|adherent|full name|name|identite|"
    "nom prenom adherent|prenom nom adherent|nom entier|nom adherent complet",
    "company_name": "raison sociale|societe|organisation|organisme|structure|nom structure|"
    "nom organisation|entreprise|association|denomination|personne morale|nom societe|company",
    "kind": "type contact|type personne|type adherent|nature|nature adherent|categorie personne|"
    "personne physique morale|physique morale",
    "siret": "siret|siren|n siret|n siren|siret siren|code siret",
    "birthdate": "date naissance|naissance|ne|nee|ne e|ddn|date naiss|birthdate|birthday|"
    "date birth|ddn adherent|birth date|anniversaire|date anniversaire|date naissance complete",
    "email": "email|adresse email|email adherent|email participant|email 1|adresse electronique|"
    "email principal|email personnel|adresse email adherent",
    "phone": "telephone|telephone fixe|fixe|telephone 1|n telephone|telephone domicile|"
    "telephone adherent|telephone principal|telephone personnel|telephone fixe adherent",
    "mobile": "mobile|portable|telephone portable|telephone mobile|gsm|gsm adherent|telephone 2|"
    "n portable|n mobile|gsm adh|cell",
    "street": "adresse|adresse postale|rue|adresse 1|adresse adherent|adresse ligne 1|voie|"
    "adresse domicile|street|address|n rue|adresse complete|adresse principale",
    "street2": "complement|complement adresse|adresse 2|adresse ligne 2|adresse2 adherent|"
    "adresse suite|complement adresse adherent|street2",
    "zip": "code postal|postal|postal adherent|code postal adherent|zip|zipcode|zip code",
    "city": "ville|commune|localite|ville adherent|city|town",
    "country": "pays|pays adherent|country",
    "type": "type adhesion|adhesion|formule|tarif|categorie|categorie adherent|libelle adhesion|"
    "type adherent|nom tarif|formule adhesion|tarif adhesion|libelle type adhesion|"
    "categorie adhesion|type formule|activite|type|membership type|membership|nom adhesion|"
    "intitule adhesion|statut adherent",
    "amount": "montant paye|montant|montant adhesion|paye|somme|somme payee|prix|prix paye|"
    "montant tarif|montant total|amount|montant encaisse|montant verse|tarif paye|"
    "montant formule|montant paye adhesion|total paye|montant euros|montant eur|"
    "somme versee|versement|montant du|prix adhesion|"
    "montant adhesion paye|montant paiement",
    "payment_method": "mode paiement|moyen paiement|paiement|type paiement|"
    "payment method|mode|moyen|paye par|paiement par|mode paye",
    "payment_status": "statut commande|statut paiement|etat paiement|statut|"
    "paiement statut|etat|payment status|paye oui non",
    "date_start": "date adhesion|debut adhesion|date debut|date debut adhesion|debut|"
    "date inscription|date commande|date|start date|debut validite|"
    "date debut validite|date souscription|debut periode|adhesion",
    "date_paid": "date paiement|date paye|date encaissement|date versement|date virement|"
    "paye date|payment date",
    "date_first": "membre depuis|adherent depuis|depuis|date premiere adhesion|premiere adhesion|"
    "date 1ere adhesion|1ere adhesion|date entree|date premiere inscription|ancien depuis|"
    "annee entree|member since",
    "date_end": "fin validite|date fin|date fin adhesion|fin adhesion|echeance|date echeance|"
    "date expiration|expiration|valable jusqu|validite|date fin validite|end date|fin|"
    "date validite|fin periode|valable jusqu au",
    "volunteer": "benevole|benevolat|est benevole|volunteer|souhaite etre benevole",
    "college": "college|college vote|college electoral",
    "payer_lastname": "nom payeur|nom acheteur|nom responsable legal|nom payeur adhesion",
    "payer_firstname": "prenom payeur|prenom acheteur|prenom responsable legal",
    "payer_email": "email payeur|email acheteur|adresse email payeur",
    "discount": "montant code promo|remise|montant remise|reduction|montant reduction|rabais|"
    "montant code promotionnel|montant deduit|discount",
    "amount_left": "reste payer|reste paiement|reste paye|reste du|reste|montant restant|"
    "solde du|solde payer|montant restant du|restant du|restant|solde restant",
    "period": "annee|exercice|saison|annee adhesion|millesime|periode|annee paye|saison adhesion|"
    "exercice adhesion|periode adhesion|season|year|annee adherent",
    "exempt": "exempt adhesion|exempte adhesion|exonere|exonere adhesion|exempt|exempte|"
    "dispense adhesion|dispense|motif exoneration|exoneration|motif dispense|motif exemption",
    "parent": "rattache|parent|rattachement|adherent principal|adherent parent|responsable legal|"
    "membre rattache|foyer|titulaire|adherent rattachement|n parent|chef famille",
}
# Our own column in a file that came back from a former run, and columns never to be taken.
_IGNORED = {"motif refus", "refusal reason", "ligne"}


def _table(synonyms):
    table = {}
    for name, keys in synonyms.items():
        for rank, key in enumerate(keys.split("|")):
            table.setdefault(key, []).append((rank, name))
    return table


_BY_KEY = _table(_SYNONYMS)


def known_headings(cells):
    """How many different fields the headings name; tells a heading row from a title."""
    return len({_BY_KEY[k][0][1] for k in map(heading_key, cells) if k in _BY_KEY})


def signature(headings):
    """What a file's headings have in common with the next export of the same software."""
    keys = "|".join(sorted(heading_key(h) or h.lower() for h in headings))
    return hashlib.sha256(keys.encode()).hexdigest()[:40]


def detect_preset(headings):
    """Name of the software whose marks the headings carry, or None.

    >>> detect_preset(["Référence commande", "Nom adhérent", "Prénom adhérent"])
    'helloasso'
    """
    keys = {heading_key(h) for h in headings}
    found = []
    for name, preset in PRESETS.items():
        sizes = [len(mark) for mark in preset["marks"] if mark <= keys]
        if sizes:
            found.append((max(sizes), name))
    return max(found)[1] if found else None


def guess_columns(headings, preset=None, cells=None):
    """{heading: field} for the headings that are understood; each field is used once.

    When several headings could give one field, the more usual name wins; « Cotisation » over
    amounts is an amount and not a type, « Payé » over yes and no says whether, not how much.

    :param dict cells: {heading: texts found under it}

    >>> guess_columns(["Nom", "Prénom", "Pointure"])
    {'Nom': 'lastname', 'Prénom': 'firstname'}
    >>> guess_columns(["Nom", "Cotisation"], cells={"Cotisation": ["15 €", "5"]})
    {'Nom': 'lastname', 'Cotisation': 'amount'}
    """
    cells = cells or {}
    special = PRESETS[preset]["columns"] if preset in PRESETS else {}
    found, taken = {}, set()
    for _level, _rank, _position, heading, name in sorted(_get_wishes(headings, special, cells)):
        if heading not in found and name not in taken:
            found[heading] = name
            taken.add(name)
    if preset in ("paheko", "paheko_history") and "firstname" in taken:
        # Paheko's single name cell was parted by this association: « Nom » is the last name.
        found = {h: ("lastname" if heading_key(h) == "nom" else f) for h, f in found.items()}
    found = _settle_full_name(found, taken, cells)
    found = _settle_money(found)
    return {h: found[h] for h in headings if h in found}


_RECEIVED = {"paye", "paiement", "verse", "versee", "encaisse", "percu", "recu", "net"}


def _settle_money(found):
    """What is said to be paid is paid: a promo code or a rest beside it takes nothing off it.

    >>> _settle_money({"Montant payé": "amount", "Remise": "discount"})
    {'Montant payé': 'amount'}
    """
    paid = [
        h for h, f in found.items() if f == "amount" and _RECEIVED & set(heading_key(h).split())
    ]
    if not paid:
        return found
    return {h: f for h, f in found.items() if f not in ("discount", "amount_left")}


def _get_wishes(headings, special, cells):
    """What each heading could be: [(level, rank, position, heading, field)], the surest first.

    :param dict special: {key of a heading: field or None} of the software the file comes from
    """
    wishes = []
    for position, heading in enumerate(headings):
        key = heading_key(heading)
        if key in _IGNORED:
            continue
        kind = content_kind(cells.get(heading, ()))
        if key not in special:
            for rank, name in _BY_KEY.get(key, ()):
                # « Réduction » over « oui » or « étudiant » takes nothing off the amount.
                if name not in _SUMS or kind in ("", "amount") and not _has_words(cells, heading):
                    wishes.append((1, rank, position, heading, _as_content(name, kind)))
        elif special[key]:
            wishes.append((0, 0, position, heading, _as_content(special[key], kind)))
    return wishes


_SUMS = ("discount", "amount_left")


def _has_words(cells, heading):
    """Whether the column holds anything but figures."""
    return any(not re.search(r"\d", t) for t in cells.get(heading, ()) if plain(t))


def _settle_full_name(found, taken, cells):
    """One cell for both names, or one for each: never both ways."""
    if "lastname" in found.values() and "firstname" not in taken:
        # « Nom » alone over « Jean Dupont » holds both.
        heading = next(h for h, f in found.items() if f == "lastname")
        texts = [plain(text) for text in cells.get(heading, ()) if plain(text)]
        if sum(" " in text for text in texts) * 2 > len(texts):
            found = found | {heading: "fullname"}
            taken = set(found.values())
    if "fullname" in taken and {"lastname", "firstname"} & taken:
        found = {h: f for h, f in found.items() if f != "fullname"}
    return found


def content_kind(texts):
    """ "amount", "date" or "yes_no" when most of these texts are one, else "".

    >>> content_kind(["15 €", "5,00", ""]), content_kind(["oui", "non"]), content_kind(["Réduit"])
    ('amount', 'yes_no', '')
    """
    texts = [t for t in texts if plain(t)]
    for kind, test in (
        ("yes_no", lambda t: parse_yes_no(t) is not None and not t.strip().isdigit()),
        ("date", looks_like_date),
        ("amount", looks_like_amount),
    ):
        if texts and sum(map(test, texts)) * 2 > len(texts):
            return kind
    return ""


_CONTENT = {
    ("type", "amount"): "amount",
    ("type", "date"): "date_start",
    ("amount", "date"): "date_start",
    ("amount", "yes_no"): "payment_status",
    ("payment_method", "date"): "date_start",
    ("payment_method", "yes_no"): "payment_status",
    ("payment_status", "amount"): "amount",
    ("date_paid", "yes_no"): "payment_status",
}


def _as_content(name, kind):
    """The field ``name``, or the one that cells of this kind under such a heading mean."""
    return _CONTENT.get((name, kind), name)


def is_last_name_first(heading, cells=(), emails=()):
    """Whether the last name comes first in the combined column.

    E-mail addresses that begin as the first or the last word tell (Paheko's heading is the same
    whatever people write under it); then the heading, « Nom et prénom » or « Prénom Nom ».

    >>> is_last_name_first("Nom et prénom")
    True
    >>> is_last_name_first("Nom & prénom", ["Anne Le Goff"], ["anne.lg@example.org"])
    False
    """
    votes = 0
    for text, email in zip(cells, emails, strict=False):
        words, local = plain(text).split(), name_key(str(email or "").split("@")[0])
        if len(words) > 1 and words[0] != words[-1] and len(local) > 2:
            votes += local.startswith(words[-1]) - local.startswith(words[0])
    if votes:
        return votes > 0
    words = heading_key(heading).split()
    return "nom" in words and ("prenom" in words and words.index("nom") < words.index("prenom"))


def guess_name_order(sheet, where):
    """Whether the last name comes first in the column that holds both names."""
    if "fullname" not in where:
        return False
    at, mail_at = where["fullname"], where.get("email")
    rows = sheet.rows[:200]
    return is_last_name_first(
        sheet.headings[at],
        [row.cells[at] for row in rows],
        [row.cells[mail_at] for row in rows] if mail_at is not None else (),
    )
