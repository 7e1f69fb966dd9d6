import {loadJS} from "@web/core/assets";
import {rpc} from "@web/core/network/rpc";
import {registry} from "@web/core/registry";
import {Interaction} from "@web/public/interaction";

const ANSWER_MS = {in: 6000, out: 6000, already: 5000, refused: 9000};
const ICONS = {
    in: "fa-check-circle text-success",
    out: "fa-sign-out text-primary",
    already: "fa-check-circle text-success",
    refused: "fa-exclamation-circle text-warning",
};
const SCAN_MS = 200;
// Where the browser reads no QR codes itself, ZXing does; it misses some codes at some sizes, so
// that each picture is tried at another width than the one before.
const SCAN_WIDTHS = [640, 360, 480, 280];
// A scanner plugged into the tablet types its code faster than anybody.
const SCANNER_GAP_MS = 60;

/** What the QR code of this picture says, drawn so many pixels wide; nothing without a code. */
function readCode(ZXing, reader, video, width) {
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = Math.round((width * video.videoHeight) / video.videoWidth);
    canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
    const source = new ZXing.HTMLCanvasElementLuminanceSource(canvas);
    try {
        return reader.decode(new ZXing.BinaryBitmap(new ZXing.HybridBinarizer(source))).getText();
    } catch {
        // No code on this picture, or one that cannot be read: the next picture will do.
        return "";
    }
}

export class Kiosk extends Interaction {
    static selector = ".o_tl_kiosk";
    dynamicContent = {
        ".o_tl_kiosk_scan": {"t-on-click": () => this.startCamera()},
        ".o_tl_kiosk_stop": {"t-on-click": () => this.stopCamera()},
        ".o_tl_kiosk_back": {"t-on-click": () => this.showHome()},
        ".o_tl_kiosk_form": {"t-on-submit.prevent": (ev) => this.onSubmit(ev)},
        _document: {"t-on-keydown": (ev) => this.onKey(ev)},
    };

    setup() {
        this.busy = false;
        this.typed = "";
        this.typedAt = 0;
        this.video = this.el.querySelector(".o_tl_kiosk_video");
    }

    destroy() {
        this.stopCamera();
    }

    toggle(selector, shown) {
        this.el.querySelector(selector).classList.toggle("d-none", !shown);
    }

    // ------------------------------------------------------------------ camera

    async startCamera() {
        this.toggle(".o_tl_kiosk_camera_error", false);
        try {
            this.detector = this.detector || (await this.waitFor(this.makeDetector()));
            this.stream = await this.waitFor(
                navigator.mediaDevices.getUserMedia({video: {facingMode: "user"}, audio: false})
            );
        } catch {
            this.toggle(".o_tl_kiosk_camera_error", true);
            return;
        }
        this.video.srcObject = this.stream;
        this.toggle(".o_tl_kiosk_video", true);
        this.toggle(".o_tl_kiosk_stop", true);
        this.toggle(".o_tl_kiosk_scan", false);
        this.scanSoon();
    }

    async makeDetector() {
        if ("BarcodeDetector" in window) {
            return new window.BarcodeDetector({formats: ["qr_code"]});
        }
        await loadJS("/web/static/lib/zxing-library/zxing-library.js");
        const reader = new window.ZXing.QRCodeReader();
        let turn = 0;
        return {
            detect: async (video) => {
                turn = (turn + 1) % SCAN_WIDTHS.length;
                const text = readCode(window.ZXing, reader, video, SCAN_WIDTHS[turn]);
                return text ? [{rawValue: text}] : [];
            },
        };
    }

    scanSoon() {
        this.waitForTimeout(() => this.scan(), SCAN_MS);
    }

    async scan() {
        if (!this.stream) {
            return;
        }
        let codes = [];
        if (!this.busy && this.video.readyState === HTMLMediaElement.HAVE_ENOUGH_DATA) {
            codes = await this.waitFor(this.detector.detect(this.video).catch(() => []));
        }
        if (codes.length) {
            await this.waitFor(this.pass({card: codes[0].rawValue}));
        }
        this.scanSoon();
    }

    stopCamera() {
        for (const track of this.stream ? this.stream.getTracks() : []) {
            track.stop();
        }
        this.stream = null;
        this.toggle(".o_tl_kiosk_video", false);
        this.toggle(".o_tl_kiosk_stop", false);
        this.toggle(".o_tl_kiosk_scan", true);
    }

    // ------------------------------------------------------------------ scanner, name

    /** A handheld scanner is a keyboard: the card's address, then Enter. */
    onKey(ev) {
        const now = Date.now();
        this.typed = now - this.typedAt > SCANNER_GAP_MS ? "" : this.typed;
        this.typedAt = now;
        if (ev.key === "Enter" && this.typed.includes("/membership/check/")) {
            ev.preventDefault();
            this.el.querySelector(".o_tl_kiosk_form").reset();
            this.pass({card: this.typed});
            this.typed = "";
        } else if (ev.key && ev.key.length === 1) {
            this.typed += ev.key;
        }
    }

    async onSubmit(ev) {
        const data = new FormData(ev.currentTarget);
        const params = {name: data.get("name"), birth_year: data.get("birth_year")};
        const kind = await this.waitFor(this.pass(params));
        if (kind && kind !== "refused") {
            this.el.querySelector(".o_tl_kiosk_form").reset();
        }
    }

    // ------------------------------------------------------------------ answer

    async pass(params) {
        if (this.busy) {
            return;
        }
        this.busy = true;
        this.toggle(".o_tl_kiosk_offline", false);
        let answer;
        try {
            answer = await this.waitFor(rpc(`/kiosk/${this.el.dataset.token}/pass`, params));
        } catch {
            this.busy = false;
            this.toggle(".o_tl_kiosk_offline", true);
            return;
        }
        this.showAnswer(answer);
        return answer.kind;
    }

    showAnswer({kind, title, lines}) {
        this.el.querySelector(".o_tl_kiosk_icon").className =
            `o_tl_kiosk_icon fa fa-5x mb-3 ${ICONS[kind]}`;
        this.el.querySelector(".o_tl_kiosk_title").textContent = title;
        this.el.querySelector(".o_tl_kiosk_lines").textContent = lines.join(" ");
        this.toggle(".o_tl_kiosk_home", false);
        this.toggle(".o_tl_kiosk_answer", true);
        this.el.querySelector(".o_tl_kiosk_back").focus();
        clearTimeout(this.backTimer);
        this.backTimer = this.waitForTimeout(() => this.showHome(), ANSWER_MS[kind]);
    }

    /** Whoever comes next finds an empty form: nothing of the one before stays on the screen. */
    showHome() {
        clearTimeout(this.backTimer);
        this.busy = false;
        this.toggle(".o_tl_kiosk_answer", false);
        this.toggle(".o_tl_kiosk_home", true);
        this.el.querySelector(".o_tl_kiosk_title").textContent = "";
        this.el.querySelector(".o_tl_kiosk_lines").textContent = "";
    }
}

registry.category("public.interactions").add("tierslieux_presence.kiosk", Kiosk);
