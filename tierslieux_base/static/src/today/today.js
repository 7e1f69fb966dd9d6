import {_t} from "@web/core/l10n/translation";
import {useService} from "@web/core/utils/hooks";
import {registry} from "@web/core/registry";
import {Layout} from "@web/search/layout";
import {FormViewDialog} from "@web/views/view_dialogs/form_view_dialog";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {Component, onWillStart, onWillUnmount, status, useState} from "@odoo/owl";

const REFRESH_MS = 60000;

/** The desk's day: who is expected, who is here, what is free, each one click away. */
export class Today extends Component {
    static template = "tierslieux_base.Today";
    static components = {Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.state = useState({board: undefined, search: "", placeId: false, busy: false});
        this.display = {controlPanel: {}};
        onWillStart(() => this.load());
        const timer = setInterval(() => this.refresh(), REFRESH_MS);
        onWillUnmount(() => clearInterval(timer));
    }

    async load() {
        this.state.board = await this.orm.call("tierslieux.place", "get_today_board", [
            this.state.placeId,
        ]);
        this.state.placeId = this.state.board && this.state.board.place_id;
    }

    /** A screen that stays open all day keeps right, without a message when the network fails. */
    async refresh() {
        try {
            this.state.board = await this.orm.silent.call("tierslieux.place", "get_today_board", [
                this.state.placeId,
            ]);
        } catch {
            // The next minute tries again.
        }
    }

    /**
     * What was done in a window shows when it closes. Nobody waits for it: a window that opens
     * another screen closes too, and this one is gone before its data come.
     */
    onDialogClosed() {
        if (status(this) === "mounted") {
            this.load();
        }
    }

    onPlace(ev) {
        this.state.placeId = Number(ev.target.value);
        return this.load();
    }

    matches(line) {
        const words = normalize(this.state.search).split(/\s+/).filter(Boolean);
        const text = normalize(`${line.name} ${line.resource || ""} ${line.kind || ""}`);
        return words.every((word) => text.includes(word));
    }

    get expected() {
        return this.state.board.expected.filter((line) => this.matches(line));
    }

    get here() {
        return this.state.board.here.filter((line) => this.matches(line));
    }

    get free() {
        return this.state.board.free.filter((line) => this.matches(line));
    }

    /** Run one gesture of the desk; a second click on a slow line does nothing. */
    async run(model, method, id, message) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            await this.orm.call(model, method, [[id]]);
            this.notification.add(message, {type: "success"});
        } finally {
            this.state.busy = false;
            await this.load();
        }
    }

    checkIn(line) {
        return this.run(
            "tierslieux.booking",
            "action_check_in",
            line.id,
            _t("%s is here.", line.name)
        );
    }

    checkOut(line) {
        return this.run(
            "tierslieux.presence",
            "action_check_out",
            line.id,
            _t("%s has left.", line.name)
        );
    }

    arrive(resourceId) {
        this.action.doAction("tierslieux_base.check_in_action", {
            additionalContext: {
                default_place_id: this.state.placeId,
                ...(resourceId ? {default_resource_id: resourceId} : {}),
            },
            onClose: () => this.onDialogClosed(),
        });
    }

    openBooking(line) {
        this.dialog.add(
            FormViewDialog,
            {resModel: "tierslieux.booking", resId: line.id, title: _t("Booking")},
            {onClose: () => this.onDialogClosed()}
        );
    }

    openPerson(line) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "res.partner",
            res_id: line.partner_id,
            views: [[false, "form"]],
        });
    }

    book() {
        this.dialog.add(
            FormViewDialog,
            {resModel: "tierslieux.booking", title: _t("Book")},
            {onClose: () => this.onDialogClosed()}
        );
    }

    async printEvacuation() {
        await this.action.doAction("tierslieux_base.action_report_evacuation", {
            additionalContext: {
                active_id: this.state.placeId,
                active_ids: [this.state.placeId],
                active_model: "tierslieux.place",
            },
        });
    }
}

function normalize(text) {
    return text
        .toLowerCase()
        .normalize("NFD")
        .replace(/\p{Diacritic}/gu, "");
}

registry.category("actions").add("tierslieux_today", Today);
