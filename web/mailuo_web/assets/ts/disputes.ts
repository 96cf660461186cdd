import { call, fragment, Refused } from "./api";
import { all, on, showProblem, toast } from "./dom";
import { uploaded } from "./forms";
import { say } from "./texts";

/** Disputes: evidence is handed over, consequences follow the time that is typed, a reviewer decides; one or many. */
export function startDisputes(): void {
  on("submit", "[data-prove]", (form, event) => {
    event.preventDefault();
    void prove(form as HTMLFormElement);
  });
  on("change", "[data-prove] [data-field=at]", (input) => void foresee(input as HTMLInputElement));
  on("click", "[data-review]", (button) => void review(button as HTMLButtonElement));
  on("click", "[data-zoom]", (button) => zoom(button));
  on("click", "[data-many]", (button) => void many(button as HTMLButtonElement));
  on("change", "[data-pick-each]", (box) => {
    for (const one of all<HTMLInputElement>("[data-pick-one]:not(:disabled)")) one.checked = (box as HTMLInputElement).checked;
  });
  tellArrival();
}

async function prove(form: HTMLFormElement): Promise<void> {
  const button = form.querySelector<HTMLButtonElement>("[type=submit]")!;
  for (const place of all("[data-problem-for], [data-form-problem]", form)) showProblem(place, "");
  button.disabled = true;
  try {
    await uploaded(all("input[data-file]", form));
    form.dataset.once ??= crypto.randomUUID();
    await call("POST", `/api/v1/disputes/${form.dataset.prove}/evidence`, given(form), { "Idempotency-Key": form.dataset.once });
    leave(say("dispute.proved"));
  } catch (problem) {
    if ((problem as Refused).nothingDone) delete form.dataset.once;
    beside(form, problem as Refused);
  }
  button.disabled = false;
}

function given(form: ParentNode): Record<string, unknown> {
  const value = (name: string): string => form.querySelector<HTMLInputElement>(`[data-field=${name}]`)?.value.trim() ?? "";
  const file = form.querySelector<HTMLElement>("[data-field=file]")?.dataset.value;
  return {
    ...(value("at") ? { at: value("at") } : {}),
    ...(file ? { file } : {}),
    ...(value("note") ? { note: value("note") } : {}),
  };
}

/** Each problem stands beside its input, the rest above the button; the photo and the words typed stay. */
function beside(form: ParentNode, refused: Refused): void {
  const rest = refused.troubles.filter((one) => {
    const place = one.field && form.querySelector(`[data-problem-for="${CSS.escape(one.field)}"]`);
    if (place) showProblem(place, one.message);
    return !place;
  });
  if (rest.length || !refused.troubles.length) showProblem(form.querySelector("[data-form-problem]"), refused.message);
}

async function foresee(input: HTMLInputElement): Promise<void> {
  const place = document.querySelector<HTMLElement>("[data-changes]");
  if (!place || !input.value) return;
  place.innerHTML = await fragment(`/disputes/${place.dataset.changes}/changes?at=${encodeURIComponent(input.value)}`);
  const at = place.querySelector<HTMLElement>("[data-at]")?.dataset.at;
  const shown = document.querySelector("[data-changes-at]");
  if (at && shown) shown.textContent = at;
}

async function review(button: HTMLButtonElement): Promise<void> {
  const verdict = button.dataset.review!;
  const note = document.querySelector<HTMLTextAreaElement>("#opinion")?.value.trim();
  const body = { verdict, evidence: button.dataset.evidence, ...(note ? { note } : {}) };
  button.disabled = true;
  try {
    await call("POST", `/api/v1/disputes/${button.dataset.dispute}/review`, body);
    leave(say(verdict === "accept" ? "dispute.accepted" : "dispute.rejected"));
  } catch (problem) {
    showProblem(document.querySelector("[data-review-problem]"), (problem as Error).message);
  }
  button.disabled = false;
}

/** Goes on with the next dispute of the queue, and says there what was done. */
function leave(said: string): void {
  sessionStorage.setItem("said", said);
  location.assign("/disputes");
}

function tellArrival(): void {
  const said = sessionStorage.getItem("said");
  if (said === null) return;
  sessionStorage.removeItem("said");
  toast(said);
}

function zoom(button: HTMLElement): void {
  const sheet = document.querySelector<HTMLDialogElement>("#sheet")!;
  sheet.innerHTML = `<header><h2 id="sheet-title"></h2></header><img alt=""><footer><button type="button" class="button" data-close></button></footer>`;
  sheet.querySelector("h2")!.textContent = button.dataset.what ?? "";
  sheet.querySelector("img")!.src = button.dataset.zoom!;
  sheet.querySelector("img")!.alt = button.dataset.what ?? "";
  sheet.querySelector("[data-close]")!.textContent = say("close");
  sheet.classList.add("zoomed");
  sheet.addEventListener("close", () => sheet.classList.remove("zoomed"), { once: true });
  sheet.showModal();
}

interface Batch {
  disputes: { id: string }[];
  refused: { dispute: string; errors: { message: string }[] }[];
}

/** Hands over, or decides, everything that is picked; each row answers for itself. */
async function many(button: HTMLButtonElement): Promise<void> {
  const rows = all("[data-dispute]:has([data-pick-one]:checked)");
  if (!rows.length) return toast(say("dispute.many.nothing"), "refused");
  for (const place of all("[data-form-problem]")) showProblem(place, "");
  button.disabled = true;
  try {
    await uploaded(all("input[data-file]"));
    show(await send(button.dataset.many!, rows));
  } catch (problem) {
    toast((problem as Error).message, "refused");
  }
  button.disabled = false;
}

function send(deed: string, rows: HTMLElement[]): Promise<Batch> {
  const once = { "Idempotency-Key": crypto.randomUUID() };
  if (deed === "evidence") {
    const evidence = rows.map((row) => ({ dispute: row.dataset.dispute, ...given(row) }));
    return call<Batch>("POST", "/api/v1/disputes/evidence", { evidence }, once);
  }
  return call<Batch>("POST", "/api/v1/disputes/review", { disputes: rows.map((row) => row.dataset.dispute), verdict: deed }, once);
}

function show(batch: Batch): void {
  for (const one of batch.disputes) {
    const row = document.querySelector<HTMLElement>(`tr[data-dispute="${CSS.escape(one.id)}"]`);
    row?.classList.add("done");
    for (const control of all<HTMLInputElement>("input", row!)) control.disabled = true;
    const box = row?.querySelector<HTMLInputElement>("[data-pick-one]");
    if (box) box.checked = false;
  }
  for (const one of batch.refused) {
    const row = document.querySelector(`tr[data-dispute="${CSS.escape(one.dispute)}"]`);
    showProblem(row?.querySelector("[data-form-problem]") ?? null, one.errors.map((each) => each.message).join("；"));
  }
  const [done, left] = [batch.disputes.length, batch.refused.length];
  toast(left ? say("dispute.many.some", { count: done, left }) : say("dispute.many.done", { count: done }), left ? "refused" : "done");
}
