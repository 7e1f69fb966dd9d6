import {Component, onWillStart, useState} from "@odoo/owl";
import {DateTimeInput} from "@web/core/datetime/datetime_input";
import {KeepLast} from "@web/core/utils/concurrency";
import {Layout} from "@web/search/layout";
import {_t} from "@web/core/l10n/translation";
import {deserializeDate, serializeDate} from "@web/core/l10n/dates";
import {formatFloat} from "@web/core/utils/numbers";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useSetupAction} from "@web/search/action_hook";
import {useService} from "@web/core/utils/hooks";

const {DateTime} = luxon;

/**
 * How full the house is: a map of the hours of the week, and each resource by hour. Each figure
 * opens the lines that it is the sum of.
 */
export class OccupancyMap extends Component {
    static template = "tierslieux_booking.OccupancyMap";
    static components = {DateTimeInput, Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.display = {controlPanel: {}};
        // What was chosen comes back when one returns from the lines of a cell.
        this.state = useState({data: null, filters: {...this.props.state?.filters}});
        useSetupAction({getLocalState: () => ({filters: {...this.state.filters}})});
        this.env.config.setDisplayName(_t("Occupancy"));
        onWillStart(() => this.load());
    }

    async load() {
        const data = await this.keepLast.add(
            this.orm.call("tierslieux.booking.report", "get_heat_map", [this.state.filters])
        );
        this.state.data = data;
        this.state.filters = data.filters;
    }

    choose(name, value) {
        Object.assign(this.state.filters, {[name]: value});
        return this.load();
    }

    chooseRecord(name, ev) {
        return this.choose(name, Number(ev.target.value) || false);
    }

    date(name) {
        return deserializeDate(this.state.filters[name]);
    }

    chooseDate(name, value) {
        if (value) {
            const other = name === "date_from" ? "date_to" : "date_from";
            const filters = {[name]: serializeDate(value)};
            if (
                (name === "date_from" && value > this.date(other)) ||
                (name === "date_to" && value < this.date(other))
            ) {
                filters[other] = filters[name];
            }
            Object.assign(this.state.filters, filters);
            return this.load();
        }
    }

    get periods() {
        return [
            ["month", _t("This month")],
            ["quarter", _t("3 months")],
            ["year", _t("12 months")],
        ];
    }

    choosePeriod(name) {
        const today = DateTime.local().startOf("day");
        const [start, stop] = {
            month: [today.startOf("month"), today.endOf("month")],
            quarter: [today.minus({months: 3}), today],
            year: [today.minus({years: 1}).plus({days: 1}), today],
        }[name];
        Object.assign(this.state.filters, {
            date_from: serializeDate(start),
            date_to: serializeDate(stop),
        });
        return this.load();
    }

    get isEmpty() {
        return !this.state.data.total.booked;
    }

    rate(cell) {
        return cell.rate === null
            ? "–"
            : _t("%(rate)s%", {rate: formatFloat(cell.rate * 100, {digits: [16, 0]})});
    }

    hours(value) {
        return _t("%(hours)s h", {hours: formatFloat(value, {digits: [16, value % 1 ? 1 : 0]})});
    }

    hourLabel(hour) {
        return _t("%(hour)s:00", {hour});
    }

    label(cell) {
        if (cell.rate === null) {
            return cell.booked ? "•" : "";
        }
        return this.rate(cell);
    }

    title(cell) {
        return _t("%(booked)s taken of %(open)s open", {
            booked: this.hours(cell.booked),
            open: this.hours(cell.open),
        });
    }

    style(cell) {
        if (cell.rate === null) {
            return "";
        }
        const share = Math.round(Math.min(cell.rate, 1) * 100);
        return `--o-tl-share: ${share}%`;
    }

    className(cell) {
        if (cell.rate === null) {
            return cell.booked ? "o_tl_outside" : "o_tl_closed";
        }
        return cell.rate >= 0.6 ? "o_tl_full" : "";
    }

    async open({weekday = null, hour = null, resource = null} = {}) {
        const filters = {...this.state.filters};
        if (resource) {
            filters.resource_id = resource;
        }
        const action = await this.orm.call("tierslieux.booking.report", "action_open_cell", [
            filters,
            weekday,
            hour,
        ]);
        return this.action.doAction(action);
    }
}

registry.category("actions").add("tierslieux_base.occupancy", OccupancyMap);
