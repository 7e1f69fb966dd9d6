import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {Component, onWillStart, onWillUnmount, status, useState} from "@odoo/owl";
import {PersonSearch} from "./person_search";

const REFRESH_MS = 60000;

/**
 * The home of the front desk: gestures, a search of people, what waits, and the panels of the
 * rooms.
 *
 * A room adds a panel to the registry `tierslieux_home_panels` ({Component}, with a sequence), and
 * its key to `_get_home_panels` for who may see it. The component gets `version`, which grows when
 * something was done elsewhere on the screen; it calls `onChange` when it did something itself,
 * and `onPlace(id)` when another place is looked at.
 */
export class Home extends Component {
    static template = "tierslieux_base.Home";
    static components = {PersonSearch};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.state = useState({home: undefined, version: 0, isBusy: false});
        this.placeId = false;
        onWillStart(() => this.load());
        const timer = browser.setInterval(() => this.load(), REFRESH_MS);
        onWillUnmount(() => browser.clearInterval(timer));
        this.run = this.run.bind(this);
        this.onChange = () => this.load();
        this.onPlace = (placeId) => (this.placeId = placeId);
    }

    /** A screen that stays open all day keeps right, without a message when the network fails. */
    async load() {
        if (this.state.home === undefined) {
            this.state.home = await this.orm.call("tierslieux.home", "get_home", []);
            return;
        }
        try {
            this.state.home = await this.orm.silent.call("tierslieux.home", "get_home", []);
        } catch {
            // The next minute tries again.
        }
    }

    /**
     * What was done in a window shows when it closes. A window that opens another screen closes
     * too, and this one is gone by then.
     */
    onDone() {
        if (status(this) === "mounted") {
            this.state.version++;
            this.load();
        }
    }

    get panels() {
        const panels = registry.category("tierslieux_home_panels").getEntries();
        return panels
            .filter(([key]) => this.state.home.panels.includes(key))
            .map(([key, panel]) => ({key, Component: panel.Component}));
    }

    /** Do a gesture of the desk; a second click on a slow one does nothing. */
    async run(gesture) {
        if (this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        try {
            let next = gesture.action;
            if (gesture.method) {
                next = await this.orm.call(gesture.model, gesture.method, [gesture.ids]);
            }
            if (next && next !== true) {
                await this.action.doAction(next, {
                    additionalContext: {
                        ...gesture.context,
                        ...(gesture.at_place && this.placeId
                            ? {default_place_id: this.placeId}
                            : {}),
                    },
                    onClose: () => this.onDone(),
                });
            } else {
                if (gesture.done) {
                    this.notification.add(gesture.done, {type: "success"});
                }
                this.onDone();
            }
        } finally {
            this.state.isBusy = false;
        }
    }

    /** Open what is counted, and nothing else. */
    async openWait(wait) {
        const action = await this.action.loadAction(wait.action);
        await this.action.doAction({
            ...action,
            domain: wait.domain || action.domain,
            context: wait.context || action.context,
        });
    }
}

registry.category("actions").add("tierslieux_home", Home);
