"""Facts a policy can use, whatever the intent: leaving, legal, repeated, danger."""

from shared.text.patterns import Rule, rule

LEAVING = rule(
    "leaving",
    "concurrent concurrents concurrence ailleurs resilie resilier resiliation quitte quitter partir pars barre casse "
    "client cliente perdre perdu perdez fermer cloturer jamais plus competitor competitors elsewhere leave leaving "
    "switch switching customer business last cancel cancelling bye provider goodbye adieu desabonne cloture",
    (
        r"(?:je|on|nous|j|m en) (?:vais |va |allons |compte |pense )?(?:aller|vais|irai|irons|pars|partir|passer|passe|commander|acheter|irai voir|vais voir)(?: [a-z]+){0,4} (?:ailleurs|concurrence|concurrents?|concurrent)",
        r"(?:chez|a|aupres d|vers) (?:la|un|vos?|votre|un autre|une autre) (?:concurrence|concurrents?|operateur|banque|fournisseur|assureur)",
        r"(?:je|on|nous) (?:vais |va |veux |souhaite |compte |pense |souhaitons )?(?:vous |tout |te |le |mon |l )*(?:quitte|quitter|resilie|resilier|resilierai|me casse|me barre|cloture|cloturer)(?: [a-z]+){0,4} (?:si|sinon|chez|contrat|abonnement|forfait|tout|compte|banque|ailleurs)",
        r"(?:vous|tu) (?:allez |venez de |avez |etes en train de )?(?:me )?(?:perdre|perdu|perdez)(?: [a-z]+){0,3} (?:client|cliente|clients)",
        r"(?:derniere fois|dernier achat|derniere commande|plus jamais|jamais plus)(?: [a-z]+){0,5} (?:commande|chez vous|vous|client|cliente|achete|site|magasin)",
        r"(?:sinon|ou alors) je (?:resilie|pars|quitte|change|ferme|cloture|me desabonne)",
        r"(?:going|switch|switching|move|moving|take my (?:business|money|custom)|leaving|off) (?:to )?(?:a |another |your )?(?:competitors?|another provider|another bank|elsewhere|you for)",
        r"(?:take|taking|shop|buy|order|go|going|spend)(?: [a-z]+){0,4} elsewhere",
        r"(?:lose|losing|lost) (?:me as )?a(?: [a-z]+){0,3} customer",
        r"(?:last time|never (?:again|shop|order|buy|ordering|buying|using))(?: [a-z]+){0,5} (?:you|from you|here|with you|order|buy|again)",
        r"(?:or|otherwise|else) i (?:will |ll |am |m )?(?:cancel|cancelling|leave|leaving|close|closing|switch|switching|go|going)",
        r"(?:done with|leaving) (?:you|your (?:company|bank|shop|service))",
    ),
    (r"(?:avant de|before) (?:partir|leaving) (?:en|on|for)",),
)
LEGAL = rule(
    "legal",
    "avocat avocate juridique tribunal justice proces plainte porter police dgccrf consommateurs ufc huissier mediateur "
    "mediation conciliateur prudhommes demeure signal lawyer solicitor attorney court sue suing legal ombudsman police "
    "trading fraud action regulator lawsuit tribunal cnil gdpr rgpd poursuites poursuivre prejudice",
    (
        r"(?:mon|un|notre|l|par|une|ma) avocate?",
        r"(?:porter|porte|porterai|deposer|depose|deposerai|portons)(?: [a-z]+){0,1} plainte",
        r"(?:saisir|saisis|saisirai|saisissons|contacter|alerter|ecrire a)(?: [a-z]+){0,2} (?:mediateur|mediation|tribunal|dgccrf|justice|cnil|conciliateur|ufc|juge|association|repression)",
        r"(?:au|le|du|devant le|devant un) (?:tribunal|juge|mediateur)", r"dgccrf", r"ufc que choisir", r"mise en demeure", r"mettre en demeure",
        r"en justice", r"(?:action|poursuites?|recours|suites|voie|moyens) (?:en justice|judiciaires?|juridiques?|legale?s?)",
        r"vous poursuivre", r"un proces", r"signal ?conso", r"association de consommateurs", r"protection juridique", r"(?:par|un|d) huissier",
        r"(?:my|a|our|the|an) (?:lawyers?|solicitors?|attorney|barrister)", r"legal (?:action|proceedings|advice|steps|team|department)",
        r"(?:take|taking|see) (?:you|this|it|them)(?: all)? (?:to|in) (?:the )?(?:small claims )?court", r"small claims", r"i (?:will|ll|m going to|am going to|shall) sue",
        r"suing", r"sue you", r"ombudsman", r"trading standards", r"the regulator", r"report(?: [a-z]+){0,3} (?:police|fraud|authorities)",
        r"(?:financial )?conduct authority", r"lawsuit", r"letter before action",
    ),
    (r"(?:informations?|mentions?|notices?|page|conditions) (?:legales?|juridiques?)", r"(?:livres?|book|roman|film)(?: [a-z]+){0,4} (?:avocat|lawyer)"),
)
REPEATED = rule(
    "repeated",
    "fois relance relances relancer relancee relancons eme ieme troisieme deuxieme quatrieme seconde nouveau encore repete repeter "
    "redis times time again third second fourth fifth already repeating repeat chase chasing chased reminder reminders asked sans sixieme "
    "cinquieme dixieme enieme mails messages appels ecrit appele calls emails called written nth",
    (
        r"(?:0|00|deux|trois|quatre|cinq|six|sept|dix|plusieurs|enieme|x) ?(?:eme|ieme|e|nd|x)? fois que (?:je|j|nous|on|vous)",
        r"(?:0|00) ?(?:eme|ieme|e|nde) (?:fois|message|mail|relance|demande|appel|courrier|reclamation)",
        r"(?:deuxieme|seconde|troisieme|quatrieme|cinquieme|sixieme|dixieme|enieme|nieme) (?:fois|message|mail|relance|demande|appel|courrier|reclamation|tentative)",
        r"(?:je|j ai|j) (?:vous )?(?:re|deja )?(?:relance|relancer|relances)", r"malgre(?: [a-z]+){0,3} (?:relances?|mails?|appels?|messages?)", r"apres(?: [a-z0]+){0,2} (?:relances|appels|mails|messages|courriels)",
        r"(?:j ai|nous avons|on a|vous ai|ai)(?: [a-z]+){0,2} deja (?:ecrit|appele|contacte|demande|signale|envoye|explique|dit|telephone|fait)",
        r"(?:j ai|nous avons|vous ai)(?: [a-z]+){0,2} (?:ecrit|appele|contacte|demande|telephone|envoye|explique)(?: [a-z]+){0,3} (?:0|00|deux|trois|quatre|cinq|six|dix|plusieurs) (?:fois|mails|messages)",
        r"encore une fois", r"(?:je|faut) (?:me |le |vous )?repete", r"combien de fois", r"(?:for the|my|the) (?:0|00)?(?:second|third|fourth|fifth|sixth|tenth|umpteenth|nth|0rd|0nd|0th|00th|st|nd|rd|th|0 rd|0 nd|0 th|00 th) (?:time|message|email|e mail|call|request|complaint|attempt|contact|letter)",
        r"(?:0|00) ?(?:nd|rd|th) (?:time|message|email|call|request|complaint|attempt|contact|letter)",
        r"(?:asked|called|emailed|written|phoned|contacted|messaged|told you|rung|wrote|explained|reported)(?: [a-z]+){0,4} (?:already|twice|(?:two|three|four|five|six|ten|several|many|multiple|0|00) times|again and again|repeatedly)",
        r"(?:already|twice|repeatedly)(?: [a-z]+){0,1} (?:asked|called|emailed|written|phoned|contacted|messaged|reported|told|explained|wrote)",
        r"(?:how many|so many|countless|numerous) (?:more )?(?:times|emails|calls|messages)", r"keep (?:having to )?(?:asking|calling|repeating|chasing|ask|chase|repeat)", r"(?:chased|chasing|chase) (?:this|you|it)",
        r"once again i", r"(?:writing|calling|asking|contacting you) (?:you )?(?:yet )?again", r"despite(?: [a-z0]+){0,3} (?:emails|calls|messages|reminders|letters)", r"after(?: [a-z0]+){0,2} (?:emails|calls|messages|reminders|letters)",
    ),
)
DANGER = rule(
    "danger",
    "suicide suicider suicidaire mourir tuer mort morte blesse blessee blesses hopital urgences brule brulee feu fumee incendie gaz "
    "electrocute electrocutee choc etincelles explose explosion allergique intoxication empoisonne asphyxie menace menaces frappe violence bat "
    "kill die dying suicidal hurt injured hospital burnt burned burning fire smoke flames gas sparks shock electrocuted exploded "
    "choking poisoned allergic anaphylactic threatened danger dangereux dangereuse dangerous unsafe oxygene oxygen dialyse pacemaker insuline insulin vie finir saigne bleeding overheated emergency urgence",
    (
        r"(?:me|m|se) (?:suicider|tuer|foutre en l air|pendre)", r"en finir avec (?:la|ma) vie", r"(?:envie|veux|voudrais|prefere|pense|pensees) (?:de |a )?(?:mourir|suicidaires?|mort)", r"suicide", r"suicidaire", r"plus envie de vivre",
        r"(?:a|est|suis|etais|ete|ai ete|fini|finit|emmene|aller|conduit)(?: [a-z]+){0,3} (?:l hopital|aux urgences|hospitalisee?|electrocutee?|intoxiquee?|blessee?s?|brulee? (?:la main|au))",
        r"(?:pris|prend|prenait|a pris|prendre) feu", r"(?:odeur|fuite|sent le) (?:de |le )?(?:gaz|brule)", r"(?:fait|fais|faisait|des|de la|lance) (?:des )?(?:etincelles|fumee|flammes)", r"explose (?:dans|a|en|sur|devant)", r"a explose",
        r"(?:choc|reaction|decharge) (?:electrique|allergique|anaphylactique)", r"(?:debut d |un )incendie", r"(?:sous|appareil a|bouteille d) oxygene", r"(?:mon|ma|son|sa|le) (?:insuline|dialyse|pacemaker)", r"danger(?:eux|euse)? (?:pour|de mort|immediat)", r"en danger", r"(?:c est|tres|vraiment|hyper) dangereu(?:x|se)",
        r"(?:menace|frappe|agresse|battu)(?:e|s|r|nt)? (?:moi|par|de mort|ma|mon|physiquement)", r"(?:m a|l a|nous a) (?:menace|frappe|agresse|insulte)",
        r"kill (?:myself|me|himself|herself)", r"(?:want|wanted|going|rather) to die", r"suicid[a-z]+", r"end (?:my|it) (?:life|all)", r"no reason to live",
        r"(?:in|to|at|from) (?:the )?(?:hospital|a and e|a e|emergency room|er)", r"caught fire", r"on fire", r"(?:smell|leak|smelling|leaking) (?:of )?(?:gas|burning|smoke)", r"gas (?:leak|smell)", r"(?:gave off|throwing|giving off|throws|making|saw|with|full of) (?:sparks|smoke|flames)",
        r"exploded", r"electrocuted", r"electric shock", r"(?:got|was|were|been|badly|is) (?:injured|burnt|burned|hurt|poisoned|electrocuted)", r"(?:allergic|anaphylactic) (?:reaction|shock)", r"oxygen (?:machine|concentrator|supply)", r"(?:my|his|her) (?:insulin|dialysis|pacemaker)", r"(?:is|it s|are|very|really|s) (?:dangerous|unsafe)", r"in danger", r"threatened (?:me|to|by|us)", r"bleeding", r"life support",
    ),
)
RULES: tuple[Rule, ...] = (LEAVING, LEGAL, REPEATED, DANGER)
