"""Who may read the records that fields of ours on Odoo's models lead to.

Odoo's forms, exports and copies read every field that their user may see: a field that leads to
records of ours is for the groups that may read those records, and for nobody else. A test holds
these lists against the access rights.
"""

# Numbers of members, subscriptions, what was billed for them.
TEAM = "tierslieux_base.group_reception,tierslieux_base.group_treasurer,tierslieux_base.group_board"
# Memberships and bookings: each person reads their own on the portal.
TEAM_AND_PORTAL = f"{TEAM},base.group_portal"
PLACES = f"{TEAM},tierslieux_base.group_care"
DUNNING = "tierslieux_base.group_manager,tierslieux_base.group_treasurer"
