# ruff: noqa: E501 (a pattern is read in one piece)
"""A demand for a person, in French and English."""

from shared.text.patterns import Rule, rule

_FR_PEOPLE = (
    r"(?:(?:vrai |vraie |vrais |veritable |autre |etre )*(?:humain|humaine|etre humain|personne|quelqu un|qqun|qqn|qq1|conseiller|"
    r"conseillere|conseillers|agent|operateur|operatrice|interlocuteur|interlocutrice|responsable|superviseur|"
    r"superieur|collegue|collaborateur|teleconseiller|teleconseillere|technicien|gestionnaire|charge de clientele|"
    r"chef|manager|employee?|vendeur|vendeuse|receptionniste|standardiste|gens|standard|patron|gerant|direction|siege|specialiste|expert|cadre|pro|banquier|commercial|equipe|teleoperateur|hotesse|dame|monsieur|agence|reception|service client|service clients|"
    r"service clientele|sav|service [a-z]+|relation client)s?)"
)
_FR_ASK = (
    r"(?:parler|parle|discuter|echanger|causer|communiquer|dialoguer|converser|voir ca|joindre|avoir|contacter|"
    r"m entretenir|etre mis en relation|etre mise en relation|mettre en relation|mise en relation|mettez moi|"
    r"passez moi|passe moi|passer|transferez moi|transferer|transfere moi|etre transfere|etre transferee|redirigez moi|"
    r"orientez moi|etre rappele|etre rappelee|etre appele|etre recontacte|etre recontactee|etre contacte|etre aide|"
    r"etre aidee|basculer|tomber sur|connectez moi|envoyez moi vers|recevoir l aide d|besoin d|faut|veux|voudrais|veut|"
    r"souhaite|aimerais|prefere|prefererais|exige|demande|reclame|jveux|jveu|jvoudrais|obtenir|obtient on|atteindre|solliciter|voir avec|voie ca|desire|cherche|il me|me faut|donne|donne moi|donnez moi|trouve moi|trouvez moi|chercher|appelle|parlez|parler|causer|dealer|traiter|expliquer|expliquerai|discute|demander)"
)
_FR_LINK = r"(?: (?:a|au|aux|avec|vers|uniquement|seulement|ca|cela|mon|autre|meme|normal|competent|par|de|d|un|une|le|la|l|les|des|du|votre|vos|en|direct|directement|vraiment|plutot|juste|enfin|svp|aussi|tout de suite|maintenant|rapidement|urgemment|moi|nous|me|mon|ton|tes|cette fois)){0,5} "
_FR_TRUE = r"(?:vrai|vraie|veritable|reel|reelle)"
_FR_HUMAN = r"(?:humain|humaine|etre humain|conseiller|conseillere|agent|operateur|operatrice|teleconseiller|teleconseillere|interlocuteur|standardiste)"

FRENCH = rule(
    "person",
    "humain humaine humains personne quelqu qqun qqn qq1 conseiller conseillere conseillers agent operateur operatrice "
    "interlocuteur interlocutrice responsable superviseur superieur collegue collaborateur collaborateurs teleconseiller "
    "teleconseillere technicien gestionnaire charge chef manager employe vendeur vendeuse receptionniste standardiste "
    "gens standard robot robots bot bots machine machines automate automatique ia rappelez rappeler rappele rappelee "
    "appelez contactez vive voix service sav equipe chair fil visu yeux programme programmes assistant chatbot intelligence intelligences artificielles ordinateurs menu transfere transferez connecte connectez rappelle rapelez appelle rapele tel telephonez faites faire fais telephoner telephone appeler recontacte recontacter rappel rdv rendez entretien relais main suite rapport communication relation niveau agents conseillers collegues techniciens specialiste expert patron gerant direction pro banquier commercial dame monsieur hotesse cadre employes reponses faq agence siege reception",
    (
        rf"{_FR_ASK}{_FR_LINK}{_FR_PEOPLE}",
        rf"{_FR_TRUE}s? (?:humain|personne|conseiller|agent|operateur|gens|interlocuteur|vendeur|technicien|employe|etre)[a-z]*",
        rf"^(?:bonjour |bonsoir |salut |allo |bjr |slt |svp |merci d |un |une |l |le |la |vite |urgent |pitie |zname )*{_FR_HUMAN}s?"
        r"(?: (?:svp|stp|s il vous plait|s il te plait|merci|vite|maintenant|please|humain|reel|tout de suite|urgent|disponible|zcaps|zloud|zplease|en ligne|!|\?))*$",
        r"(?:un|une) (?:humain|humaine|conseiller|conseillere|agent|operateur|operatrice)(?: [a-z]+){0,2} (?:svp|stp|s il vous plait|s il te plait|vite|maintenant|tout de suite)",
        r"(?:(?<!suis )pas|plus|marre|assez|ras le bol|fatigue|stop|arretez|arrete|contre)(?: [a-z]+){0,5} (?:robot|robots|bot|bots|machine|machines|automate|automates|ia|repondeur)(?! (?:a (?:cafe|laver|coudre|pain)|expresso|espresso))",
        r"(?:y a t il|il y a|y a|ya|existe t il|est ce qu il y a)(?: pas)? (?:bien |pas |encore |vraiment )?(?:un|une|d|des|quelqu)(?: [a-z]+){0,2} "
        r"(?:un|humain|humaine|personne|conseiller|conseillere|agent|vivant|vrai|vraie|responsable)"
        r"(?: [a-z]+){0,2} (?:derriere|la|ici|dispo|disponible|en ligne|a qui parler|pour (?:me|m|nous|repondre|aider)|au bout)",
        r"(?:quelqu un|qqun|qqn|une personne|un conseiller|un agent|un humain|un responsable|un technicien|un collegue|une conseillere)"
        r"(?: [a-z]+){0,3} (?:peut il|peut elle|peut|pourrait il|pourrait elle|pourrait|peux|pour|qui) (?:me|m|nous|se|lui|y|vraiment|enfin|bien|il|elle) ?"
        r"(?:rappel|appel|repond|aid|contact|recontact|expliqu|assist|lire|ecout|rencontr|comprend|comprenne|accompagn|regard|joindre)[a-z]*",
        r"(?:appelez|rappelez|contactez|recontactez|telephonez) moi",
        r"(?:je|on) (?:souhaite|voudrais|veux|aimerais|demande a|desire)(?: [a-z]+){0,3} (?:etre|que l on me|qu on me|que quelqu un me) (?:rappel|recontact|contact|appel)[a-z]*",
        r"(?:me|m|nous) (?:rappeler|recontacter|passer un|passer une|passer le|passer la|passer votre|mettre en relation|mettre en contact|transferer|rediriger|faire rappeler)",
        r"(?:passez|passe|transferez|transfere|mettez|connectez|basculez) (?:moi|nous)(?: [a-z]+){0,4} "
        r"(?:chef|manager|responsable|superieur|humain|quelqu un|conseiller|conseillere|agent|personne|service|sav|standard|collegue|gens|technicien|vendeur)",
        r"de vive voix",
        r"en chair et en os",
        r"(?:au bout du|sur le) fil",
        r"de visu",
        r"entre quatre yeux",
        r"(?:refuse|pas envie|veux pas|veut pas|voulu pas|souhaite pas|ne (?:parle|dialogue|discute|traite) (?:pas|plus))(?: [a-z]+){0,4} (?:machines?|robots?|bots?|programmes?|assistant|ias?|chatbot|intelligences? artificielles?|automates?|ordinateurs?)",
        r"(?:robots?|machines?|bots?|chatbots?)(?: [a-z]+){0,4} (?:tres peu pour moi|pas pour moi|non merci)",
        r"(?:court circuiter|contourner|sortir|sors moi|sortez moi|eviter)(?: [a-z]+){0,4} (?:robot|bot|machine|menu|conversation automatique|automate)",
        r"^(?:bonjour |stp |svp )*(?:transfere|transferez|connecte|connectez|rappelle|rappelez|rapelez|appelle|appelez|rappele|rapele|tel|telephonez)(?: (?:moi|nous|vite|svp|stp|urgent))+",
        r"(?:faites|faire|fais) (?:moi |nous |me )?(?:rappeler|appeler|contacter|recontacter)",
        r"(?:me|m|nous) (?:telephoner?|telephone|appeler|faire contacter|recontacte|rappelle|recontacter)",
        r"(?:demande de |souhaite un |un )?rappel (?:souhaite|urgent|demande|svp|tel|telephonique)",
        r"demande de (?:rappel|contact telephonique)",
        r"(?:etre|serai|serais) (?:rappele|recontacte|rappelee|recontactee)",
        r"(?:rdv|rendez vous|entretien|contact|echange|rappel|point) (?:telephonique|physique|au telephone|avec (?:mon|un|une|ma) (?:conseiller|conseillere|banquier|charge|agent))",
        r"(?:passer|prendre|passe|prend|prenne|passez|reprendre|prends) (?:le relais?|la main|la suite)",
        r"(?:en rapport|en communication|en relation|en contact) avec",
        r"au niveau (?:0|superieur|deux)",
        r"(?:une?|vos|tes|votre|l un de vos|un de vos|aucun) (?:agent|conseiller|conseillere|operateur|collegue|technicien|responsable|humain|expert|specialiste|vendeur|employe|collaborateur|teleconseiller|gestionnaire|personne|equipe)s?(?: [a-z]+){0,2} "
        r"(?:en ligne|disponible|dispo|svp|stp|peut il|peut elle|pourrait il|pourra t il|peut|pourrait|pourra|qui parle|au telephone|m appelle|me rappelle|me contacte|regarde|reprenne|prenne)",
        r"(?:qu |que )(?:une?|quelqu|l un) ?(?:un|agent|conseiller|responsable|humain|personne|technicien|d entre vous)?(?: [a-z]+){0,2} (?:m appelle|me rappelle|me contacte|me reponde|lise|regarde|prenne|m ecoute|me telephone)",
        r"humain ou rien",
        r"(?:quelqu un|qqn|qqun)(?: d autre| de competent)? (?:svp|stp|s il vous plait|!|de l equipe|en face|au telephone)",
        r"y a (?:pas )?(?:qqn|qqun|quelqu un)",
        r"(?:sans|pas|plus)(?: [a-z]+){0,3} (?:reponses? (?:automatiques?|toutes? faites?)|foire aux questions|faq)(?: [a-z]+){0,6} (?:quelqu|employe|conseiller|personne|humain)",
        r"(?:intervention|contact|echange|assistance|reponse|aide|avis|interlocuteur|support|service) (?:humain|humaine)",
    ),
    (
        r"(?:pas|plus|sans|inutile|evitez?|eviter)(?: [a-z]+){0,2} (?:besoin|necessaire|oblige|la peine|passer|parler|voulu)(?: [a-z]+){0,4} (?:conseiller|humain|agent|personne|quelqu un|appel)",
        r"(?:carte|compte|nom|adresse|mail|commande|colis|part|place|cadeau) (?:a|de|d|pour|chez) (?:une autre|une tierce|un|une|l|quelqu) ?(?:personne|autre personne|un d autre|conseiller)",
        r"(?:par|pour) (?:personne|une personne|deux personnes|00? personnes)$",
        r"personne ne (?:repond|m|me|sait|veut|peut|comprend|vient|est)",
        r"(?:j ai|on a|nous avons|ai deja|ai bien)(?: [a-z]+){0,2} (?:parle|discute|eu|echange|appele)(?: [a-z]+){0,3} (?:conseiller|conseillere|agent|personne|quelqu un|collegue|responsable|vendeur)(?! [a-z ]*(?:je veux|passez|mettez|rappel))",
        r"(?:merci|remercie|felicit|bravo|gentil)(?: [a-z]+){0,4} (?:conseiller|conseillere|collegue|agent|vendeur|vendeuse|personne|standardiste)(?! ?s il)",
        r"(?:etes vous|es tu|t es|tu es|vous etes|est ce que vous etes|c est|ce)(?: [a-z]+){0,3} (?:un|une|des) (?:vrai |vraie )?(?:robot|humain|humaine|machine|personne|bot|ia)(?: ou [a-z ]+)?(?= \?$|$)",
        r"(?:service client|sav|standard)(?: [a-z]+){0,3} (?:horaire|ouvert|ferme|ouvre)",
        r"(?:je parle|j ecris|parle je|on parle) (?:bien )?(?:a|avec) une?(?: vraie?)? (?:personne|humain|machine|robot)(?: ou (?:a |avec )?une? [a-z]+)?(?= \?$|$)",
        r"(?:est ce (?:une|un|que de)|c est une|de) vraie?s? (?:personne|gens|humain)s? (?:qui|teste|ecri)[a-z]*",
        r"(?:pas la peine|inutile|aucun besoin|pas besoin)",
        r"faut il (?:parler|appeler|passer)",
        r"(?:on|vous|il|elle)(?: m)? (?:a|avez|avait) (?:promis|dit)(?: [a-z]+){0,3} (?:rappel|au telephone)[a-z]*",
        r"robot (?:aspirateur|cuisine|patissier|tondeuse|mixeur|de cuisine|menager|multifonction)",
        r"(?:m|me) appeler par (?:le|mon) (?:nom|prenom)",
        r"^appelez moi zname$",
        r"(?:me|m) rappelle (?:plus|pas) (?:de|du|d|mon|ma|mes|le|la|l|les|quel|quelle)",
    ),
)

_EN_PEOPLE = (
    r"(?:human|humans|human being|person|people|someone|someone else|somebody|somebody else|sumone|some1|agent|agents|"
    r"operator|representative|reprezentative|rep|sales rep|case handler|account manager|store manager|hotel manager|banker|pharmacist|optician|executive|head office|human support|live support|real support|customer relations|living soul|anybody real|switchboard|adviser|advisor|manager|supervisor|boss|specialist|team member|member of (?:your )?(?:staff|the team|team)|"
    r"customer service|customer services|customer care|customer support|employee|colleague|receptionist|technician|live chat|consultant|"
    r"anyone|anybody|human agent|staff|reception|room service|the front desk|front desk|concierge|support team|call centre|call center|call handler|clerk|assistant manager)"
)
_EN_LINK = r"(?: (?:to|with|a|an|the|your|of|ur|any|same|competent|friendly|senior|normal|sales|store|hotel|branch|this|that|some|another|actual|real|live|proper|genuine|human|me|us|just|directly|please|pls|over|through|from|one|of|instead|different|senior|any|decent|nice|flesh and blood|living|breathing|my|relationship|account|that|in|charge|else|on)){0,6} "
_EN_ASK = (
    r"(?:(?:speak|talk|chat|spoke|speaking|talking|chatting|connect|connected|transfer|transferred|escalate|escalated|pass|put through|"
    r"put me through|put me on|put us through|hand me over|handed over|patch me through|switch me|get me|give me|gimme|direct me|reach|get hold of|get a hold of|"
    r"contact|want|wanna|need|prefer|require|demand|find me|redirect me|redirected|refer me|is there|isn t there|get|have)(?: me| us| this)?)"
)

ENGLISH = rule(
    "person",
    "human humans person people someone somebody sumone some1 agent agents operator representative rep adviser advisor "
    "manager supervisor boss specialist member staff service services care support employee colleague receptionist "
    "technician chat consultant anyone anybody reception desk concierge centre center clerk call callback ring phone bot bots "
    "robot robots machine machines automated ai real flesh telephone transfer connect switch escalate over face loud voice menu chatbot software computers computer program artificial advisers technicians colleagues team bloke operators banker pharmacist optician duty callback put nothing switchboard soul live reprezentative executive head relations video",
    (
        r"(?:speak|talk|chat|speaking|talking|chatting|connect|connected|transfer|transferred|escalate|escalated|pass|put|hand|"
        r"handed|patch|switch|direct|redirect|redirected|refer|switched|moved|forward|forwarded|spk|tlk)"
        rf"(?: (?:me|us|this|him|her|over|through|on|it))*{_EN_LINK}{_EN_PEOPLE}",
        r"(?:want|wanna|need|prefer|require|demand|get me|give me|gimme|find me|is there|isn t there|get hold of|get a hold of|bring me|fetch me|let me have|could i have|can i have|can i get|i d like|i would like|id like|looking for|rather have)"
        r"(?: (?:to|a|an|the|your|some|another|actual|real|live|proper|genuine|human|just|please|that|no))*"
        r" (?:human|human being|person|agent|operator|representative|rep|adviser|advisor|manager|supervisor|someone|somebody|live chat|call back|callback|member of staff|boss|specialist|human agent|real people)"
        r"(?! (?:else s|card|that fits|size))",
        r"(?:real|actual|live|proper|genuine|living) (?:human|person|people|agent|operator|adviser|advisor|someone|rep|representative|staff|voice)",
        r"^(?:hello |hi |hey |please |pls |a |an |the |just |zname |yo |i give up |ok )*"
        r"(?:human|humans|human being|person|agent|agents|operator|representative|rep|adviser|advisor|manager|supervisor|someone|sumone|somebody|live agent|live chat|customer service|real person)"
        r"(?: (?:please|pls|plz|now|thanks|thank you|asap|quick|quickly|ffs|zcaps|zloud|zplease|agent|!|\?))*$",
        r"(?:(?<!am )(?<!m )not|no more|stop|sick of|tired of|fed up with|enough of|hate|instead of|don t want|dont want|rather than|no)(?: [a-z]+){0,4} (?:bot|bots|robot|robots|(?<!coffee )(?<!washing )(?<!sewing )machines?|automated [a-z]+|ai|computer)",
        rf"(?:can|could|may|will|would|please have|have|get|is there|ask|let|want|need|like|isn t there)(?: (?:you|to|a|an|the|i|we|please|get|have|one of|any|your|if))* {_EN_PEOPLE}"
        r"(?: [a-z]+){0,4} (?:call|ring|phone|contact|help|assist|answer|reply|explain|look|deal|reach|talk|speak|available|there|take over|listen|step in|get back|read|chat|get in touch|handle|sort)",
        r"(?:someone|somebody|sumone|some1|a person|an agent|a human|an adviser|an advisor|a manager)(?: (?:please|pls|should|must|needs to|need to|has to|better|real|actually|kindly))+ (?:call|ring|phone|contact|help|answer|reply|get back)",
        r"(?:call|ring|phone|telephone) (?:me|us)(?: back)?(?! (?:on my|names|a))",
        r"(?:have|get) (?:me|us|him|her|them) (?:called|rung|phoned)",
        r"(?:phone|telephone|video) (?:appointment|contact|conversation)",
        r"in the flesh",
        r"(?:hand|take|taking|handing|switch|switched) (?:me |this |it |us )?over(?: to (?:a|your|one|live|someone))?$",
        r"(?:let him or her|colleague|someone|human|person) take over",
        r"^(?:please |pls |hello |hi |just )*(?:transfer|connect|switch|escalate)(?: me| us)?(?: over)?(?: (?:pls|please|now|plz|asap|!))*$",
        r"escalate(?: [a-z]+){0,2} (?:tier|level|0|supervisor|manager)",
        r"(?:explain|explained|talk|discuss|do this|sort this|speak)(?: [a-z]+){0,4} (?:face to face|in person|out loud|by voice|over the phone)",
        r"voice on the line",
        r"(?:skip|bypass|get past|get off|off|out of|get out of)(?: [a-z]+){0,2} (?:bot|robot|machine|automated [a-z]+|menu|chatbot)",
        r"(?:refuse|fancy|hate|don t|dont|do not|won t|rather not|not comfortable|isn t|aren t|no)(?: [a-z]+){0,3} (?:talk|talking|chat|chatting|argue|arguing|converse|write|writing|deal|dealing|for me|continue)(?: [a-z]+){0,3} (?:machines?|software|bots?|robots?|computers?|program|artificial intelligence|ai|automatic messages)",
        r"(?:robots?|bots?|machines?) (?:aren t|are not|isn t) for me",
        r"(?:put|get|bring|fetch|send|find|ask|have)(?: [a-z]+){0,3} (?:manager|supervisor|colleague|human|operator|adviser|advisor|reception|someone|somebody|anybody|agent|boss|staff)(?: (?:on|please|pls|now|in charge|to (?:call|ring|write|contact|phone|reply|look|help|explain|deal)|!|from))",
        r"(?:deal|discuss|go over|go through|sort|handle|settle|speak|talk|explain)(?: [a-z]+){0,4} with (?:a|an|one of|someone|somebody|your|another)(?: [a-z]+){0,3} ?(?:person|agent|human|adviser|advisor|technicians?|colleagues?|staff|manager|employee|senior|specialist|rep|team|people|member)",
        r"(?:is|are|isn t|aren t|surely there s)(?: [a-z]+){0,3} (?:one|any|some|a|an|your|no) ?(?:real|single|actual|normal|competent)? ?(?:human|member of (?:your|the|ur) (?:team|staff)|adviser|advisor|agent|operator|colleague|rep|bloke|people|person|staff)(?: [a-z]+){0,4} (?:free|available|online|there|around|on duty|in that company|here|i could|that i|who)",
        r"who s on duty",
        r"human or (?:nothing|nobody)",
        r"(?:callback|call back|phone call|phone contact|one call|a call)(?: [a-z]+){0,2} (?:wanted|requested|please|pls|from|tomorrow|today|asap|needed)",
        r"request for (?:a )?(?:phone|call|callback|telephone)",
        r"(?:waiting|wait) for an? (?:agent|operator|adviser|advisor|human)",
        r"(?:rep|agent|human|operator)(?: (?:rep|agent|human|operator|zcaps))+",
        r"(?:to|get to|reach|get|get hold of) (?:an? )?(?:operator|adviser|advisor|agent|human)(?: on here| in here)?$",
        r"(?:call|ring|phone)(?: [a-z]+){0,1} back",
        r"(?:anyone|anybody|someone|somebody|human|real people|person)(?: [a-z]+){0,2} (?:there|home|on the other end|behind this)",
    ),
    (
        r"(?:don t|dont|do not|didn t|no|not|without|never|rather not|doesn t)(?: [a-z]+){0,2} (?:need|want|have to|wish|require|have|necessary|need to|speaking|talking)(?: [a-z]+){0,4} (?:human|agent|person|someone|somebody|people|operator|adviser|advisor|call|phone)",
        r"no need (?:to|for)(?: [a-z]+){0,5}",
        r"(?:are you|r u|is this|you re|are u|is it|am i (?:talking|speaking) (?:to|with))(?: [a-z]+){0,2} (?:a |an )?(?:real |actual |live )?(?:bot|robot|human|machine|person|people|ai)(?: or [a-z ]+)?(?= \?$|$)",
        r"(?:spoke|spoken|talked|chatted|speaking|been talking) (?:to|with)(?: [a-z]+){0,4} (?:agent|adviser|advisor|manager|someone|somebody|person|colleague|representative|rep|people)(?![a-z ]* (?:i want|put me|let me|transfer|get me|but))",
        r"(?:thanks|thank|thank you|grateful|kudos|well done)(?: [a-z]+){0,6} (?:agent|adviser|advisor|colleague|manager|lady|rep|staff|person|people)",
        r"(?:per|for (?:one|two|three|four|five|six|ten|0|00)) (?:person|people)",
        r"(?:someone|somebody|anyone|person) else s",
        r"(?:need|want|send|get) (?:someone|somebody|a person|staff|people)(?: [a-z]+){0,1} to (?:clean|fix|change|bring|carry|repair|collect|pick|help me (?:carry|top|with my))",
        r"can (?:someone|anyone|somebody) (?:please )?help me (?:to |with |top |find |understand |figure )",
        r"(?:face to face|over the phone|in person) (?:class|order|course|with my friends)",
        r"(?:written|answered|read|made) by a (?:real )?(?:person|human)",
        r"do real people",
        r"^do (?:you|i|we) have to (?:speak|talk|call)",
        r"who answers",
        r"(?:had|got|received) a call from",
        r"robot (?:vacuum|mower|hoover|cleaner|lawnmower|lawn)",
        r"^call me zname$",
        r"(?:talk|speak)(?:ing)? (?:to|with) (?:my|a|his|her|our|their) (?:friend|mum|mother|husband|wife|doctor|bank|neighbour|son|daughter|landlord)",
    ),
)

RULES: tuple[Rule, ...] = (FRENCH, ENGLISH)
