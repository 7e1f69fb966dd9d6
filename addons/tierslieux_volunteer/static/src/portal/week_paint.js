import {registry} from "@web/core/registry";
import {Interaction} from "@web/public/interaction";

/**
 * The usual week, painted with the thumb: the first half-hour touched says whether one paints or
 * wipes. Each half-hour is a box to tick, which works by itself where no script runs.
 */
export class WeekPaint extends Interaction {
    static selector = ".o_tl_paint";
    dynamicContent = {
        _root: {
            "t-on-pointerdown": (ev) => this.begin(ev),
            "t-on-pointermove": (ev) => this.goOn(ev),
        },
        _window: {
            "t-on-pointerup": () => this.finish(),
            "t-on-pointercancel": () => this.finish(),
        },
        ".o_tl_paint label": {"t-on-click": (ev) => this.click(ev)},
    };

    setup() {
        this.value = null;
    }

    start() {
        // Painted by strokes from now on
        this.el.classList.add("o_tl_ready");
    }

    box(element) {
        const label = element && element.closest && element.closest("td > label");
        return label && this.el.contains(label) ? label.querySelector("input") : null;
    }

    begin(ev) {
        const box = this.box(ev.target);
        if (!box || ev.button) {
            return;
        }
        ev.preventDefault();
        this.value = !box.checked;
        box.checked = this.value;
    }

    /** A finger stays captured by what it touched first: look what it is over. */
    goOn(ev) {
        if (this.value === null) {
            return;
        }
        const box = this.box(document.elementFromPoint(ev.clientX, ev.clientY));
        if (box) {
            box.checked = this.value;
        }
    }

    finish() {
        this.value = null;
    }

    /** The pointer has painted it already; the keyboard ticks the box itself. */
    click(ev) {
        if (ev.detail && ev.target.tagName !== "INPUT") {
            ev.preventDefault();
        }
    }
}

registry.category("public.interactions").add("tierslieux_volunteer.week_paint", WeekPaint);
