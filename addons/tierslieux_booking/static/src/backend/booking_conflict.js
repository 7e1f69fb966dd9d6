import {_t} from "@web/core/l10n/translation";
import {odooExceptionTitleMap} from "@web/core/errors/error_dialogs";

// Somebody was quicker: the sentence below says what is free instead.
odooExceptionTitleMap.set(
    "odoo.addons.tierslieux_base.models.booking_conflict.BookingConflict",
    _t("This is taken")
);
