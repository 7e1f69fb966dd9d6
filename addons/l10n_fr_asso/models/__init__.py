from . import account_chart_template, template_fr_asso, template_fr_asso_2018
