import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {Component, useExternalListener, useState} from "@odoo/owl";

const STEP = 30;
const DAY_MINUTES = 24 * 60;
// What is shown until somebody asks for the night.
const USUAL = {from: 7 * 60, to: 22 * 60};

/** {day: [[from, to]]} in minutes as one set of "day-minute" keys, a key for each half-hour. */
export function toCells(week) {
    const cells = new Set();
    for (const [day, spans] of Object.entries(week || {})) {
        for (const [from, to] of spans) {
            for (let minute = from; minute < to; minute += STEP) {
                cells.add(`${day}-${minute}`);
            }
        }
    }
    return cells;
}

/** The other way round: what touches is one span, and days without any are left out. */
export function toWeek(cells) {
    const week = {};
    for (let day = 0; day < 7; day++) {
        const spans = [];
        for (let minute = 0; minute < DAY_MINUTES; minute += STEP) {
            if (!cells.has(`${day}-${minute}`)) {
                continue;
            }
            const last = spans.at(-1);
            if (last && last[1] === minute) {
                last[1] = minute + STEP;
            } else {
                spans.push([minute, minute + STEP]);
            }
        }
        if (spans.length) {
            week[day] = spans;
        }
    }
    return week;
}

/**
 * The usual week of somebody, painted with the mouse, the thumb or the keyboard: the first cell
 * touched says whether one paints or wipes.
 */
export class WeekGrid extends Component {
    static template = "tierslieux_volunteer.WeekGrid";
    static props = {...standardFieldProps};

    setup() {
        this.state = useState({night: false, painting: null, cells: null});
        this.days = [_t("Mon"), _t("Tue"), _t("Wed"), _t("Thu"), _t("Fri"), _t("Sat"), _t("Sun")];
        useExternalListener(window, "pointerup", () => this.stop());
        useExternalListener(window, "pointercancel", () => this.stop());
    }

    get cells() {
        return this.state.cells || toCells(this.props.record.data[this.props.name]);
    }

    get minutes() {
        const {from, to} = this.state.night ? {from: 0, to: DAY_MINUTES} : USUAL;
        const minutes = [];
        for (let minute = from; minute < to; minute += STEP) {
            minutes.push(minute);
        }
        return minutes;
    }

    /** Whether something is painted that is not on the screen. */
    get hidesSome() {
        const hidden = (key) => {
            const minute = Number(key.split("-")[1]);
            return minute < USUAL.from || minute >= USUAL.to;
        };
        return !this.state.night && [...this.cells].some(hidden);
    }

    label(minute) {
        return minute % 60 ? "" : `${minute / 60}:00`;
    }

    title(day, minute) {
        const clock = (value) => `${Math.floor(value / 60)}:${String(value % 60).padStart(2, "0")}`;
        return `${this.days[day]} ${clock(minute)}–${clock(minute + STEP)}`;
    }

    isPainted(day, minute) {
        return this.cells.has(`${day}-${minute}`);
    }

    start(ev, key) {
        if (this.props.readonly || ev.button) {
            return;
        }
        ev.preventDefault();
        ev.target.focus();
        const cells = new Set(this.cells);
        this.state.painting = cells.has(key) ? "wipe" : "paint";
        this.state.cells = cells;
        this.paint(key);
    }

    /** A finger stays captured by the cell that it touched first: look what it is over. */
    move(ev) {
        if (!this.state.painting) {
            return;
        }
        const cell = document.elementFromPoint(ev.clientX, ev.clientY);
        if (cell && cell.dataset && cell.dataset.cell) {
            this.paint(cell.dataset.cell);
        }
    }

    paint(key) {
        const cells = new Set(this.state.cells);
        if (this.state.painting === "paint") {
            cells.add(key);
        } else {
            cells.delete(key);
        }
        this.state.cells = cells;
    }

    async stop() {
        if (this.state.painting) {
            this.state.painting = null;
            await this.save(this.state.cells);
        }
    }

    async toggle(ev, key) {
        if (this.props.readonly || ![" ", "Enter"].includes(ev.key)) {
            return;
        }
        ev.preventDefault();
        const cells = new Set(this.cells);
        if (!cells.delete(key)) {
            cells.add(key);
        }
        await this.save(cells);
    }

    async clear() {
        await this.save(new Set());
    }

    async save(cells) {
        await this.props.record.update({[this.props.name]: toWeek(cells)});
        this.state.cells = null;
    }
}

export const weekGrid = {
    component: WeekGrid,
    displayName: _t("Week to paint"),
    supportedTypes: ["json"],
};

registry.category("fields").add("tierslieux_week_grid", weekGrid);
