import {_t} from "@web/core/l10n/translation";
import {useService} from "@web/core/utils/hooks";
import {registry} from "@web/core/registry";
import {FormViewDialog} from "@web/views/view_dialogs/form_view_dialog";
import {
    Component,
    onWillStart,
    onWillUnmount,
    onWillUpdateProps,
    status,
    useState,
} from "@odoo/owl";

const REFRESH_MS = 60000;

/**
 * The desk's day: who is expected, who is here, what is free, each one click away.
 *
 * A screen of its own (Today), and a panel of the front desk's home.
 */
export class TodayBoard extends Component {
    static template = "tierslieux_presence.TodayBoard";
    static props = {
        // Of a name or a desk: what does not have it is left out
        search: {type: String, optional: true},
        // Grows when the board must be read again
        version: {type: Number, optional: true},
        onPlace: {type: Function, optional: true},
        onChange: {type: Function, optional: true},
    };
    static defaultProps = {search: "", version: 0, onPlace: () => {}, onChange: () => {}};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.state = useState({board: undefined, placeId: false, busy: false});
        onWillStart(() => this.load());
        onWillUpdateProps((next) => {
            // Nobody waits for it: what is shown stays until the new board is there.
            if (next.version !== this.props.version) {
                this.refresh();
            }
        });
        const timer = setInterval(() => this.refresh(), REFRESH_MS);
        onWillUnmount(() => clearInterval(timer));
    }

    async load() {
        this.show(await this.orm.call("tierslieux.place", "get_today_board", [this.state.placeId]));
    }

    /** A screen that stays open all day keeps right, without a message when the network fails. */
    async refresh() {
        try {
            this.show(
                await this.orm.silent.call("tierslieux.place", "get_today_board", [
                    this.state.placeId,
                ])
            );
        } catch {
            // The next minute tries again.
        }
    }

    show(board) {
        this.state.board = board;
        const placeId = board && board.place_id;
        if (placeId !== this.state.placeId) {
            this.state.placeId = placeId;
            this.props.onPlace(placeId);
        }
    }

    /**
     * What was done in a window shows when it closes. Nobody waits for it: a window that opens
     * another screen closes too, and this one is gone before its data come.
     */
    onDialogClosed() {
        if (status(this) === "mounted") {
            this.load();
            this.props.onChange();
        }
    }

    onPlace(ev) {
        this.state.placeId = Number(ev.target.value);
        this.props.onPlace(this.state.placeId);
        return this.load();
    }

    matches(line) {
        const words = normalize(this.props.search).split(/\s+/).filter(Boolean);
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
            this.props.onChange();
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
        this.action.doAction("tierslieux_presence.check_in_action", {
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

    async printEvacuation() {
        await this.action.doAction("tierslieux_presence.action_report_evacuation", {
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

registry.category("tierslieux_home_panels").add("today", {Component: TodayBoard}, {sequence: 10});
