from . import (
    account_chart_template,
    account_edi_common,
    account_edi_xml_cii,
    account_move,
    account_tax,
    product_template,
    res_company,
    template_fr_asso,
    template_fr_asso_2018,
)
