import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {deserializeDateTime, serializeDateTime} from "@web/core/l10n/dates";
import {registry} from "@web/core/registry";
import {user} from "@web/core/user";
import {KeepLast} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";
import {escape} from "@web/core/utils/strings";
import {evaluate} from "@web/core/py_js/py";
import {FormViewDialog} from "@web/views/view_dialogs/form_view_dialog";
import {onWillStart, onWillUnmount, useState} from "@odoo/owl";
import {TimelineArchParser} from "@web_timeline/views/timeline/timeline_arch_parser.esm";
import {TimelineController} from "@web_timeline/views/timeline/timeline_controller.esm";
import {TimelineModel} from "@web_timeline/views/timeline/timeline_model.esm";
import {TimelineRenderer} from "@web_timeline/views/timeline/timeline_renderer.esm";
import {TimelineView} from "@web_timeline/views/timeline/timeline_view.esm";

const {DateTime} = luxon;
const USUAL_STEP = 15;
// A press that moves further than this is a drag.
const CLICK_PIXELS = 5;
const USUAL_HOURS = [8, 20];
const MOVABLE_STATES = ["option", "confirmed", "checked_in"];
const SCALES = ["day", "week", "month"];
// The place that this browser looked at last: its id, or "all".
const PLACE_KEY = "tierslieux_planning_place";

/** The nearest moment of the day that is a multiple of so many minutes. */
function roundTo(moment, step) {
    const minutes = Math.round((moment.hour * 60 + moment.minute) / step) * step;
    return moment.startOf("day").set({hour: Math.floor(minutes / 60), minute: minutes % 60});
}

export class BookingTimelineArchParser extends TimelineArchParser {
    parse(arch, fields) {
        const archInfo = super.parse(arch, fields);
        archInfo.quickViewId = parseInt(arch.getAttribute("quick_create_view_id"), 10) || false;
        return archInfo;
    }
}

/**
 * Bookings of the period that is shown (never all of them), and a row for every resource.
 */
export class BookingTimelineModel extends TimelineModel {
    /** @override: rights are asked the way Odoo 19 answers without a warning. */
    setup(params) {
        this.params = params;
        this.model_name = params.resModel;
        this.fields = params.fields;
        this.date_start = params.date_start;
        this.date_stop = params.date_stop;
        this.colors = params.colors;
        this.last_group_bys = params.default_group_by.split(",");
        this.keepLast = new KeepLast();
        this.data = [];
        this.rows = [];
        this.hours = [];
        this.places = [];
        this.placeId = false;
        this.hiddenWeekdays = [];
        const unit = SCALES.includes(params.mode) ? params.mode : "week";
        this.period = this.getLoadedPeriod(
            DateTime.now().startOf(unit),
            DateTime.now().endOf(unit)
        );
        onWillStart(async () => {
            [this.write_right, this.unlink_right, this.create_right] = await Promise.all(
                ["write", "unlink", "create"].map((operation) =>
                    user.checkAccessRight(this.model_name, operation)
                )
            );
        });
    }

    get isByResource() {
        return this.last_group_bys[0] === "resource_id";
    }

    /** What is loaded around what is seen, so that a step aside costs nothing. */
    getLoadedPeriod(start, end) {
        return {start: start.minus({days: 7}), end: end.plus({days: 7})};
    }

    async load(searchParams) {
        this.searchParams = searchParams;
        const groupBy = searchParams.groupBy || [];
        this.last_group_bys = groupBy.length ? groupBy : this.params.default_group_by.split(",");
        const fieldNames = [...new Set([...this.params.fieldNames, this.last_group_bys[0]])];
        const start = serializeDateTime(this.period.start);
        const stop = serializeDateTime(this.period.end);
        const {rows, hours, places, place_id} = this.isByResource
            ? await this.keepLast.add(
                  this.orm.call("tierslieux.resource", "get_timeline_rows", [
                      searchParams.domain,
                      start,
                      stop,
                      this.getWantedPlace(),
                  ])
              )
            : {rows: [], hours: [], places: [], place_id: false};
        const domain = [...searchParams.domain, ["start", "<", stop], ["stop", ">", start]];
        if (place_id) {
            domain.push(["place_id", "=", place_id]);
        }
        this.data = await this.keepLast.add(
            this.orm.searchRead(this.model_name, domain, fieldNames, {
                context: searchParams.context,
                order: "start, id",
            })
        );
        this.rows = rows;
        this.stepOf = new Map(rows.map((row) => [row.id, row.step]));
        this.smallestStep = Math.min(...rows.map((row) => row.step), 60);
        this.hours = hours.map((spans) =>
            spans.map((span) => span.map((moment) => deserializeDateTime(moment)))
        );
        this.places = places;
        this.placeId = place_id;
        this.notify();
    }

    isLoaded(start, end) {
        return this.period.start <= start && end <= this.period.end;
    }

    async loadPeriod(start, end) {
        this.period = this.getLoadedPeriod(start, end);
        await this.load(this.searchParams);
    }

    /** What was chosen last: a place, false for all of them, null when nothing was. */
    getWantedPlace() {
        const kept = browser.localStorage.getItem(PLACE_KEY);
        return kept === "all" ? false : parseInt(kept, 10) || null;
    }

    async choosePlace(placeId) {
        browser.localStorage.setItem(PLACE_KEY, placeId || "all");
        await this.load(this.searchParams);
    }

    getStep(rowId) {
        return this.stepOf.get(rowId) || USUAL_STEP;
    }

    async moveBooking(id, vals) {
        await this.orm.write(this.model_name, [id], vals);
    }

    _event_data_transform(record) {
        const start = deserializeDateTime(record.start);
        const stop = deserializeDateTime(record.stop);
        const group = record[this.last_group_bys[0]];
        const color = this.colors.filter((each) => evaluate(each.ast, record)).at(-1);
        const name = record.partner_id ? record.partner_id[1] : "";
        const label = [name, record.title].filter(Boolean).join(" · ");
        const seats = record.seats > 1 ? ` (${record.seats})` : "";
        const hours = `${start.toFormat("HH:mm")} – ${stop.toFormat("HH:mm")}`;
        return {
            id: record.id,
            start: start.toJSDate(),
            end: stop.toJSDate(),
            content: escape(label + seats).toString(),
            title: escape(`${hours} ${label}${seats}`).toString(),
            group: Array.isArray(group) ? group[0] : -1,
            evt: record,
            className: `o_tl_booking o_tl_booking_${record.state}`,
            style: color ? `background-color: ${color.color};` : "",
            editable: this.canEdit && MOVABLE_STATES.includes(record.state),
        };
    }

    /** For each set of opening hours, when it is closed: the background of its rows. */
    getClosedSpans() {
        return this.hours.map((open) => {
            const bounds = [this.period.start, ...open.flat(), this.period.end];
            const spans = [];
            for (let index = 0; index < bounds.length; index += 2) {
                if (bounds[index] < bounds[index + 1]) {
                    spans.push([bounds[index].toJSDate(), bounds[index + 1].toJSDate()]);
                }
            }
            return spans;
        });
    }

    /**
     * The nights and the weekend days on which nothing is open nor booked are not drawn: the
     * hours that matter have the room.
     */
    getHiddenDates() {
        const spans = [
            ...this.hours.flat(),
            ...this.data.map((record) => [
                deserializeDateTime(record.start),
                deserializeDateTime(record.stop),
            ]),
        ];
        const hours = [];
        const weekdays = new Set();
        for (const [start, stop] of spans) {
            weekdays.add(start.weekday).add(stop.minus(1).weekday);
            const last = stop.minus(1);
            if (start.hasSame(last, "day")) {
                hours.push([start.hour, last.hour + 1]);
            } else if (last < start.plus({days: 1})) {
                // Over midnight
                hours.push([0, 24]);
            } else {
                // Open day and night, or taken for days: the hours when people come
                hours.push(USUAL_HOURS);
            }
        }
        const from = hours.length ? Math.min(...hours.map((pair) => pair[0])) : USUAL_HOURS[0];
        const to = hours.length ? Math.max(...hours.map((pair) => pair[1])) : USUAL_HOURS[1];
        const monday = this.period.start.startOf("week");
        const format = (moment) => moment.toFormat("yyyy-MM-dd HH:mm:ss");
        const hidden = [];
        if (from > 0 || to < 24) {
            hidden.push({
                start: format(monday.set({hour: to % 24}).plus({days: to === 24 ? 1 : 0})),
                end: format(monday.plus({days: 1}).set({hour: from})),
                repeat: "daily",
            });
        }
        this.hiddenWeekdays = [6, 7].filter((day) => spans.length && !weekdays.has(day));
        for (const weekday of this.hiddenWeekdays) {
            const day = monday.plus({days: weekday - 1});
            hidden.push({
                start: format(day),
                end: format(day.plus({days: 1})),
                repeat: "weekly",
            });
        }
        return hidden;
    }
}

export class BookingTimelineRenderer extends TimelineRenderer {
    static template = "tierslieux_booking.BookingTimelineRenderer";
    static props = {
        ...TimelineRenderer.props,
        onPeriodShown: Function,
        onOpen: Function,
        onBook: Function,
        onPlaceChosen: Function,
    };

    setup() {
        super.setup();
        this.options = {
            ...this.options,
            orientation: {axis: "top", item: "top"},
            // The language of the user, not that of the browser.
            locale: DateTime.now().locale.split("-")[0],
            margin: {item: {horizontal: 0, vertical: 3}, axis: 3},
            itemsAlwaysDraggable: {item: true, range: true},
            snap: (date) => this.snap(date),
            zoomMin: 1000 * 60 * 60 * 3,
            zoomMax: 1000 * 60 * 60 * 24 * 45,
            // The arrows change the period; dragging is for bookings alone.
            moveable: false,
            verticalScroll: true,
            multiselect: false,
            tooltip: {followMouse: true, overflowMethod: "flip"},
        };
        this.label = useState({text: ""});
        onWillUnmount(() => this.timeline && this.timeline.destroy());
    }

    get scales() {
        return [
            ["day", _t("Day")],
            ["week", _t("Week")],
            ["month", _t("Month")],
        ];
    }

    snap(date) {
        const moment = DateTime.fromJSDate(new Date(date));
        return roundTo(moment, this.model.smallestStep).toJSDate();
    }

    init_timeline() {
        super.init_timeline();
        // A click on a free hour books it: no double-click to know about, nor a cross that deletes.
        this.timeline.setOptions({
            editable: {
                add: false,
                remove: false,
                updateTime: Boolean(this.model.canEdit),
                updateGroup: Boolean(this.model.canEdit) && this.model.isByResource,
            },
        });
        // The library counts a drag from where it notices it, some pixels late: half an hour off
        // for a quick hand. Its own handler, which comes after, is told where the press was.
        this.timeline.itemSet.hammer._handlers.panstart.unshift((event) => {
            event.center = {x: event.center.x - event.deltaX, y: event.center.y - event.deltaY};
        });
        this.timeline.on("mouseDown", ({event}) => {
            this.pressedAt = [event.clientX, event.clientY];
        });
        this.timeline.on("rangechange", () => this.updateLabel());
        // Once drawn: hidden hours are placed with the rest.
        this.timeline.on("changed", () => this.paintClosedHours());
        this.timeline.on("rangechanged", ({start, end}) =>
            this.props.onPeriodShown(DateTime.fromJSDate(start), DateTime.fromJSDate(end))
        );
        this.updateLabel();
    }

    updateLabel() {
        const {start, end} = this.timeline.getWindow();
        const [first, last] = [start, end].map((date) => DateTime.fromJSDate(date));
        const format = {day: "numeric", month: "long", year: "numeric"};
        this.label.text = first.hasSame(last.minus(1), "day")
            ? first.toLocaleString({...format, weekday: "long"})
            : `${first.toLocaleString(format)} – ${last.minus(1).toLocaleString(format)}`;
    }

    // ------------------------------------------------------------------ period

    showScale(scale, date) {
        this.mode.data = scale;
        const start = (date || this.getFocus()).startOf(scale);
        let end = start.plus({[scale]: 1});
        // The library keeps the room of hidden days that touch the end of the period.
        while (scale === "week" && this.model.hiddenWeekdays.includes(end.minus(1).weekday)) {
            end = end.minus({days: 1});
        }
        this.timeline.setWindow(start.toJSDate(), end.toJSDate(), {animation: false});
    }

    /** Today where it is on the screen, else the middle of what is. */
    getFocus() {
        const {start, end} = this.timeline.getWindow();
        const now = DateTime.now();
        // Whole days: the hours that are not drawn are not in the window.
        const first = DateTime.fromJSDate(start).startOf("day");
        const last = DateTime.fromJSDate(end).minus(1).endOf("day");
        return first <= now && now <= last ? now : this.getMiddle();
    }

    getMiddle() {
        const {start, end} = this.timeline.getWindow();
        return DateTime.fromMillis((start.getTime() + end.getTime()) / 2);
    }

    get scale() {
        return SCALES.includes(this.mode.data) ? this.mode.data : "week";
    }

    onStep(direction) {
        const {start} = this.timeline.getWindow();
        const shown = DateTime.fromJSDate(start).plus({hours: 12});
        this.showScale(this.scale, shown.plus({[this.scale]: direction}));
    }

    onPlaceChange(event) {
        this.props.onPlaceChosen(parseInt(event.target.value, 10));
    }

    onToday() {
        this.showScale(this.scale, DateTime.now());
    }

    // ------------------------------------------------------------------ data

    /**
     * @override: the library shows nothing before its first change of period, which does not
     * come when hidden hours leave the period as it was asked.
     */
    async load_initial_data() {
        if (this.initial_data_loaded) {
            return;
        }
        this.initial_data_loaded = true;
        await this.on_data_loaded(this.model.data);
        this.timeline.initialRangeChangeDone = true;
        this.timeline.redraw();
        this.showScale(this.scale, DateTime.now());
    }

    async on_data_loaded(records) {
        const items = records.map((record) => this.model._event_data_transform(record));
        this.timeline.setOptions({hiddenDates: this.model.getHiddenDates()});
        this.timeline.setGroups(await this.split_groups(records));
        this.timeline.setItems(items);
        this.closedSpans = this.model.getClosedSpans();
        const {groups} = this.timeline.itemSet;
        for (const row of this.model.rows) {
            groups[row.id].dom.foreground.style.backgroundImage = `var(--o-tl-closed-${row.hours})`;
        }
    }

    /**
     * Closed hours are stripes of the background of the rows, one drawing for all the rows that
     * have the same hours: as items of the timeline they would be thousands.
     */
    paintClosedHours() {
        const {toScreen} = this.timeline.body.util;
        const width = this.timeline.body.domProps.center.width;
        const {style} = this.timeline.dom.root;
        for (const [rank, spans] of (this.closedSpans || []).entries()) {
            const stops = [];
            for (const span of spans) {
                const [from, to] = span.map((date) =>
                    Math.round(Math.max(0, Math.min(width, toScreen(date))))
                );
                if (from < to) {
                    stops.push(`transparent ${from}px`, `var(--o-tl-closed) ${from}px`);
                    stops.push(`var(--o-tl-closed) ${to}px`, `transparent ${to}px`);
                }
            }
            style.setProperty(
                `--o-tl-closed-${rank}`,
                stops.length ? `linear-gradient(to right, ${stops.join(", ")})` : "none"
            );
        }
    }

    async split_groups(records) {
        if (this.model.isByResource) {
            return this.model.rows.map((row, order) => ({
                id: row.id,
                order,
                content: this.makeRowLabel(row.name, row.detail),
            }));
        }
        const groups = await super.split_groups(records);
        return groups
            .filter((group) => group.id !== -1)
            .map((group) => ({...group, content: this.makeRowLabel(group.content, "")}));
    }

    /** An element, so that what people call their rooms is never read as HTML. */
    makeRowLabel(name, detail) {
        const label = document.createElement("div");
        label.className = "o_tl_row";
        const title = document.createElement("div");
        title.textContent = name;
        const small = document.createElement("small");
        small.className = "text-muted";
        small.textContent = detail;
        label.append(title, small);
        return label;
    }

    on_timeline_click(event) {
        const {clientX, clientY} = event.event;
        const [x, y] = this.pressedAt || [clientX, clientY];
        if (Math.hypot(clientX - x, clientY - y) > CLICK_PIXELS) {
            return;
        }
        if (event.what === "item" && Number.isInteger(event.item)) {
            this.props.onOpen(event.item);
        } else if (
            event.what === "background" &&
            event.group > 0 &&
            this.model.isByResource &&
            this.model.canCreate
        ) {
            this.props.onBook(event.group, DateTime.fromJSDate(new Date(event.snappedTime)));
        }
    }

    on_timeline_double_click() {}
}

export class BookingTimelineController extends TimelineController {
    setup() {
        super.setup();
        this.notification = useService("notification");
    }

    get rendererProps() {
        return {
            ...super.rendererProps,
            onPeriodShown: async (start, end) => {
                if (!this.model.isLoaded(start, end)) {
                    await this.model.loadPeriod(start, end);
                    this.render();
                }
            },
            onPlaceChosen: async (placeId) => {
                await this.model.choosePlace(placeId);
                this.render();
            },
            onOpen: (id) => this.openDialog({resId: id, title: _t("Booking")}),
            onBook: (resourceId, start) =>
                this.openDialog({
                    viewId: this.props.modelParams.quickViewId,
                    title: _t("Book"),
                    context: {
                        ...this.props.context,
                        default_resource_id: resourceId,
                        default_start: serializeDateTime(start),
                    },
                }),
        };
    }

    async reload() {
        await this.model.load(this.model.searchParams);
        this.render();
    }

    /** One dialog at a time; what was done in it shows when it closes. */
    openDialog(props) {
        if (this.hasDialog) {
            return;
        }
        this.hasDialog = true;
        this.dialogService.add(
            FormViewDialog,
            {resModel: this.model.model_name, ...props},
            {
                onClose: () => {
                    this.hasDialog = false;
                    this.reload();
                },
            }
        );
    }

    _onUpdate(item) {
        this.openDialog({resId: item.id, title: _t("Booking")});
    }

    /**
     * Move or resize. A refusal (the slot is taken) puts the booking back where it was, and its
     * sentence is shown; a move can be undone for as long as its message is on the screen.
     */
    async _onMove(item, callback) {
        const record = item.evt;
        // What was not dragged stays to the minute; what was falls on the step of its row.
        const round = (date, field) => {
            const moment = DateTime.fromJSDate(date);
            return +moment === +deserializeDateTime(record[field])
                ? moment
                : roundTo(moment, this.model.getStep(item.group));
        };
        const vals = {
            start: serializeDateTime(round(item.start, "start")),
            stop: serializeDateTime(round(item.end, "stop")),
        };
        const before = {start: record.start, stop: record.stop};
        if (this.model.isByResource && item.group !== record.resource_id[0]) {
            vals.resource_id = item.group;
            before.resource_id = record.resource_id[0];
        }
        try {
            await this.model.moveBooking(item.id, vals);
        } catch (error) {
            callback(null);
            throw error;
        }
        callback(item);
        await this.reload();
        this.notifyMove(item, vals, before);
    }

    notifyMove(item, vals, before) {
        const [start, stop] = [vals.start, vals.stop].map((moment) => deserializeDateTime(moment));
        const close = this.notification.add(
            _t("%(person)s: %(day)s, %(start)s to %(stop)s", {
                person: item.evt.partner_id[1],
                day: start.toLocaleString({weekday: "long", day: "numeric", month: "long"}),
                start: start.toFormat("HH:mm"),
                stop: stop.toFormat("HH:mm"),
            }),
            {
                title: _t("Booking moved"),
                type: "success",
                buttons: [
                    {
                        name: _t("Undo"),
                        onClick: async () => {
                            close();
                            try {
                                await this.model.moveBooking(item.id, before);
                            } finally {
                                await this.reload();
                            }
                        },
                    },
                ],
            }
        );
    }
}

registry.category("views").add("tierslieux_booking_timeline", {
    ...TimelineView,
    ArchParser: BookingTimelineArchParser,
    Controller: BookingTimelineController,
    Model: BookingTimelineModel,
    Renderer: BookingTimelineRenderer,
});
