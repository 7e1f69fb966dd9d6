import {registry} from "@web/core/registry";
import {calendarView} from "@web/views/calendar/calendar_view";
import {CalendarModel} from "@web/views/calendar/calendar_model";

/** A booking dropped where it may not be goes back, and the refusal says why. */
export class BookingCalendarModel extends CalendarModel {
    async updateRecord(record, options = {}) {
        try {
            await super.updateRecord(record, options);
        } catch (error) {
            await this.load();
            throw error;
        }
    }
}

registry.category("views").add("tierslieux_booking_calendar", {
    ...calendarView,
    Model: BookingCalendarModel,
});
