import {registry} from "@web/core/registry";
import {Interaction} from "@web/public/interaction";

// A page that never came (the network went away, or the person stopped it) can be asked again:
// the token of the form holds back what arrived after all.
const GIVEN_UP_MS = 30000;

/**
 * A form that is on its way is not sent a second time: two taps are one.
 *
 * Buttons stay focusable, and what happens is said to who does not see them turn grey.
 */
export class SendOnce extends Interaction {
    static selector = "input[name='form_token']";
    dynamicSelectors = {
        ...this.dynamicSelectors,
        _form: () => this.el.form,
    };
    dynamicContent = {
        _form: {"t-on-submit": (ev) => this.onSubmit(ev)},
        _window: {"t-on-pageshow": () => this.release()},
    };

    setup() {
        this.sending = false;
        this.buttons = [
            ...this.el.form.querySelectorAll("button:not([type]), [type='submit'], [type='image']"),
        ];
        this.status = this.el.form.querySelector(".o_tl_sending");
        this.text = this.el.form.querySelector(".o_tl_sending_text");
    }

    onSubmit(ev) {
        if (this.sending) {
            ev.preventDefault();
            return;
        }
        if (ev.defaultPrevented) {
            return;
        }
        this.show(true);
        this.givenUp = this.waitForTimeout(() => this.release(), GIVEN_UP_MS);
    }

    /** The page is shown again: the browser kept it as it was when the form left. */
    release() {
        clearTimeout(this.givenUp);
        if (this.sending) {
            this.show(false);
        }
    }

    show(sending) {
        this.sending = sending;
        for (const button of this.buttons) {
            button.classList.toggle("disabled", sending);
            button.toggleAttribute("aria-disabled", sending);
            if (sending) {
                button.setAttribute("aria-disabled", "true");
            }
        }
        if (this.status) {
            this.status.textContent = sending ? this.text.textContent : "";
        }
    }
}

registry.category("public.interactions").add("tierslieux_base.send_once", SendOnce);
