import {ListController} from "@web/views/list/list_controller";
import {listView} from "@web/views/list/list_view";
import {registry} from "@web/core/registry";

// Who is added to the members joins: the window takes the person, the fee and the payment.
export class MembersListController extends ListController {
    async createRecord() {
        await this.actionService.doAction("tierslieux_membership.membership_join_action", {
            onClose: () => this.model.root.load(),
        });
    }
}

registry
    .category("views")
    .add("tierslieux_members_list", {...listView, Controller: MembersListController});
