from . import (
    account_chart_template,
    account_move,
    res_company,
    template_fr_asso,
    template_fr_asso_2018,
)
