import {patch} from "@web/core/utils/patch";
import {Today} from "@tierslieux_presence/today/today";

/** A walk-in buys a pass: the window opens on the place that the desk looks at. */
patch(Today.prototype, {
    sellPass() {
        return this.action.doAction("tierslieux_coworking.sell_pass_action", {
            additionalContext: {default_place_id: this.state.placeId},
            onClose: () => this.onDialogClosed(),
        });
    },
});
