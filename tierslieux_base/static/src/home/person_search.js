import {_t} from "@web/core/l10n/translation";
import {useAutofocus, useService} from "@web/core/utils/hooks";
import {KeepLast} from "@web/core/utils/concurrency";
import {useDebounced} from "@web/core/utils/timing";
import {Component, onWillUpdateProps, useState} from "@odoo/owl";

const DELAY_MS = 200;

/** People found while one types: who they are, and what to do next, each one click away. */
export class PersonSearch extends Component {
    static template = "tierslieux_base.PersonSearch";
    static props = {
        run: Function,
        mayCreate: Boolean,
        version: Number,
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({text: "", asked: "", people: [], more: false, active: 0});
        this.keepLast = new KeepLast();
        this.ask = useDebounced(() => this.search(), DELAY_MS);
        useAutofocus({refName: "input"});
        onWillUpdateProps((next) => {
            if (next.version !== this.props.version) {
                this.search();
            }
        });
    }

    async search() {
        const text = this.state.text.trim();
        if (!text) {
            return this.clear();
        }
        const {people, more} = await this.keepLast.add(
            this.orm.silent.call("tierslieux.home", "search_people", [text])
        );
        // Cleared while the server looked
        if (!this.state.text.trim()) {
            return;
        }
        const isSame = this.state.asked === text;
        Object.assign(this.state, {people, more, asked: text});
        this.state.active = isSame ? Math.min(this.state.active, people.length - 1) : 0;
    }

    clear() {
        Object.assign(this.state, {text: "", asked: "", people: [], more: false, active: 0});
    }

    onInput(ev) {
        this.state.text = ev.target.value;
        if (this.state.text.trim()) {
            this.ask();
        } else {
            this.clear();
        }
    }

    async onKeydown(ev) {
        const last = this.state.people.length - 1;
        if (ev.key === "ArrowDown") {
            this.state.active = Math.min(this.state.active + 1, last);
        } else if (ev.key === "ArrowUp") {
            this.state.active = Math.max(this.state.active - 1, 0);
        } else if (ev.key === "Enter") {
            ev.preventDefault();
            // Whoever types a name and presses Enter at once means that name, not the last one.
            if (this.state.asked !== this.state.text.trim()) {
                this.ask.cancel();
                await this.search();
            }
            const person = this.state.people[this.state.active];
            if (person) {
                this.open(person);
            }
            return;
        } else if (ev.key === "Escape") {
            this.clear();
        } else {
            return;
        }
        ev.preventDefault();
    }

    open(person) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "res.partner",
            res_id: person.id,
            views: [[false, "form"]],
        });
    }

    create() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("New person"),
            res_model: "res.partner",
            views: [[false, "form"]],
            context: {default_is_company: false},
        });
    }
}
