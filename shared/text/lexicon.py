"""What customers of both languages mean, word by word: the bilingual lexicon of concepts.

One concept a line: its name, then French and English words that carry it, normalised. `stem*` stands
for every word that begins so; `a_b` for words in a row. A word may carry several concepts.
Concepts let a sentence learnt in one language help the other, and rare words stand for common ones.
"""

LEXICON = """
order: commande commandes cmd cmde cdes order orders ordr achat achats purchase purchases panier basket cart trolley
ordered: commander command* ordered ordering achete* acheter achet bought buy buying purchas* reserv* book booked booking
parcel: colis paquet* pli package* parcel* pkg envoi envois livraison_attendue shipment* carton box_arrived
deliver: livr* deliver* delivr* dlv expedi* ship shipped ship* dispatch* achemin* envoye* envoyer send* sent posted
delivery: livraison* livr* delivery deliveries shipping expedition postage
carrier: livreur* transporteur* facteur colissimo chronopost dpd ups dhl fedex mondial gls relais hermes evri royal_mail courier* carrier* driver* postman poste postal delivery_man delivery_driver
relay: relais point_relais relay pickup pick_up locker* consigne* collect* retrait click_and_collect parcel_shop depot
where: ou where whereabouts localis* locat* ou_en_est
track: suivi suivre track* tracking statut status state etat avance* avancement en_cours progress*
arrive: arriv* arrive* recu recus recue recues recevoir recoi* reception receiv* reciev* came come parvenu* turn_up show_up get_here
notarrived: pas_recu rien_recu toujours_rien toujours_pas jamais_recu jamais_arrive not_arrived not_received never_arrived never_received hasn_t_arrived still_nothing no_sign didn_t_arrive not_here never_came hasn_t_come still_waiting
late: retard* late delay* delai_depasse overdue tarde* trop_long en_retard slow lent* behind due
wait: attend* attente wait* patient* patiente
when: quand when date_de jour_de what_day which_day quel_jour quelle_heure what_time
howlong: combien_de_temps combien_de_jours how_long how_many_days delai* delay_between turnaround duree lead_time temps_faut sous_combien business_days working_days jours_ouvres
howmuch: combien combien_coute how_much cost* coute* couter prix price* pricing tarif* tariff rate cher chere expensive frais fee fees charge montant amount somme
fee: frais fee fees penalit* penalty penalties surcout indemnite supplement surcharge pay_to_cancel retenue
free: gratuit* free offert* franco offerte gratos
cancel: annul* cancel* annule cancl* call_off resilier resili* retract* scrap abandonn* terminate* anul* stop_my
change: chang* modif* modify* swap* switch* alter* amend* remplac* replac* rectif* corrig* correct* substitut* echang* exchange*
add: ajout* add adding added rajout* extra en_plus supplementaire include bung throw_in
remove: enlev* retir* remov* take_off take_out supprim* otez
wrongchoice: par_erreur by_mistake mistake* erreur* trompe* tromp* wrong accident* accidentally sans_faire_expres mauvais mauvaise misclick* fausse
size: taille* size* pointure couleur* colour* color* modele model* quantite quantity format shade version dimension* longueur largeur medium large xl cm kg litre*
address: adresse* address* adress* adr rue street domicile postcode code_postal zip digicode batiment etage flat_number house_number
move: demenag* moved moving move new_place nouveau_domicile new_house new_flat
account: compte* account* acount* acct profil* profile* espace_client espace login_details
create: creer cree* create* ouvrir_un inscri* register* regist* sign_up signup signing_up enregistr* open_an set_up join become devenir s_inscrire enrol* adhesion membership
delete: supprim* delet* clotur* ferm* close closing closed efface* erase* remove_my desinscri* wipe
personaldata: rgpd gdpr donnees data personal_data droit_a_l_oubli right_to
edit: modif* edit* update* updat* mettre_a_jour mise_a_jour maj rectif* actualis* chang*
identity: nom prenom name surname maiden married mari* nom_de_jeune_fille naissance birth* civilite email_address adresse_mail numero_de_telephone phone_number telephone_number mobile_number
password: mot_de_passe mdp password* pasword* passwd passcode pwd pw pin mot_passe mots_de_passe
forgot: oubli* forgot* forget* perdu* lost rappelle_plus souviens_plus retrouve_plus remember can_t_remember
login: connect* connexion login log_in logged logging sign_in signin identifi* identifiant* authentif* acces access locked bloque_hors deconnect* reinitialis* reset* code_de_verification verification_code
email: mail* email* e_mail courriel* emails inbox boite_mail spam
invoice: facture* factur* invoice* invoic* receipt* recu_de justificatif* ticket_de_caisse bill bills statement* proof_of_purchase note_de_frais tva vat proforma attestation releve*
download: telecharg* download* pdf imprim* print* duplicata* copie* copy
pay: pay* regl* paie paiement* paiment payment* paid paye* debourse settle*
method: paypal klarna visa mastercard amex american_express apple_pay google_pay cheque* check_by cheques especes cash virement* transfer bank_transfer wire bitcoin crypto cb carte_bleue carte_bancaire credit_card debit_card card cards carte cartes gift_card carte_cadeau ticket_restaurant plusieurs_fois installment* instalment* trois_fois quatre_fois dix_fois in_three mensualite* credit alma oney afterpay clearpay vouchers cheques_vacances pass_culture mandat purchase_orders deposit acompte
accept: accept* prenez_vous do_you_take take_cards possible_de_payer can_i_pay peut_on_payer puis_je_payer payer_avec pay_with pay_by payer_par pay_in payer_en
payfail: paiement_refuse refus* declin* rejet* reject* fail* echou* echec echoue not_going_through passe_pas ne_passe_pas doesn_t_go_through won_t_go_through bounce* blocked transaction_refusee
charged: debit* preleve* prelev* charged charge charges overcharg* double_paiement deux_fois twice double doubl* took_money taken_out debited billed factures facture_deux
refund: rembours* refund* reimburs* rembourse* rembourss* rembour* rmb
moneyback: argent_back recuperer_mon_argent ravoir money_back rendre_l_argent rendez_moi restitu* dedommag* compens* credited crediter indemnis* get_my_money geste_commercial money sous argent thune credit_note avoir
refundwait: toujours_pas_rembourse pas_encore_rembourse refund_status where_is_my_refund refund_yet virement_recu pas_ete_credite credited_yet
return: retour* return* renvoy* renvoi send_back sent_back sending_back reexpedi* retourn* ramen* bring_back rapport* rendre
policy: politique policy policies condition* terms regle* rules droit right rights retractation allowed eligible autorise* cgv quatorze_jours period garantie guarantee legal_delay cooling_off final_sale soldes_rembourses remboursable* refundable non_remboursable possible_de_rendre peut_on_rendre can_i_return
label: etiquette* label* bordereau* bon_de_retour return_slip slip bon_retour qr
broken: cass* broke* damage* abim* endommag* brise* fele* fendu* crack* dechir* torn tear ripp* chip* raye* scratch* defect* defectu* faulty leak* fuit* coule* spilt tordu* bent dent* marche_plus marche_pas fonctionne_pas fonctionne_plus doesn_t_work stopped_working not_working dead hs ecrase* crush* smashed shattered perce* stain* tache* moisi* mould* rotten pourri* trou hole burnt brule* grinding eclate* vice decousu* undone wobbl*
warranty: garantie* warranty guarantee* sav repar* repair* fix reparation
missing: manqu* manque* missing incomplet* incomplete absent* not_in_the pas_dans vide empty nowhere forgot_to_put forgotten oublie_de_mettre lack* short il_manque only_received seulement_recu instead_of au_lieu_de pas_le_bon mauvais_article wrong_item wrong_size wrong_one someone_else quelqu_un_d_autre part_of partie
instead: instead lieu place rather plutot a_la_place
stock: stock* dispo* disponib* available availab* rupture restock* reappro* sold_out epuise* back_in
product: produit* product* article* item* items modele* ref reference*
spec: compatib* compatible compatibility dimension* composition ingredient* matiere material* made_of made_in fabriqu* allerg* gluten vegan bio organic etanche waterproof battery autonomie capacity puissance watt* notice* manual* guide_des_tailles size_guide poids weigh* fit fits fitting suit suitable convien* adapte* conseillez recommend* advise contain* contient difference wash lavable machine_washable couleur_exacte caracteristique* feature* work_with works_with
promo: promo* code_promo coupon* voucher* discount* reduc* remise* rabais bon_d_achat bon_de_reduction black_friday sale sales soldes parrain* referral offer offre* fidelite loyalty points parrainage bons_plans student_discount deal deals
code: code codes
apply: marche applique* apply* applied valide* valid* invalid* expire* expired accepted utilisable fonctionne works
newsletter: newsletter* news_letter infolettre lettre_d_info pub pubs publicit* mailing* marketing promotional adverts spam sms_publicitaires abonnement_newsletter catalogue
unsubscribe: desabonn* desinscri* unsubscri* opt_out stop stopp* plus_recevoir no_longer_receive stop_sending stop_emails ne_plus marre_de_recevoir
subscribe: abonn* subscri* s_abonner recevoir_vos mailing_list
review: avis review* commentaire* comment_on note* notation etoile* star stars rating* rate temoignage feedback trustpilot laisser_un_avis leave_a_review publi* publish* opinion
complain: reclam* complain* complaint* plaint* plainte mecontent* unhappy unacceptable inadmissible scandal* honte* shame* inacceptable deplor* appalling disgrace* grievance ombudsman mediat*
contact: contact* joindre reach joign* appeler call calling telephon* phone tel ring numero number horaire* opening_hours hours heures_d_ouverture ouvert open_on adresse_mail_du email_address_for service_client customer_service customer_care hotline sav support standard
person: humain* human* conseiller* conseillere agent agents real_person vraie_personne quelqu_un someone somebody person personne operateur* operator operatrice advisor* adviser* representative* rep staff collegue* colleague* interlocuteur* teleconseiller* responsable manager superviseur supervisor vrai real live people individu human_being gens etre_humain
bot: bot robot* machine chatbot automat* ia ai virtual assistant_virtuel computer ordinateur bots repondeur
talk: parler parle speak* talk* discut* chat chatter echanger_avec mettre_en_relation put_me_through transfer* transfere* passer_un passez connect_me rappel* call_me_back callback ring_me
website: site website* web page* appli application app apps lien link bouton button formulaire form ecran screen navigateur browser chrome safari onglet tab menu portail portal
bug: bug* bugg* erreur error* plant* crash* freez* figé rame loading charge_pas blanc blanche blank 404 000 beug* glitch* won_t_load doesn_t_load affiche_pas broken_link s_affiche not_responding hang* tourne captcha clique* click* cliqu* stuck bloqu* load
checkout: valider validation checkout check_out valid* confirm* proceed place_an_order passer_commande finaliser finalis* submit
confirm: confirm* confirmation recap*
option: option* choix choose choice select* choisir selection* possible possib* available propos*
slot: creneau* slot* rendez_vous appointment time_slot evening soir saturday samedi dimanche sunday weekend week_end
place: corse corsica france belgique belgium suisse switzerland espagne spain italie italy allemagne germany portugal luxembourg monaco martinique guadeloupe reunion mayotte guyane dom_tom dom outre_mer europe etranger abroad international* overseas usa states canada quebec ireland irlande scotland wales england london paris lyon marseille maroc morocco algerie malta malte islands island ile iles highlands jersey guernsey uk royaume_uni dubai australia africa afrique
express: express rapide* fast faster quick* urgent* next_day lendemain demain 00h prime tomorrow today_delivery same_day
weekend: samedi dimanche saturday sunday weekend week_end ferie ferie* bank_holiday
store: magasin* boutique* store* shop shops branch en_magasin in_store
subscription: abonnement* forfait* contrat* contract* subscription* plan offre_box mobile_plan mutuelle policy_number assurance insurance
telecom: box fibre reseau network wifi wi_fi internet signal 0g sim broadband debit_internet router modem ligne line debit connexion_internet roaming roam*
bank: banque* bank banks bancaire decouvert overdraft iban rib loan pret credit_immobilier mortgage
card: carte cartes card cards cb
blocked: bloqu* block* blocked frozen froz* avalee swallowed opposition stolen vol vole* fraud* arnaqu* scam* pirat* hack*
thing: livre* book books robe* dress chaussure* shoe shoes basket_taille sofa canape* matelas mattress table* chaise* chair* lit bed lampe* lamp* parfum* perfume* jeu game* jouet* toy* telephone_portable ordinateur_portable laptop* pc tablette* tablet* montre* watch* velo* bike* manteau* coat* veste* jacket* pull sweater* jumper* pantalon* trousers jean jeans chemise* shirt* vase* mug* tasse* assiette* plate* verre* glass* machine_a_laver washing_machine lave_linge four oven frigo fridge aspirateur* vacuum* hoover cafetiere* coffee the cafe tele tv television* ecran casque* headphone* ecouteur* earbuds charger* chargeur* cable* coque* phone_case creme* cream* shampoing* shampoo* rouge_a_levres lipstick* sac sacs bag bags valise* suitcase* rideau* curtain* tapis rug* poussette* pram* buggy couche* nappies croquette* dog_food cat_food gateau* cake* vin wine* bouteille* bottle* bijou* ring_box collier* necklace* boucle* earring* lunettes glasses piscine pool tondeuse* mower drill perceuse tent tente guitare guitar drone* camera* appareil_photo imprimante* printer* cartouche* ink puzzle* peluche* teddy costume* suit baskets trainers sneakers bottes boots sandales sandals pyjama* pyjamas drap* sheets couette* duvet* coussin* cushion* oreiller* pillow* poele* pan casserole* saucepan* mixer* blender* plante* plant* fleurs flowers graines seeds
ticket: billet* ticket* concert* train* vol flight* hotel* sejour* trip voyage* travel* chambre room location rental
gift: cadeau* gift* present anniversaire* birthday* noel christmas mariage wedding
quantity: deux trois quatre cinq six dix two three four five ten several plusieurs un_seul only_one
hello: bonjour bjr bonsoir hello hi hey hiya salut slt coucou cc good_morning good_afternoon good_evening dear yo
thanks: merci thanks thank_you thank thx mrc cheers ty remerci* grateful
please: svp stp s_il_vous_plait s_il_te_plait please pls plz veuillez kindly merci_de priere
bye: au_revoir bye goodbye bonne_journee bonne_soiree have_a_nice cordialement regards a_bientot see_you bonne_fin
joke: blague* joke* haha lol mdr ptdr meteo weather robot_toi who_are_you qui_es_tu comment_vas_tu how_are_you ca_va
nice: super parfait* perfect* genial* great excellent* bravo well_done top awesome gentil* kind lovely nickel cool adorable* happy content*
iwant: je_veux jveux jveu je_voudrais j_aimerais je_souhaite i_want i_d_like i_would_like i_wanna i_need besoin need want wanna wish souhait* aimerais voudrais veux voudrai
how: comment how koman cmt procedure demarche* steps marche_a_suivre
why: pourquoi pq pk why how_come comment_ca_se_fait raison reason
canI: puis_je peut_on est_il_possible can_i could_i may_i possible_de y_a_t_il_moyen ya_moyen any_way is_it_possible est_ce_que_je_peux on_peut jpeux je_peux can_we possible
doyou: est_ce_que_vous avez_vous faites_vous do_you are_you vous_faites vous_avez livrez_vous acceptez_vous do_u
cannot: peux_pas pas_possible impossible can_t cannot cant unable arrive_pas n_arrive_pas j_arrive_pas couldn_t won_t wont refuses refuse not_able parviens_pas
negation: pas not no never jamais rien nothing aucun* plus sans without don_t doesn_t didn_t isn_t hasn_t haven_t
still: toujours encore still again yet deja already
me_no: non no nope nan
yes: oui yes yeah ok okay d_accord yep ouais exact exactement
earlier: dessus above previous precedent* last_message tout_a_l_heure earlier comme_dit as_i_said like_i_said as_said j_ai_oublie_de_preciser je_voulais_dire i_meant meant celui_ci that_one the_first_one le_premier le_second l_autre the_other the_second la_deuxieme ca_marche done c_est_fait c_est_bon et_maintenant now_what what_next alors so_what ensuite then
question: question* renseign* information* info infos demande* enquiry enquir* wonder* wondering savoir know
problem: probleme* problem* pb issue* souci* trouble* difficult* panne incident*
before: avant before
after: apres after since depuis
mine: mon ma mes my mine
person_family: fils fille mari femme mere pere soeur frere ami amie copain copine husband wife son daughter mother father mum mom dad friend sister brother neighbour* voisin* grand_mere enfant* child* kids bebe baby
company: societe entreprise company association mairie ecole school siret pro business auto_entrepreneur firm bureau office
amount: euro euros eur pounds quid dollars cents centimes
day: lundi mardi mercredi jeudi vendredi monday tuesday wednesday thursday friday hier yesterday aujourd_hui today
weeks: semaine* week weeks mois month months jours days jour day
legal: avocat* lawyer* solicitor* tribunal court huissier justice sue plainte police juridique legal* dgccrf ufc trading_standards
angry: scandaleux honteux ridicule* ridiculous joke arnaque* voleur* thieves rip_off marre fed_up ras_le_bol nul useless incompetent* incapable* foutez n_importe_quoi abus* disgust* furious
leave: concurren* competitor* partir leaving quitter elsewhere ailleurs
repeat: fois times again encore_une_fois relanc* third troisieme deuxieme second_time
sign: signature sign signe_a
store_hours: horaires heures hours open ouvert ferme closed opening
minimum: minimum partir_de from_how_much seuil threshold above over
tax: douane* customs duty taxes tax
weight: lourd* heavy kilo* kg volumineux bulky
attempt: essaye* essay* tried try trying tente* attempt*
"""
