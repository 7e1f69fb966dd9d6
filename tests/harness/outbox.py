"""What was told to whom, written and read by the code of before the one outbox and by this one."""

# Needs ``memberships``, the first two of which are of one payer or not: two lines all the same.
MAKE = """
if "tierslieux.reminder.log" in env and memberships:
    rule = env["tierslieux.reminder.rule"].search([], limit=1)
    payer = memberships[0].partner_id
    env["tierslieux.reminder.log"].create([
        {"membership_id": m.id, "rule_id": rule.id, "partner_id": payer.id, "email": "a@b.example"}
        for m in memberships[:2]
    ])
if "tierslieux.dunning.log" in env:
    level = env["tierslieux.dunning.level"].search([], limit=1)
    env["tierslieux.dunning.log"].create([
        {"move_id": move.id, "level_id": level.id, "partner_id": move.partner_id.id, "amount": 7.5}
        for move in env["account.move"].search([("move_type", "=", "out_invoice")], limit=2)
    ])
if "tierslieux.booking.message" in env:
    bookings = env["tierslieux.booking"].search([], limit=3)
    if not bookings:
        place = env["tierslieux.place"].search([], limit=1)
        room = env["tierslieux.resource"].create({
            "name": "Salle témoin", "place_id": place.id, "hours_mode": "always",
            "kind_id": env["tierslieux.resource.kind"].search([], limit=1).id,
        })
        bookings = env["tierslieux.booking"].create([
            {"resource_id": room.id, "partner_id": memberships[0].partner_id.id,
             "state": "confirmed",
             "start": f"2040-03-0{n} 10:00:00", "stop": f"2040-03-0{n} 12:00:00"}
            for n in (5, 6, 7)
        ])
    partner = bookings[0].partner_id.id
    env["tierslieux.booking.message"].create([
        {"kind": "moved", "booking_id": bookings[0].id, "partner_id": partner, "state": "todo",
         "for_start": bookings[0].start, "old_start": bookings[0].start},
        {"kind": "confirmed", "booking_id": bookings[0].id, "partner_id": partner, "state": "sent",
         "booking_ids": [(6, 0, bookings.ids)], "for_start": bookings[0].start},
    ])
"""

# Gives ``told``.
READ = """
told = []
if "tierslieux.message.line" in env:
    for li in env["tierslieux.message.line"].search([]):
        told.append([
            li.kind, li.state, li.partner_id.id, li.company_id.id, str(li.date), li.email or "",
            (li.booking_id or li.membership_id or li.move_id).id,
            (li.rule_id or li.level_id).id, li.amount, str(li.old_start or ""),
        ])
elif "tierslieux.booking.message" in env:
    for m in env["tierslieux.booking.message"].search([]):
        for booking in m.booking_ids or m.booking_id:
            told.append([
                "booking_" + m.kind, m.state, m.partner_id.id, m.company_id.id,
                str((m.sent_at or m.create_date).date()), m.email or "", booking.id, False, 0.0,
                str(booking == m.booking_id and m.old_start or ""),
            ])
    for li in env["tierslieux.reminder.log"].search([]):
        told.append([
            "membership_reminder", "sent", li.partner_id.id, li.company_id.id, str(li.date),
            li.email or "", li.membership_id.id, li.rule_id.id, 0.0, "",
        ])
    for li in env["tierslieux.dunning.log"].search([]):
        told.append([
            "dunning", "sent", li.partner_id.id, li.company_id.id, str(li.date),
            li.email or "", li.move_id.id, li.level_id.id, li.amount, "",
        ])
told.sort(key=str)
"""
