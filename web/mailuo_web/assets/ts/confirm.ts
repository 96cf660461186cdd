import { call, Refused } from "./api";
import { again, ownClaim, retract, Timeline } from "./claims";
import { all, on, showProblem, toast } from "./dom";
import { uploaded, valueOf } from "./forms";
import { keep } from "./kept";
import { say } from "./texts";

/** Confirming a node: one claim with exactly the evidence and the fields that the node asks for. */
export function startConfirm(): void {
  on("submit", "[data-confirm-form]", (form, event) => {
    event.preventDefault();
    void confirm(form as HTMLFormElement);
  });
  for (const type of ["input", "change"] as const) on(type, "[data-confirm-form]", (form) => (form.dataset.touched = ""));
  on("click", "[data-locate]", (button) => locate(button));
}

async function confirm(form: HTMLFormElement): Promise<void> {
  const button = form.querySelector<HTMLButtonElement>("[data-confirm]")!;
  if (button.ariaDisabled) return;
  const api = document.querySelector<HTMLElement>("[data-api]")!.dataset.api!;
  const node = form.dataset.confirmForm!;
  button.ariaDisabled = "true"; // and not disabled: that would lose the keyboard's place
  form.dataset.touched = ""; // nothing is drawn over it while its answer is on the way
  clear(form);
  try {
    await uploaded(all("input[data-file]", form));
    const once = (form.dataset.once ??= crypto.randomUUID());
    const timeline = await call<Timeline>("POST", `${api}/claims`, claim(form), { "Idempotency-Key": once });
    const own = ownClaim(timeline, node);
    again(say("confirmed", { node: form.dataset.title ?? "" }), own ? () => retract(api, own) : undefined);
  } catch (problem) {
    if (disputed(problem as Refused)) keep(api, form.dataset.title ?? "", claim(form), crypto.randomUUID());
    if ((problem as Refused).nothingDone) delete form.dataset.once;
    show(form, problem as Refused);
  }
  button.ariaDisabled = null;
}

function disputed(refused: Refused): boolean {
  return refused.troubles.some((one) => one.code === "disputed");
}

function claim(form: HTMLFormElement): Record<string, unknown> {
  const evidence: Record<string, unknown> = {};
  let part: unknown;
  for (const control of all("[data-field]", form)) {
    const value = valueOf(control);
    if (value === null || (Array.isArray(value) && !value.length)) continue;
    if (control.dataset.field === "part") part = value;
    else evidence[control.dataset.field!] = control.dataset.field === "geo" ? place(String(value)) : value;
  }
  return {
    node: form.dataset.confirmForm,
    ...(part ? { part } : {}),
    ...(Object.keys(evidence).length ? { evidence } : {}),
  };
}

function place(text: string): unknown {
  const [lat, lng] = text.split(/[,，\s]+/).map(Number);
  return { lat, lng };
}

function clear(form: HTMLFormElement): void {
  showProblem(form.querySelector("[data-confirm-problem]"), "");
  for (const place of all("[data-problem-for]", form)) showProblem(place, "");
  for (const control of all("[aria-invalid]", form)) control.removeAttribute("aria-invalid");
}

/** The whole refusal stands above the button until the next try; the input that it is about is marked and takes the focus. */
function show(form: HTMLFormElement, refused: Refused): void {
  form.dataset.touched = "";
  const place = form.querySelector("[data-confirm-problem]");
  showProblem(place, refused.message);
  const names = refused.troubles.map((one) => one.field).filter(Boolean) as string[];
  const wrong = names.map((name) => form.querySelector<HTMLElement>(`[data-field="${CSS.escape(name)}"]`)).filter((one) => one !== null);
  for (const control of wrong) control.setAttribute("aria-invalid", "true");
  wrong[0]?.focus();
  place?.scrollIntoView({ block: "nearest" });
}

function locate(button: HTMLElement): void {
  const input = document.getElementById(button.dataset.locate!) as HTMLInputElement;
  navigator.geolocation.getCurrentPosition(
    (found) => {
      input.value = `${found.coords.latitude.toFixed(6)}, ${found.coords.longitude.toFixed(6)}`;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    },
    () => toast(say("no_place"), "refused"),
    { enableHighAccuracy: true, timeout: 10000 },
  );
}
