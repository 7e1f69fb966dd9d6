import {Component} from "@odoo/owl";
import {CopyButton} from "@web/core/copy_button/copy_button";
import {Dialog} from "@web/core/dialog/dialog";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

// An address that holds a secret: to be taken now, since it is not shown again.
export class SecretDialog extends Component {
    static template = "tierslieux_base.SecretDialog";
    static components = {CopyButton, Dialog};
    static props = {title: String, url: String, close: Function};

    setup() {
        this.copyText = _t("Copy");
        this.copiedText = _t("Copied");
        // A page that is not served over HTTPS may not write into the clipboard.
        this.hasClipboard = Boolean(navigator.clipboard);
    }

    selectAll(ev) {
        ev.target.select();
    }
}

// It does not wait for the window to be closed: the question asked before would stay below it.
registry.category("actions").add("tierslieux_secret", (env, action) => {
    const {title, url} = action.params;
    env.services.dialog.add(
        SecretDialog,
        {title, url},
        {onClose: () => env.services.action.doAction("soft_reload")}
    );
});
