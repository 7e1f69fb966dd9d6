import {_t} from "@web/core/l10n/translation";
import {useService} from "@web/core/utils/hooks";
import {registry} from "@web/core/registry";
import {Layout} from "@web/search/layout";
import {FormViewDialog} from "@web/views/view_dialogs/form_view_dialog";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {Component, status, useState} from "@odoo/owl";
import {TodayBoard} from "./today_board";

/** The desk's day on a screen of its own, with its two gestures and a search in it. */
export class Today extends Component {
    static template = "tierslieux_presence.Today";
    static components = {Layout, TodayBoard};
    static props = {...standardActionServiceProps};

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.state = useState({search: "", placeId: false, version: 0});
        this.display = {controlPanel: {}};
        this.onPlace = (placeId) => (this.state.placeId = placeId);
    }

    /** The board is read again when a window closes; one that opens another screen closes too. */
    onDialogClosed() {
        if (status(this) === "mounted") {
            this.state.version++;
        }
    }

    arrive() {
        this.action.doAction("tierslieux_presence.check_in_action", {
            additionalContext: {default_place_id: this.state.placeId},
            onClose: () => this.onDialogClosed(),
        });
    }

    book() {
        this.dialog.add(
            FormViewDialog,
            {resModel: "tierslieux.booking", title: _t("Book")},
            {onClose: () => this.onDialogClosed()}
        );
    }
}

registry.category("actions").add("tierslieux_today", Today);
