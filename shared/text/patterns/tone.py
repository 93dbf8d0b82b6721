# ruff: noqa: E501 (a pattern is read in one piece)
"""Where the tone of a message must not be guessed: ironic praise about a failure, and understatement."""

from shared.text.patterns import Rule, rule

_FR_FAIL = (
    r"(?:jours?|semaines?|mois|heures?|sans|toujours|panne|casse|cassee|retard|attente|attends|rien|perdu|perdue|bug|erreur|faux|vide|encore|"
    r"raccroche|jamais|robot|pub|frais|refus|bloque|bloquee|aucun|aucune|plus|coupe|coupee|00|000)"
)
_FR_PRAISE = r"(?:bravo|super|genial|parfait|magnifique|formidable|excellent|chapeau|felicitations|merci beaucoup|merci bien|merci pour|quel service|top|impeccable|fantastique|admirable|nickel|sympa|charmant|brillant|extraordinaire|exemplaire|quelle efficacite|remarquable|un grand merci|merci)"
_EN_PRAISE = r"(?:great|brilliant|fantastic|wonderful|lovely|amazing|bravo|well done|superb|excellent|marvellous|nice one|nice work|congratulations|congrats|good job|thanks so much|thanks a lot|thanks for|cheers for|impressive|outstanding|perfect|top notch|terrific|splendid|charming|love how|love the way|really appreciate)"
_EN_FAIL = (
    r"(?:days|weeks|months|hours|without|still|broken|late|waiting|wait|nothing|lost|wrong|error|empty|again|hung up|never|bot|no one|nobody|cut off|"
    r"refused|blocked|not|yet|another|down|crashed|dead|ignored|00|000)"
)
IRONY = rule(
    "ironic",
    "bravo super genial parfait magnifique formidable excellent chapeau felicitations merci quel top impeccable fantastique admirable "
    "nickel sympa charmant brillant extraordinaire exemplaire quelle remarquable great brilliant fantastic wonderful lovely "
    "amazing well superb marvellous nice congratulations congrats good thanks cheers impressive outstanding perfect terrific splendid "
    "charming love appreciate what efficacite organisation zirony",
    (
        rf"{_FR_PRAISE}(?: [a-z0!]+){{0,8}} {_FR_FAIL}(?: [a-z0]+){{0,4}} (?:sans|jours?|semaines?|mois|heures?|panne|retard|attente|internet|box|reseau|reponse|rien|colis|remboursement|vide|casse|faux|frais)",
        rf"{_EN_PRAISE}(?: [a-z0!]+){{0,8}} {_EN_FAIL}(?: [a-z0]+){{0,4}} (?:without|days|weeks|months|hours|late|internet|signal|reply|answer|nothing|parcel|refund|broken|wrong|line|lost|empty|hold|again|later|yet)",
        r"zirony",
        r"(?:quel|quelle) (?:service|efficacite|rapidite|professionnalisme|accueil|organisation)",
        r"what (?:a|an) (?:service|efficient|professional|reliable|company|organisation)",
        r"(?:encore|et) (?:merci|bravo) pour (?:rien|le retard|l attente)",
        r"thanks for (?:nothing|the wait|wasting|ruining|ignoring)",
        r"merci (?:qui|pour rien|de m avoir fait)",
    ),
)
UNDERSTATEMENT = rule(
    "understated",
    "peu guere surpris surprise etonne etonnee decu decue dommage curieux suppose disappointing disappointed surprised "
    "shame ideal ideally bit little slightly somewhat wonder wondering suppose curious puzzled moyen moyennement fameux terrible pity less",
    (
        r"un (?:petit )?peu (?:surpris|surprise|etonnee?|decue?|long|longue|leger|limite|agacee?|perplexe|fatiguee?|abuse)",
        r"(?:pas|guere) (?:ideal|terrible|fameux|top|tres serieux|tres professionnel)",
        r"c est (?:bien )?(?:dommage|curieux|embetant|moyen)",
        r"je suis (?:assez |plutot |legerement )?(?:surpris|surprise|etonnee?|decue?|perplexe)",
        r"je suppose",
        r"moyennement",
        r"(?:a bit|a little|slightly|somewhat|rather|mildly) (?:disappoint[a-z]+|surprised|annoyed|annoying|frustrat[a-z]+|long|concerned|puzzled|inconvenient|tired|odd|much)",
        r"not (?:ideal|great|exactly|the best|very impressed|quite)",
        r"less than (?:ideal|impressed|pleased)",
        r"i suppose",
        r"it(?: s| is) (?:a )?(?:shame|pity|curious)",
    ),
)
RULES: tuple[Rule, ...] = (IRONY, UNDERSTATEMENT)
