"""Since when somebody is a member is worked out when it is asked, and stored no more."""


def migrate(cr, version):
    if version:
        cr.execute("ALTER TABLE tierslieux_membership DROP COLUMN IF EXISTS member_since")
