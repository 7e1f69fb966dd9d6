from odoo.fields import Command


def make_logins(chapter, logins):
    """Make the accounts of people of the story, whose password is their login.

    :param logins: {login: (key of the person, external ids of groups)}
    :return: the users, with external ids ``user_<login>_demo``
    """
    env, company = chapter.env, chapter.company
    users = chapter.make(
        "res.users",
        {
            f"user_{login}": {
                "login": login,
                "password": login,
                "partner_id": chapter.ref(person).id,
                "lang": "fr_FR",
                "tz": "Europe/Paris",
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
                "group_ids": [Command.set([env.ref(group).id for group in groups])],
            }
            for login, (person, groups) in logins.items()
        },
    )
    # They have been here for long: no tours, no welcome by a robot, no unread message.
    everybody = users | env.ref("base.user_admin")
    for field, value in (("tour_enabled", False), ("odoobot_state", "disabled")):
        if field in everybody._fields:
            everybody.write({field: value})
    for channel in env["discuss.channel"].search([("channel_type", "=", "channel")]):
        last = channel.message_ids[:1].id
        channel.channel_member_ids.write(
            {"seen_message_id": last, "new_message_separator": last + 1}
        )
    return users
