"""First names, so that who writes cannot change what is understood.

The list is a sample of common first names of French, Maghrebi, West African, Asian, English, Iberian,
Turkish and Slavic families, without accents. A name that is also a word ("rose", "mark", "jean") is
masked only after a word that announces a name.
"""

from collections.abc import Sequence

_NAMES = """
aaron abdallah abdel abdelkader abderrahmane abdoulaye abigail adam adama adel adele adeline adrien agathe
agnes agnieszka ahmed ahmet aicha aissatou akira alain alan alassane albert aleksandra alex alexander
alexandra alexandre alexia alexis alfie ali alice aline alison amadou amanda amandine amber amel amelia
amelie amin amina aminata amine amira amy ana anais anastasia andre andrea andrew angela angelique anh
anissa anna anne anouar anthony antoine antonin arjun arnaud arthur ashley asma assane assia audrey aurelie
aurelien awa axel aya ayoub ayse aziz babacar bakary baptiste barbara bastien beatrice becky ben benedicte
benjamin benoit bernadette bernard bertrand beth bilal bintou boubacar bradley brahim brandon brenda brian
brigitte bruno callum cameron camille capucine carine carl carlos carmen carol caroline catherine catriona
cecile cedric celia celine chaima chantal charlene charles charlotte cheikh chelsea cheryl chidi chloe chris
christelle christian christiane christina christine christophe christopher claire clarisse claude claudine
clemence clement clementine colette colin connor coralie corentin corinne coumba craig cynthia cyril dalila
damien daniel danielle darren dave david deborah debra deepak delphine denis denise derek diane diarra
didier diego djamel djibril dmitri dominique donald donna doris dorothee dorothy doug douglas driss duncan
dylan edith edouard edward eileen ekaterina elaine eleanor eleonore elif elisabeth elise elizabeth ellen
ellie elodie emeka emeline emilie emily emma emmanuel emmanuelle emre enzo eric estelle ethan etienne eugene
evelyn evelyne fabien fabienne fabrice fadila fanny fanta farid farida fatiha fatima fatma fatou fatoumata
felix fernand fernanda fiona flavie florence florent florian fouad francis franck francois francoise
frederic frederique gabriel gabrielle gaelle gaetan gareth gary gavin gemma genevieve geoff geoffrey george
georges georgia gerald gerard germaine ghislaine gilbert gilles gillian ginette gisele glenn gordon graham
greg gregoire gregory guillaume guy gwenaelle habib hafida hakim halima hamid hamza hanane hannah harold
harriet harry haruto hasan hassan hassna hawa heather helen helene henri henriette henry herve hicham
hiroshi holly houda howard hubert hugh hugo hugues hussein hyun ian ibrahim ibrahima idrissa ikram iman
imane ines irene isaac isabella isabelle isla ismail issa ivan jack jackie jacob jacqueline jacques jake
jamal james jamie jamila jane janet janice jasmine jason javier jeanne jeannine jeff jeffrey jennifer jenny
jeremy jerome jessica jill jim jin jo joan joanna joao joe joel joelle john jonathan jordan jose joseph
josephine josette josh joshua josiane joyce juan judith judy jules julia julie julien juliette justin
justine kadiatou kamel karen karim karima karine katarzyna kate katherine kathleen katia katie keith kelly
ken kenji kenneth kerry kevin khadija khaled khalid kimberly kirsty kofi krzysztof kumar kwame kyle laetitia
lakshmi lamia lamine larry latifa laura laure lauren laurence laurent lea leah leanne lee lei leila leo leon
leonie lewis leyla liam liliane lina linda lindsay linh lionel lisa liz logan loic lola lorraine lotfi
loubna louis louisa louise luc lucas lucia lucie lucien lucienne lucy ludovic luis luke lydie lynn madeleine
mael maelle magali maimouna malcolm malika mamadou manon manuel marc marcel marcelle marcus margaret margaux
margot marguerite maria mariam mariama marianne marie marielle marion marlene martha martial martin martine
mary mason mathieu mathilde mathis matthew matthieu maud maurice maxime megan mehdi mehmet mei melanie
melissa mercedes meriem mia michael michel michele micheline michelle miguel mike minh minjun mireille modou
mohamed mohammad mohammed molly monique morgane mounir mourad moussa murat muriel mustapha myriam nabil
nabila nacer nadege nadia nadine nadir naima najat nancy nassim natalia natalie natasha nathalie nathan
nawal ndeye neil ngoc ngozi nguyen nicholas nicolas nicole nigel nneka noah noemie nora noureddine odette
odile oksana olga oliver olivia olivier omar oscar ouassila oumar oumou ousmane owen pamela pape pascal
pascale patrice patricia patrick paul paula paulette pauline paulo pedro peggy peter pham phil philip
philippe phuong phyllis pierrette pilar piotr priya quan quentin rachel rachid rachida rahul raj rajesh
ralph rania raphael rayan raymond raymonde rebecca regine remi renaud renee ricardo richard rida robert
robin roger rokhaya roland romain romane ronald rosie ross roy russell ruth ryan sabah sabine sabri sabrina
said sakura salah salif salim salima salome sam samantha samba samia samir samira samuel sandra sandrine
sanjay sara sarah scott sean sebastien sekou seojun serge sergei severine seydou shannon sharon sheila
shirley siham simon simone sofiane solange solene sophia sophie soraya souad souleymane stacey stephane
stephanie stephen steve steven stuart sue sunil susan suzanne svetlana sylvain sylvie tanguy tanya tarik
tatiana teresa terry thanh thao theo theophile theresa therese thibault thierry thomas tidiane tim timothee
timothy tina todd tom tracy tran trevor tristan trung tuan tyler valentin valerie vanessa vera veronique
vicky victoire victoria vijay vincent virginie vivien wafa walid wassim wayne wei wendy william wojciech
xavier xiao yacine yan yann yannick yasmina yasmine yaya ying yoann younes youssef yuki yuna yuto yves
yvette yvonne zach zahra zakaria zeynep zhang zineb zoe zoey zohra
"""
_ALSO_WORDS = """
aime ambre ambroise an ange angel april art aurore axelle bill blanche bo bob carole celeste christy claire
clemente constance dan dawn desire do don drew ed faith flora france frank grace grant hermine hope iris ivy
jade jay jean joy june kim li lily lourdes ma mai marc marine mark max may nick noel noelle olive pat pearl
penny perle pierre ray reine rich rob rose ruby sky son su tony victor violet will
"""
NAMES = frozenset(_NAMES.split())
"""First names that are nothing else."""
AMBIGUOUS = frozenset(_ALSO_WORDS.split())
"""First names that are words too."""
_CUES = frozenset(
    (
        "appelle",
        "called",
        "madame",
        "mademoiselle",
        "miss",
        "mlle",
        "mme",
        "monsieur",
        "mr",
        "mrs",
        "ms",
        "name",
        "prenom",
    )
)
_LINKS = frozenset(("is", "est", "c"))


def mask_names(words: Sequence[str]) -> list[str]:
    """`words` with `zname` in place of every first name."""
    if NAMES.isdisjoint(words) and AMBIGUOUS.isdisjoint(words):
        return list(words)
    return [_masked(words, at) for at in range(len(words))]


def _masked(words: Sequence[str], at: int) -> str:
    word = words[at]
    if word in NAMES:
        return "zname"
    if word in AMBIGUOUS and _announced(words, at):
        return "zname"
    return word


def _announced(words: Sequence[str], at: int) -> bool:
    before = words[at - 1] if at else ""
    if before in _LINKS and at > 1:
        before = words[at - 2]
    return before in _CUES
