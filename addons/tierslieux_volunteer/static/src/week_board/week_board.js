import {_t} from "@web/core/l10n/translation";
import {AlertDialog, ConfirmationDialog} from "@web/core/confirmation_dialog/confirmation_dialog";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {Layout} from "@web/search/layout";
import {Component, onWillStart, useState} from "@odoo/owl";

const MODEL = "tierslieux.shift";

/**
 * The week: a column per day, a card per shift. A person is dragged onto a card, or chosen with a
 * tap and put in with another: the cards say meanwhile which of them fit.
 */
export class WeekBoard extends Component {
    static template = "tierslieux_volunteer.WeekBoard";
    static components = {Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.action = useService("action");
        this.notification = useService("notification");
        this.state = useState({board: null, placeId: false, search: "", chosen: null, fits: {}});
        this.display = {controlPanel: {}};
        onWillStart(() => this.load());
    }

    async load(day = null) {
        this.state.board = await this.orm.call(MODEL, "get_board", [
            day || (this.state.board && this.state.board.day) || null,
            this.state.placeId || null,
        ]);
    }

    /** @param {number} weeks how many weeks on; 0 is this one */
    async move(weeks) {
        this.release();
        if (!weeks) {
            this.state.board = null;
            return this.load();
        }
        const day = luxon.DateTime.fromISO(this.state.board.day).plus({weeks}).toISODate();
        return this.load(day);
    }

    async choosePlace(ev) {
        this.state.placeId = parseInt(ev.target.value, 10) || false;
        this.release();
        await this.load();
    }

    get volunteers() {
        const words = this.state.search.trim().toLowerCase().split(/\s+/);
        return this.state.board.volunteers.filter(({name}) =>
            words.every((word) => name.toLowerCase().includes(word))
        );
    }

    get openShifts() {
        return this.state.board.days.flatMap((day) => day.shifts).filter((s) => s.is_open);
    }

    async choose(volunteer) {
        this.state.chosen = volunteer;
        this.state.fits = {};
        const ids = this.openShifts.map((shift) => shift.id);
        if (ids.length) {
            const fits = await this.orm.call(MODEL, "get_fits", [volunteer.id, ids]);
            if (this.state.chosen === volunteer) {
                this.state.fits = fits;
            }
        }
    }

    release() {
        this.state.chosen = null;
        this.state.fits = {};
    }

    toggle(volunteer) {
        const isChosen = this.state.chosen && this.state.chosen.id === volunteer.id;
        return isChosen ? this.release() : this.choose(volunteer);
    }

    /** What the colour of a card says while somebody is dragged. */
    /** How well it is filled: short, enough to be held, or with all those who are wanted. */
    coverage(shift) {
        if (shift.coverage === "short") {
            return "short";
        }
        return shift.taken < shift.wanted ? "enough" : "wanted";
    }

    fitClass(shift) {
        const fit = this.state.fits[shift.id];
        if (!this.state.chosen || !fit) {
            return "";
        }
        return fit.is_blocked ? "o_tl_no" : fit.reasons.length ? "o_tl_perhaps" : "o_tl_yes";
    }

    reasons(shift) {
        const fit = this.state.fits[shift.id];
        return fit ? fit.reasons.join(" ") : "";
    }

    startDrag(ev, volunteer) {
        ev.dataTransfer.effectAllowed = "copy";
        ev.dataTransfer.setData("text/plain", volunteer.name);
        // A page that changes in this very event ends the movement.
        browser.setTimeout(() => this.choose(volunteer));
    }

    press(ev, volunteer) {
        if ([" ", "Enter"].includes(ev.key)) {
            ev.preventDefault();
            this.toggle(volunteer);
        }
    }

    over(ev, shift) {
        if (this.state.chosen && shift.is_open) {
            ev.preventDefault();
        }
    }

    async drop(ev, shift) {
        ev.preventDefault();
        await this.put(shift);
    }

    async click(shift) {
        if (this.state.chosen && shift.is_open) {
            return this.put(shift);
        }
        return this.action.doAction(
            {
                type: "ir.actions.act_window",
                res_model: MODEL,
                res_id: shift.id,
                views: [[false, "form"]],
                target: "current",
            },
            {}
        );
    }

    async put(shift) {
        const volunteer = this.state.chosen;
        if (!volunteer || !shift.is_open) {
            return;
        }
        this.release();
        const fit = await this.orm.call(MODEL, "get_fit", [shift.id, volunteer.id]);
        const title = `${volunteer.name} · ${shift.mission}`;
        const body = fit.reasons.join("\n");
        if (fit.is_blocked) {
            this.dialog.add(AlertDialog, {title, body});
        } else if (fit.reasons.length) {
            this.dialog.add(ConfirmationDialog, {
                title,
                body,
                confirmLabel: _t("Put in all the same"),
                cancelLabel: _t("Leave as it is"),
                confirm: () => this.confirm(shift, volunteer),
                cancel: () => {},
            });
        } else {
            await this.confirm(shift, volunteer);
        }
    }

    async confirm(shift, volunteer) {
        try {
            await this.orm.call(MODEL, "put_in", [shift.id, volunteer.id]);
            this.notification.add(
                _t("%(who)s is in: %(what)s.", {who: volunteer.name, what: shift.mission}),
                {type: "success"}
            );
        } finally {
            await this.load();
        }
    }
}

registry.category("actions").add("tierslieux_volunteer.week_board", WeekBoard);
