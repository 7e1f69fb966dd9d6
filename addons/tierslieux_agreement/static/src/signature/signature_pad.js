import {Component, onMounted, onWillUnmount, useRef, useState} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {NameAndSignature} from "@web/core/signature/name_and_signature";

/**
 * Name and signature within a form of ours: the form is sent as any other, once, and the picture
 * goes with it. Odoo's own SignatureForm calls an address by itself instead.
 */
export class SignaturePad extends Component {
    static template = "tierslieux_agreement.SignaturePad";
    static components = {NameAndSignature};
    static props = {name: {type: String, optional: true}};

    setup() {
        this.root = useRef("root");
        this.drawing = useRef("drawing");
        this.signature = useState({
            name: this.props.name || "",
            getSignatureImage: () => "",
            resetSignature: () => {},
        });
        this.pad = {signature: this.signature, fontColor: "black", mode: "draw"};
        const keep = () => {
            this.drawing.el.value = this.signature.getSignatureImage();
        };
        let form = null;
        onMounted(() => {
            form = this.root.el.closest("form");
            // Before whatever holds a second sending back.
            form.addEventListener("submit", keep, true);
        });
        onWillUnmount(() => form.removeEventListener("submit", keep, true));
    }
}

registry.category("public_components").add("tierslieux_agreement.signature_pad", SignaturePad);
