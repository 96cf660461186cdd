import { all, on, toast } from "./dom";
import { say } from "./texts";

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
declare const BarcodeDetector: { new (): Detector } | undefined;

/** Evidence that a hand or a camera gives: a signature drawn on a pad, codes read by a scanner or the camera. */
export function startEvidence(): void {
  document.addEventListener("pointerdown", (event) => {
    const pad = (event.target as Element).closest?.<HTMLCanvasElement>("canvas[data-pad]");
    if (pad) draw(pad, event);
  });
  on("click", "[data-pad-clear]", (button) => wipe(button.parentElement!.querySelector("canvas")!));
  showCameras();
  new MutationObserver(showCameras).observe(document.body, { childList: true, subtree: true });
  on("click", "[data-camera]", (button) => void read(document.getElementById(button.dataset.camera!) as HTMLTextAreaElement));
}

/** Draws while the pointer is down; when it leaves, the picture becomes the file of the input beside the pad. */
function draw(pad: HTMLCanvasElement, event: PointerEvent): void {
  event.preventDefault();
  const pen = pad.getContext("2d")!;
  const at = (one: PointerEvent): [number, number] => {
    const box = pad.getBoundingClientRect();
    return [((one.clientX - box.left) * pad.width) / box.width, ((one.clientY - box.top) * pad.height) / box.height];
  };
  if (pad.dataset.drawn === undefined) {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, pad.width, pad.height);
  }
  pad.dataset.drawn = "";
  pen.strokeStyle = "#1a2123";
  pen.lineWidth = 4;
  pen.lineCap = pen.lineJoin = "round";
  pen.beginPath();
  pen.moveTo(...at(event));
  pad.setPointerCapture(event.pointerId);
  const move = (one: PointerEvent): void => {
    pen.lineTo(...at(one));
    pen.stroke();
  };
  pad.addEventListener("pointermove", move);
  pad.addEventListener(
    "pointerup",
    () => {
      pad.removeEventListener("pointermove", move);
      take(pad);
    },
    { once: true },
  );
}

function take(pad: HTMLCanvasElement): void {
  const holder = pad.parentElement!;
  holder.querySelector<HTMLElement>("[data-pad-clear]")!.hidden = false;
  pad.toBlob((blob) => {
    if (!blob) return;
    const given = new DataTransfer();
    given.items.add(new File([blob], "signature.png", { type: "image/png" }));
    const input = holder.querySelector<HTMLInputElement>("input[type=file]")!;
    input.files = given.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }, "image/png");
}

function wipe(pad: HTMLCanvasElement): void {
  pad.getContext("2d")!.clearRect(0, 0, pad.width, pad.height);
  delete pad.dataset.drawn;
  const holder = pad.parentElement!;
  holder.querySelector<HTMLElement>("[data-pad-clear]")!.hidden = true;
  holder.querySelector<HTMLInputElement>("input[type=file]")!.dataset.value = "";
}

/** The camera is offered where the browser can read codes; everywhere else a scanner types into the field. */
function showCameras(): void {
  if (typeof BarcodeDetector === "undefined") return;
  for (const button of all("[data-camera][hidden]")) button.hidden = false;
}

async function read(field: HTMLTextAreaElement): Promise<void> {
  const sheet = document.querySelector<HTMLDialogElement>("#sheet")!;
  sheet.innerHTML = `<header><h2 id="sheet-title"></h2></header><div class="body"><video autoplay playsinline muted></video></div>
    <footer><button type="button" class="button main" data-close></button></footer>`;
  sheet.querySelector("h2")!.textContent = say("scan.title");
  sheet.querySelector("[data-close]")!.textContent = say("scan.done");
  const video = sheet.querySelector("video")!;
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    return toast(say("no_camera"), "refused");
  }
  sheet.showModal();
  const detector = new BarcodeDetector!();
  let last = "";
  while (sheet.open) {
    const found = await detector.detect(video).catch(() => []);
    const code = found[0]?.rawValue ?? "";
    if (code && code !== last) {
      field.value = `${field.value.trimEnd()}\n${code}`.trimStart();
      field.dispatchEvent(new Event("input", { bubbles: true }));
      navigator.vibrate?.(60);
    }
    last = code;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  for (const track of (video.srcObject as MediaStream).getTracks()) track.stop();
}
