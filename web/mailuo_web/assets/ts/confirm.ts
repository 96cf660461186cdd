import { call, Refused } from "./api";
import { all, on, showProblem, toast } from "./dom";
import { saveSome, uploaded, valueOf } from "./forms";
import { refresh } from "./polling";
import { say } from "./texts";

/** Confirming a node: what it requires is saved first, then the claim with exactly its evidence. */
export function startConfirm(): void {
  on("submit", "[data-confirm-form]", (form, event) => {
    event.preventDefault();
    void confirm(form as HTMLFormElement);
  });
  on("click", "[data-locate]", (button) => locate(button));
}

async function confirm(form: HTMLFormElement): Promise<void> {
  const button = form.querySelector<HTMLButtonElement>("[data-confirm]")!;
  const record = document.querySelector<HTMLElement>("[data-api]")!;
  const fields = document.querySelector<HTMLFormElement>("[data-record-form]");
  button.disabled = true;
  showProblem(form.querySelector("[data-confirm-problem]"), "");
  try {
    const needed = (form.dataset.requires ?? "").split(" ").filter(Boolean);
    await uploaded(all("input[data-file]"));
    if (fields && needed.length) await saveSome(fields, needed);
    await call("POST", `${record.dataset.api}/claims`, claim(form));
    toast(say("confirmed", { node: form.dataset.title ?? "" }));
    await refresh(document.querySelector("#tall"));
    await refresh(document.querySelector("#banners"));
  } catch (problem) {
    show(form, problem as Refused);
  }
  button.disabled = false;
}

function claim(form: HTMLFormElement): Record<string, unknown> {
  const evidence: Record<string, unknown> = {};
  let part: unknown;
  for (const control of all("[data-field]", form)) {
    const value = valueOf(control);
    if (value === null) continue;
    if (control.dataset.field === "part") part = value;
    else evidence[control.dataset.field!] = control.dataset.field === "geo" ? place(String(value)) : value;
  }
  return {
    node: form.dataset.confirmForm,
    ...(form.dataset.source ? { source: form.dataset.source } : {}),
    ...(part ? { part } : {}),
    ...(Object.keys(evidence).length ? { evidence } : {}),
  };
}

function place(text: string): unknown {
  const [lat, lng] = text.split(",").map((one) => one.trim());
  return { lat, lng };
}

function show(form: HTMLFormElement, refused: Refused): void {
  const place = form.querySelector("[data-confirm-problem]");
  showProblem(place, refused.message);
  place?.scrollIntoView({ block: "nearest" });
}

function locate(button: HTMLElement): void {
  const input = document.getElementById(button.dataset.locate!) as HTMLInputElement;
  navigator.geolocation.getCurrentPosition(
    (found) => (input.value = `${found.coords.latitude}, ${found.coords.longitude}`),
    () => toast(say("no_place"), "refused"),
  );
}
