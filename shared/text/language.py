# ruff: noqa: E501 (word lists)
"""Which language a message is written in, by its everyday words and its script.

`fr` and `en` are what the models understand. Another code is named only when its own words clearly
outnumber theirs, because a wrong "not supported" costs a customer an answer. `und`: cannot be told.
"""

import unicodedata
from collections.abc import Iterable

UNDETERMINED = "und"
SUPPORTED = frozenset(("fr", "en"))

_WORDS = {
    "fr": """le la les un une des du de et est je j tu il elle nous vous ils on mon ma mes votre vos ce cette ces
    pas ne que qui quoi ou quand comment combien pourquoi avec pour dans sur sans mais donc au aux suis ai avez
    bonjour bonsoir merci svp slt bjr salut commande colis livraison remboursement facture compte panier retour
    annuler rembourser livrer payer recu carte adresse avis produit toujours jamais rien plus bien fait faire
    veux voudrais peux peut puis c d l m n s y a ete etre sont ont chez cadeau mot passe quel quelle aussi jai pk
    ca moi toi oui non deja encore depuis apres avant jour jours semaine mois heure magasin livreur
    client clients cliente service numero telephone tel mail site promo ailleurs livre livree pourriez pouvez peux
    stp dois faut quelqu personne conseiller demain aujourd hui acheter achat taille gratuit gratuite gratuits ouvert
    ouverte fermez ouvrez horaires besoin aide bonne journee soiree soir matin""",
    "en": """the a an and is are was were i you he she it we they my your our his her their this that these those
    not no do does did don t can could would will what when where how why who which with for from to of in on at
    but so have has had been hello hi hey thanks thank please pls order parcel package delivery refund invoice
    account basket return cancel pay paid card address review still never nothing any some there here want need
    get got just about if as be me am m s ve re ll gift password yes yet now day days week month shipping item
    delivered send sent money back help speak talk someone customer service voucher code morning evening
    afternoon sir madam number closed today tomorrow buy purchase available bye great works""",
    "es": """el los las una unos y es soy mi mis su sus pero porque cuando como donde quiero hola gracias pedido
    envio donde esta estoy tengo para con por muy ya hace dinero necesito puedo cuenta devolucion cancelar tarjeta
    buenos buenas dias que del al se lo todavia ha llegado no paquete factura""",
    "de": """der die das ein eine und ist ich sie wir ihr mein meine ihre nicht kein keine wo wann wie warum mit
    fur auf von zu habe haben hat bin sind bestellung paket lieferung rechnung konto hallo danke bitte guten tag
    noch immer wurde werden mochte kann konnen mir mich zuruck geld""",
    "it": """il lo gli una e sono io mio mia miei mie non dove quando come perche con per del della che ordine
    pacco consegna fattura conto ciao grazie buongiorno ho ha hanno vorrei posso rimborso ancora arrivato spedizione
    mi soldi di""",
    "pt": """o os as um uma e eu meu minha meus nao onde quando como porque com para do da dos das que pedido
    encomenda entrega fatura conta ola obrigado obrigada bom dia tenho esta estou quero posso reembolso ainda
    chegou dinheiro recebi""",
    "nl": """de het een en is ik jij je wij mijn niet geen waar wanneer hoe waarom met voor van bestelling pakket
    levering factuur rekening hallo dank bedankt goedendag heb heeft nog kan wil graag terug geld mij dit zijn
    ontvangen""",
    "pl": """i jest nie ja moj moje gdzie kiedy jak dlaczego z na do zamowienie paczka dostawa faktura konto czesc
    dziekuje prosze dzien dobry mam chce moge zwrot jeszcze pieniadze""",
    "tr": """ve bir bu benim nerede ne zaman nasil neden ile icin siparis siparisim kargo fatura hesap merhaba
    tesekkurler lutfen degil var yok istiyorum iade henuz gelmedi para""",
    "ro": """si este nu eu mea mele unde cand cum de cu pentru comanda colet livrare factura cont buna multumesc
    va rog am vreau pot bani inca ziua""",
}  # fmt: skip
_VOTES: dict[str, list[str]] = {}
for _code, _words in _WORDS.items():
    for _word in _words.split():
        _VOTES.setdefault(_word, []).append(_code)
_KNOWN = frozenset(_VOTES)
_SHARED = 0.4
"""What a word that several languages own is worth to each of them."""

_SCRIPTS = {
    "ARABIC": "ar", "CYRILLIC": "ru", "CJK": "zh", "HIRAGANA": "ja", "KATAKANA": "ja", "HANGUL": "ko",
    "GREEK": "el", "HEBREW": "he", "DEVANAGARI": "hi", "THAI": "th", "TAMIL": "ta", "BENGALI": "bn",
    "ARMENIAN": "hy", "GEORGIAN": "ka", "ETHIOPIC": "am",
}  # fmt: skip
_LOOKED_AT = 200


def detect(text: str, words: Iterable[str]) -> str:
    """ISO 639-1 code of `text`, whose normalised words are `words`; `und` when it does not tell."""
    if not text.isascii() and (script := _script(text[:_LOOKED_AT])):
        return script
    votes = {"fr": 0.0, "en": 0.0}
    for word in _KNOWN.intersection(words):
        owners = _VOTES[word]
        for code in owners:
            votes[code] = votes.get(code, 0.0) + (1.0 if len(owners) == 1 else _SHARED)
    return _winner(votes)


def _winner(votes: dict[str, float]) -> str:
    home, away = max(votes["fr"], votes["en"]), max(votes, key=votes.__getitem__)
    if away not in SUPPORTED and votes[away] >= 2.0 and votes[away] >= 1.5 * home:
        return away
    if votes["fr"] == votes["en"]:
        return UNDETERMINED
    return "fr" if votes["fr"] > votes["en"] else "en"


def _script(text: str) -> str | None:
    """The language that stands for the script of most letters, when that script is not Latin."""
    if max(text) <= "\u024f":
        return None
    letters = [char for char in text if char.isalpha() and char > "\u024f"]
    if len(letters) * 2 <= sum(map(str.isalpha, text)):
        return None
    votes: dict[str, int] = {}
    for char in letters:
        code = _SCRIPTS.get(unicodedata.name(char, "").split(" ")[0].split("-")[0])
        if code:
            votes[code] = votes.get(code, 0) + (2 if code == "ja" else 1)
    return max(votes, key=votes.__getitem__) if votes else None
