import {FormController} from "@web/views/form/form_controller";
import {formView} from "@web/views/form/form_view";
import {registry} from "@web/core/registry";
import {useBus} from "@web/core/utils/hooks";

const SAVED = "TIERSLIEUX:PLACE_SAVED";

/**
 * What was typed on the form of a place waits while bookings are decided in a window, which saves
 * it with the decisions: the form forgets what it holds and shows what is saved, so that nothing
 * is saved a second time when it is left.
 */
class PlaceFormController extends FormController {
    setup() {
        super.setup();
        useBus(this.env.bus, SAVED, ({detail}) => {
            if (this.model.root.resId === detail.placeId) {
                return this.model.load();
            }
        });
    }
}

registry
    .category("views")
    .add("tierslieux_place_form", {...formView, Controller: PlaceFormController});

registry.category("actions").add("tierslieux_booking.place_saved", (env, action) => {
    env.bus.trigger(SAVED, {placeId: action.params.place_id});
    return {type: "ir.actions.act_window_close"};
});
