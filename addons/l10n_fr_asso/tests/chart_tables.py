# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The charts as the regulation states them: number, external id, French label, type.

Written apart from the CSV files of the module, so that a slip in one shows against the other.
"""

# ruff: noqa: E501

BOTH_REGIMES = """
102|asso_102|Fonds propres sans droit de reprise|equity
1021|pca_1021|Première situation nette établie|equity
1022|pca_1022|Fonds statutaires|equity
1023|asso_1023|Dotations non consomptibles|equity
10231|pca_10231|Dotations non consomptibles initiales|equity
10232|pca_10232|Dotations non consomptibles complémentaires|equity
1024|pca_1024|Autres fonds propres sans droit de reprise|equity
103|asso_103|Fonds propres avec droit de reprise|equity
1032|pca_1032|Fonds statutaires avec droit de reprise|equity
1034|pca_1034|Autres fonds propres avec droit de reprise|equity
105|pcg_105_account|Écarts de réévaluation|equity
1051|pca_1051|Écarts de réévaluation sur des biens sans droit de reprise|equity
1052|pca_1052|Écarts de réévaluation sur des biens avec droit de reprise|equity
1062|pcg_1062|Réserves indisponibles|equity
1063|pcg_1063|Réserves statutaires ou contractuelles|equity
1064|pcg_1064|Réserves réglementées|equity
1068|pcg_1068|Réserves pour projet de l'entité|equity
108|asso_108|Dotations consomptibles|equity
1081|pca_1081|Dotations consomptibles - Montant brut|equity
1089|pca_1089|Dotations consomptibles inscrites au compte de résultat|equity
110|pcg_110|Report à nouveau (solde créditeur)|equity
119|pcg_119|Report à nouveau (solde débiteur)|equity
120|pcg_120|Résultat de l'exercice (excédent)|equity
129|pcg_129|Résultat de l'exercice (déficit)|equity
139|pcg_139_account|Subventions d'investissement inscrites au compte de résultat|equity
152|pca_152|Provisions pour charges sur legs ou donations|liability_non_current
153|pca_153|Provisions pour pensions et obligations similaires|liability_non_current
154|pca_154|Provisions pour restructurations|liability_non_current
155|pca_155|Provisions pour impôts|liability_non_current
157|pca_157|Provisions pour charges à répartir sur plusieurs exercices|liability_non_current
1572|pca_1572|Provisions pour gros entretien ou grandes révisions|liability_non_current
158|asso_158|Autres provisions pour charges|liability_non_current
1581|pca_1581|Provisions pour remises en état|liability_non_current
1631|pca_1631|Titres associatifs et assimilés|liability_non_current
191|asso_191|Fonds reportés liés aux legs ou donations|liability_non_current
1911|pca_1911|Legs ou donations|liability_non_current
1912|pca_1912|Donations temporaires d'usufruit|liability_non_current
194|pca_194|Fonds dédiés sur subventions d'exploitation|liability_current
195|pca_195|Fonds dédiés sur contributions financières d'autres organismes|liability_current
196|pca_196|Fonds dédiés sur ressources liées à la générosité du public|liability_current
204|pca_204|Donations temporaires d'usufruit|asset_fixed
24|pca_24|Biens reçus par legs ou donations destinés à être cédés|asset_fixed
2804|pca_2804|Amortissements des donations temporaires d'usufruit|asset_fixed
2904|asso_2904|Dépréciations des donations temporaires d'usufruit|asset_fixed
294|pca_294|Dépréciations des biens reçus par legs ou donations destinés à être cédés|asset_fixed
4111|fr_pcg_recv|Clients et usagers - Ventes de biens ou de prestations de services|asset_receivable
441|pcg_441_account|État - Subventions et aides à recevoir|asset_current
451|pcg_451|Confédération, fédération, union et entités affiliées - Comptes|liability_current
455|asso_455|Partenaires - Comptes courants|liability_current
461|pca_461|Créances reçues par legs ou donations|asset_current
466|pca_466|Dettes des legs ou donations|liability_current
468|pcg_468_account|Divers comptes créditeurs et charges à payer|liability_current
4681|pca_4681|Frais des bénévoles|liability_current
4686|pca_4686|Divers - Charges à payer|liability_current
4687|pca_4687|Divers - Produits à recevoir|asset_current
487|pcg_487|Produits constatés d'avance|liability_current
5112|pcg_5112|Chèques à encaisser|asset_cash
5115|asso_5115|Paiements par carte à encaisser|asset_cash
53|pcg_53_account|Caisse|asset_cash
62264|pca_62264|Honoraires sur legs ou donations à céder|expense
653|asso_653|Charges de la générosité du public|expense
6531|pca_6531|Autres charges sur legs ou donations|expense
657|asso_657|Aides financières|expense
6571|pca_6571|Aides financières octroyées|expense
6572|pca_6572|Quotes-parts de générosité reversée|expense
6573|asso_6573|Apports ou affectations en numéraire|expense
68164|pca_68164|Dotations aux dépréciations d'actifs reçus par legs ou donations destinés à être cédés|expense_depreciation
689|asso_689|Reports en fonds dédiés|expense
6891|pca_6891|Reports en fonds reportés|expense
6894|pca_6894|Reports en fonds dédiés sur subventions d'exploitation|expense
6895|pca_6895|Reports en fonds dédiés sur contributions financières d'autres organismes|expense
6896|pca_6896|Reports en fonds dédiés sur ressources liées à la générosité du public|expense
695|asso_695|Impôts sur les sociétés des personnes morales non lucratives|expense
706|pcg_706|Ventes de prestations de services|income
7063|pca_7063|Parrainages|income
7073|pca_7073|Ventes de dons en nature|income
73|pca_73|Concours publics|income
741|pcg_741|Subventions d’exploitation|income
742|pcg_742|Subventions d’équilibre|income
753|asso_753|Versements des fondateurs ou consommation de la dotation|income
7531|pca_7531|Versements des fondateurs|income
7532|pca_7532|Quotes-parts de dotation consomptible virées au compte de résultat|income
754|asso_754|Ressources liées à la générosité du public|income
7541|asso_7541|Dons manuels|income
75411|pca_75411|Dons manuels|income
75412|pca_75412|Abandons de frais par les bénévoles|income
7542|pca_7542|Mécénats|income
7543|asso_7543|Legs, donations et assurances-vie|income
75431|pca_75431|Assurances-vie|income
75432|pca_75432|Legs ou donations|income
75433|pca_75433|Autres produits sur legs ou donations|income
755|asso_755|Contributions financières|income
7551|asso_7551|Contributions financières d'autres organismes|income
7552|pca_7552|Quotes-parts de générosité reçues|income
756|asso_756|Cotisations|income
7561|pca_7561|Cotisations sans contrepartie|income
7562|pca_7562|Cotisations avec contrepartie|income
768|pca_768|Autres produits financiers|income
78164|pca_78164|Reprises sur dépréciations d'actifs reçus par legs ou donations destinés à être cédés|income
789|asso_789|Utilisations des fonds reportés et des fonds dédiés|income
7891|pca_7891|Utilisations des fonds reportés|income
7894|pca_7894|Utilisations des fonds dédiés sur subventions d'exploitation|income
7895|pca_7895|Utilisations des fonds dédiés sur contributions financières d'autres organismes|income
7896|pca_7896|Utilisations des fonds dédiés sur ressources liées à la générosité du public|income
860|pca_860|Secours en nature|off_balance
8601|asso_8601|Secours en nature - Alimentaires|off_balance
8602|asso_8602|Secours en nature - Vestimentaires|off_balance
861|pca_861|Mises à disposition gratuite de biens|off_balance
8611|asso_8611|Mises à disposition gratuite de biens - Locaux|off_balance
8612|asso_8612|Mises à disposition gratuite de biens - Matériels|off_balance
862|pca_862|Prestations|off_balance
864|pca_864|Personnel bénévole|off_balance
870|pca_870|Dons en nature|off_balance
871|pca_871|Prestations en nature|off_balance
875|pca_875|Bénévolat|off_balance
"""

# Accounts of the general chart whose label, type or number was wrong, or that bear another id.
MENDED = """
203|pca_203|Frais de recherche et de développement|asset_fixed
205|pca_205|Concessions et droits similaires, brevets, licences, marques, procédés, logiciels, droits et valeurs similaires|asset_fixed
206|pca_206|Droit au bail|asset_fixed
207|pca_207|Fonds commercial|asset_fixed
208|pca_208|Autres immobilisations incorporelles|asset_fixed
212|pca_212|Agencements et aménagements de terrains (même ventilation que celle du compte 211)|asset_fixed
214|pca_214|Constructions sur sol d'autrui (même ventilation que celle du compte 213)|asset_fixed
273|pcg_2730|Titres immobilisés de l'activité de portefeuille|asset_fixed
1675|pcg_1675|Emprunts participatifs|liability_non_current
2618|pcg_2618|Titres de participation - Autres titres|asset_fixed
2801|pcg_2801|Amortissements des frais d'établissement (même ventilation que celle du compte 201)|asset_fixed
2803|pcg_2803|Amortissements des frais de recherche et de développement|asset_fixed
2805|pcg_2805|Amortissements des concessions et droits similaires, brevets, licences, logiciels, droits et valeurs similaires|asset_fixed
2806|pcg_2806|Amortissements du droit au bail|asset_fixed
2807|pcg_2807|Amortissements du fonds commercial|asset_fixed
2808|pcg_2808|Amortissements des autres immobilisations incorporelles|asset_fixed
2812|pcg_2812|Amortissements des agencements et aménagements de terrains (même ventilation que celle du compte 212)|asset_fixed
2813|pcg_2813|Amortissements des constructions (même ventilation que celle du compte 213)|asset_fixed
2814|pcg_2814|Amortissements des constructions sur sol d'autrui (même ventilation que celle du compte 214)|asset_fixed
2815|pcg_2815|Amortissements des installations techniques, matériel et outillage industriels (même ventilation que celle du compte 215)|asset_fixed
2901|pcg_2901|Dépréciations des frais d'établissement|asset_fixed
2903|pcg_2903|Dépréciations des frais de développement|asset_fixed
2905|pcg_2905|Dépréciations des marques, procédés, droits et valeurs similaires|asset_fixed
2906|pcg_2906|Dépréciations du droit au bail|asset_fixed
2907|pcg_2907|Dépréciations du fonds commercial|asset_fixed
2931|pcg_2931|Dépréciations des immobilisations corporelles en cours|asset_fixed
2962|pcg_2962|Dépréciations des titres évalués par équivalence|asset_fixed
345|pcg_345_account|Prestations de services en cours|asset_current
355|pcg_355_account|Produits finis|asset_current
4091|pcg_4091|Fournisseurs débiteurs - Avances et acomptes versés sur commandes|asset_current
410|pcg_410|Clients, usagers et comptes rattachés|asset_receivable
411101|fr_pcg_recv_pos|Clients et usagers - Ventes de biens ou de prestations de services (PoS)|asset_receivable
4117|pcg_4117|Clients et usagers - Retenues de garantie|asset_receivable
413|pcg_413|Clients et usagers - Effets à recevoir|asset_receivable
416|pcg_416|Clients et usagers douteux ou litigieux|asset_current
4181|pcg_4181|Clients et usagers - Factures à établir|asset_current
4188|pcg_4188|Clients et usagers - Intérêts courus non encore facturés|asset_current
4191|pcg_4191|Clients et usagers créditeurs - Avances et acomptes reçus sur commandes|liability_current
4196|pcg_4196|Clients et usagers créditeurs - Dettes pour emballages et matériels consignés|liability_current
4197|pcg_4197|Clients et usagers créditeurs - Autres avoirs|liability_current
4198|pcg_4198|Clients et usagers créditeurs - Rabais, remises, ristournes à accorder et autres avoirs à établir|liability_current
44812|pcg_4412|État - Autres charges à payer|liability_current
467|pcg_467|Divers comptes débiteurs et produits à recevoir|asset_current
468|pcg_468_account|Divers comptes créditeurs et charges à payer|liability_current
491|pcg_491|Dépréciations des comptes de clients et d'usagers|asset_current
5061|pcg_5061|Obligations cotées|asset_cash
5065|pcg_5065|Obligations non cotées|asset_cash
6091|pcg_6091|Rabais, remises et ristournes obtenus sur achats de matières premières|expense
6331|pcg_6331|Versement mobilité|expense
6454|pcg_6454|Cotisations à France Travail|expense
6541|pcg_6541|Pertes sur créances irrécouvrables - Créances de l'exercice|expense
6544|pcg_6544|Pertes sur créances irrécouvrables - Créances des exercices antérieurs|expense
66116|pcg_66116|Intérêts des emprunts et dettes assimilées|expense
66117|pcg_66117|Intérêts des dettes rattachées à des participations|expense
68111|pcg_68111|Dotations aux amortissements sur immobilisations incorporelles|expense
7587|pcg_7587|Indemnités d'assurance|income
"""

FROM_2025 = """
131|pcg_131_account|Subventions d'investissement octroyées|equity
649|pcg_649|Remboursements de charges de personnel|expense
652|asso_652|Valeurs comptables des immobilisations incorporelles et corporelles cédées|expense
6521|asso_6521|Valeurs comptables des immobilisations reçues par legs ou donations|expense
747|pcg_747|Quote-part des subventions d’investissement virée au résultat de l’exercice|income
75413|asso_75413|Abandons exprès de revenus ou produits|income
757|pcg_757|Produits des cessions d’immobilisations incorporelles et corporelles|income
7571|asso_7571|Produits des cessions d'immobilisations reçues en legs ou donations destinées à être cédées|income
"""

BEFORE_2025 = """
131|pcg_131_account|Subventions d'équipement|equity
673|pca_673|Apports ou affectations en numéraire|expense
675|asso_675|Valeurs comptables des éléments d'actif cédés|expense
6754|pca_6754|Valeurs comptables des immobilisations reçues par legs ou donations|expense
6712|pca_6712|Pénalités, amendes fiscales et pénales|expense
6713|pca_6713|Dons, libéralités|expense
6714|pca_6714|Créances devenues irrécouvrables dans l'exercice|expense
6718|pca_6718|Autres charges exceptionnelles sur opérations de gestion|expense
757|asso_757|Gains de change sur créances et dettes d'exploitation|income
74|pca_74|Subventions d'exploitation|income
7713|pca_7713|Libéralités reçues|income_other
7718|pca_7718|Autres produits exceptionnels sur opérations de gestion|income_other
775|asso_775|Produits des cessions d'éléments d'actif|income_other
7754|pca_7754|Produits des cessions d'immobilisations reçues en legs ou donations destinées à être cédées|income_other
777|pca_777|Quote-part des subventions d'investissement virée au résultat de l'exercice|income_other
791|pca_791|Transferts de charges d'exploitation|income
796|pca_796|Transferts de charges financières|income
797|pca_797|Transferts de charges exceptionnelles|income
"""


def rows(*tables):
    """Lines of the tables as (number, external id, label, type)."""
    return [tuple(line.split("|")) for table in tables for line in table.strip().splitlines()]


EXPECTED = {
    "fr_asso": rows(BOTH_REGIMES, MENDED, FROM_2025),
    "fr_asso_2018": rows(BOTH_REGIMES, MENDED, BEFORE_2025),
}

# Numbers that exist under the other regime only.
ABSENT = {
    "fr_asso": (
        *("673", "675", "6754", "6712", "6713", "74", "7713", "775", "7754", "777"),
        *("791", "796", "797"),
    ),
    "fr_asso_2018": ("649", "652", "6521", "669", "747", "75413", "7571"),
}

# Lines of the income statement and the prefixes that feed them; the longest prefix wins.
INCOME_STATEMENT = {
    "Cotisations": "756",
    "Ventes de biens": "701 702 703 707 7091 7092 7097",
    "Ventes de prestations de service": "704 705 706 708 7094 7095 7096 7098",
    "Concours publics et subventions d'exploitation": "73 740 741 742",
    "Versements des fondateurs ou consommations de la dotation consomptible": "753",
    "Dons manuels": "754 7541",
    "Mécénats": "7542",
    "Legs, donations et assurances-vie": "7543",
    "Contributions financières": "755",
    "Reprises sur amortissements, dépréciations et provisions": "781 791",
    "Utilisations des fonds dédiés": "789",
    "Autres produits": "71 72 747 751 752 757 758",
    "Achats de marchandises": "601 602 607 6091 6092 6097",
    "Variation de stock": "603",
    "Autres achats et charges externes": "604 605 606 608 6094 6095 6096 6098 61 62",
    "Aides financières": "657",
    "Impôts, taxes et versements assimilés": "63",
    "Salaires et traitements": "641 644 648 649",
    "Charges sociales": "645 646 647",
    "Dotations aux amortissements et aux dépréciations": "6811 6812 6816 6817",
    "Dotations aux provisions": "6815",
    "Reports en fonds dédiés": "689",
    "Autres charges": "651 652 653 654 655 656 658",
    "Produits financiers": "761 762 763 764 765 766 767 768 786 796",
    "Charges financières": "661 664 665 666 667 668 669 686",
    "Produits exceptionnels": "77 787 797",
    "Charges exceptionnelles": "67 687",
    "Participation des salariés aux résultats": "691",
    "Impôts sur les bénéfices": "695 696 697 698 699",
}
