import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {Component, onMounted, onWillUnmount, useEffect, useState} from "@odoo/owl";

const EVERY = 2000;
const BUSY = ["todo", "running"];

/** Where a plan stands while it is worked out: asked every two seconds, until it is there. */
export class PlanProgress extends Component {
    static template = "tierslieux_volunteer.PlanProgress";
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.state = useState({progress: null, failed: false});
        this.timer = null;
        onMounted(() => this.plan());
        onWillUnmount(() => clearTimeout(this.timer));
        useEffect(
            () => this.plan(),
            () => [this.props.record.resId, this.props.record.data.state]
        );
    }

    get isBusy() {
        return BUSY.includes(this.props.record.data.state);
    }

    get percent() {
        const progress = this.state.progress;
        if (!progress || progress.state !== "running") {
            return 0;
        }
        return Math.min(100, Math.round((100 * progress.seconds) / progress.patience));
    }

    get time() {
        const progress = this.state.progress;
        return _t("%(done)s s of %(most)s s at most", {
            done: progress.seconds,
            most: progress.patience,
        });
    }

    /** One question at a time, and none when nothing goes on. */
    plan() {
        clearTimeout(this.timer);
        if (this.isBusy && this.props.record.resId) {
            this.ask();
        }
    }

    async ask() {
        const {resModel, resId} = this.props.record;
        try {
            this.state.progress = await this.orm.silent.call(resModel, "get_progress", [resId]);
            this.state.failed = false;
        } catch {
            this.state.failed = true;
        }
        const {progress} = this.state;
        if (progress && progress.state !== this.props.record.data.state) {
            // It begins, or is there: the buttons follow, and what was found is shown.
            await this.props.record.load();
        }
        if (!this.isBusy) {
            return;
        }
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.ask(), EVERY);
    }
}

export const planProgress = {component: PlanProgress};

registry.category("view_widgets").add("tierslieux_plan_progress", planProgress);
