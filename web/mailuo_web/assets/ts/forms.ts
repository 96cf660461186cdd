import { call, fragment, Refused, upload } from "./api";
import { all, on, showProblem, toast } from "./dom";
import { ask } from "./sheet";
import { say } from "./texts";

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** Record forms: only what was changed is sent, problems stand beside their field, nothing typed is lost. */
export function startForms(): void {
  rememberForms();
  on("input", "[data-record-form]", (form) => showBar(form as HTMLFormElement));
  on("change", "[data-record-form], [data-new-record]", (form) => {
    showBar(form as HTMLFormElement);
    void showConditional(form as HTMLFormElement);
  });
  on("change", "input[data-file]", (input) => void takeFile(input as HTMLInputElement));
  on("input", "input[data-link]", (input) => void suggest(input as HTMLInputElement));
  on("submit", "[data-record-form]", (form, event) => {
    event.preventDefault();
    void save(form as HTMLFormElement);
  });
  on("submit", "[data-new-record]", (form, event) => {
    event.preventDefault();
    void create(form as HTMLFormElement);
  });
  document.addEventListener("reset", (event) => setTimeout(() => showBar(event.target as HTMLFormElement)));
  on("click", "[data-delete]", (button) => remove(button));
  offerRestore();
  window.addEventListener("beforeunload", (event) => {
    if (all<HTMLFormElement>("[data-record-form]").some((form) => Object.keys(changes(form)).length)) event.preventDefault();
  });
}

/** Takes what the forms of the page hold now as what the server has. */
export function rememberForms(): void {
  for (const form of all<HTMLFormElement>("[data-record-form], [data-new-record]")) remember(form);
}

const before = new WeakMap<HTMLFormElement, Record<string, unknown>>();

function remember(form: HTMLFormElement): void {
  before.set(form, values(form));
}

/** The value of an input as the API takes it: null for blank, a list for many, true or false, else text. */
export function valueOf(control: Element): unknown {
  const field = control as Control & { dataset: DOMStringMap };
  if (field.dataset.many !== undefined)
    return all<HTMLInputElement>("input:checked", field).map((one) => one.value);
  if (field.dataset.file !== undefined) return field.dataset.value || null;
  if (field.dataset.scan !== undefined) return scanned(field.value);
  if (field.dataset.link !== undefined) return linkedKey(field as HTMLInputElement);
  if (field.dataset.boolean !== undefined) return field.value === "" ? null : field.value === "true";
  return field.value.trim() === "" ? null : field.value;
}

/** The codes of a scanned list, one a piece: a number behind a code says how many pieces it stands for. */
function scanned(text: string): string[] | null {
  const codes = text.split("\n").flatMap((line) => {
    const [, code, count] = /^(\S+)(?:\s+(\d{1,3}))?$/.exec(line.trim()) ?? [];
    return code ? Array<string>(Number(count ?? 1)).fill(code) : line.trim() ? [line.trim()] : [];
  });
  return codes.length ? codes : null;
}

/** The key of the record that a link input names: the chosen suggestion's, the present one's, else what was typed. */
function linkedKey(input: HTMLInputElement): string | null {
  const typed = input.value.trim();
  if (!typed) return null;
  if (typed === input.dataset.shown) return input.dataset.key || typed;
  return [...(input.list?.options ?? [])].find((option) => option.value === typed)?.dataset.key ?? typed;
}

function values(form: HTMLFormElement): Record<string, unknown> {
  const controls = all("input[data-field], select[data-field], textarea[data-field], [data-many]", form);
  return Object.fromEntries(controls.map((one) => [one.dataset.field!, valueOf(one)]));
}

/** The fields of a form that differ from what the server sent. */
export function changes(form: HTMLFormElement): Record<string, unknown> {
  const old = before.get(form) ?? {};
  return Object.fromEntries(
    Object.entries(values(form)).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(old[name])),
  );
}

/** Fields with a condition come and go as the form is filled in. */
async function showConditional(form: HTMLFormElement): Promise<void> {
  const conditional = all("[data-conditional]", form);
  if (!conditional.length) return;
  const query = encodeURIComponent(JSON.stringify(values(form)));
  const shown = await call<string[]>("GET", `${form.dataset.table}/shown?values=${query}`).catch(() => null);
  if (shown) for (const field of conditional) field.hidden = !shown.includes(field.dataset.conditional!);
}

function showBar(form: HTMLFormElement): void {
  const bar = form.querySelector<HTMLElement>("[data-form-bar]");
  if (!bar) return;
  const count = Object.keys(changes(form)).length;
  bar.hidden = count === 0;
  bar.querySelector("[data-form-said]")!.textContent = count ? say("form.changed", { count }) : "";
}

/** Saves what was changed in a record's form; gives whether it is saved. */
export async function save(form: HTMLFormElement): Promise<boolean> {
  const changed = changes(form);
  if (!Object.keys(changed).length) return true;
  const record = form.closest<HTMLElement>("[data-api]")!;
  try {
    await call("PATCH", record.dataset.api!, changed, { "If-Match": `"${record.dataset.version}"` });
  } catch (problem) {
    showTroubles(form, problem as Refused);
    return false;
  }
  remember(form);
  location.reload();
  return true;
}

async function create(form: HTMLFormElement): Promise<void> {
  const given = Object.fromEntries(Object.entries(values(form)).filter(([, value]) => value !== null));
  try {
    const record = await call<{ id: string; key?: string }>("POST", form.dataset.newRecord!, given, {
      "Idempotency-Key": (form.dataset.once ??= crypto.randomUUID()),
    });
    location.assign(`${form.dataset.table}/records/${encodeURIComponent(record.id)}`);
  } catch (problem) {
    if ((problem as Refused).nothingDone) delete form.dataset.once;
    showTroubles(form, problem as Refused);
  }
}

/** Puts each problem beside its field, the rest at the foot, and the focus on the first, with its reason in sight. */
function showTroubles(form: HTMLFormElement, refused: Refused): void {
  for (const place of all("[data-problem-for]", form)) showProblem(place, "");
  for (const control of all("[aria-invalid]", form)) control.removeAttribute("aria-invalid");
  const rest: string[] = [];
  for (const trouble of refused.troubles) {
    const place = trouble.field && form.querySelector(`[data-problem-for="${CSS.escape(trouble.field)}"]`);
    if (!place) rest.push(trouble.message);
    else {
      showProblem(place, trouble.message);
      form.querySelector(`[data-field="${CSS.escape(trouble.field!)}"]`)?.setAttribute("aria-invalid", "true");
    }
  }
  const text = refused.status === 412 ? say("lost_race") : rest.join("；") || (refused.troubles.length ? "" : refused.message);
  showProblem(form.querySelector("[data-form-problem]"), text);
  const first = form.querySelector<HTMLElement>("[aria-invalid]");
  first?.focus({ preventScroll: true });
  (first?.closest(".field") ?? first)?.scrollIntoView({ block: "center" });
}

/** Uploads a chosen file at once and shows its name; the field holds the file's id until it is saved. */
async function takeFile(input: HTMLInputElement): Promise<void> {
  const file = input.files?.[0];
  const name = input.parentElement!.querySelector("[data-file-name]")!;
  if (!file) return;
  name.textContent = file.name;
  input.dataset.uploading = "";
  try {
    input.dataset.value = await upload(file, (share) => (name.textContent = `${file.name} ${Math.round(share * 100)}%`));
    name.textContent = file.name;
    showProblem(problemOf(input), "");
    for (const said of all(`label[for="${input.id}"] [data-said]`)) said.textContent = file.name;
  } catch (problem) {
    showProblem(problemOf(input), (problem as Error).message);
  }
  delete input.dataset.uploading;
  const form = input.closest<HTMLFormElement>("[data-record-form]");
  if (form) showBar(form);
  input.dispatchEvent(new CustomEvent("uploaded", { bubbles: true }));
}

function problemOf(input: HTMLElement): Element | null {
  return input.closest(".field")?.querySelector("[data-problem-for]") ?? null;
}

/** Waits until no file of these inputs is still on its way. */
export async function uploaded(inputs: HTMLElement[]): Promise<void> {
  while (inputs.some((input) => input.dataset.uploading !== undefined))
    await new Promise((resolve) => document.addEventListener("uploaded", resolve, { once: true }));
}

async function suggest(input: HTMLInputElement): Promise<void> {
  const words = input.value.trim();
  if (words.length < 1) return;
  const html = await fragment(`/tables/${input.dataset.link}/suggest?q=${encodeURIComponent(words)}`).catch(() => "");
  if (input.list && input.value.trim() === words) input.list.innerHTML = html;
}

/** Moves a record to the trash; the table's page then says so and offers to take it back. */
function remove(button: HTMLElement): void {
  const record = button.dataset.delete!;
  ask({
    title: say("delete.title"),
    what: say("delete.sure", { what: button.dataset.what ?? "" }),
    note: "",
    go: say("delete.go"),
    run: async () => {
      await call("DELETE", record);
      sessionStorage.setItem("deleted", JSON.stringify({ record, what: button.dataset.what }));
      location.assign(button.dataset.back!);
    },
  });
}

function offerRestore(): void {
  const kept = sessionStorage.getItem("deleted");
  if (!kept) return;
  sessionStorage.removeItem("deleted");
  const { record, what } = JSON.parse(kept) as { record: string; what: string };
  const restore = async (): Promise<void> => {
    await call("POST", `${record}/restore`).catch((problem: Error) => toast(problem.message, "refused"));
    location.reload();
  };
  toast(say("deleted", { what }), "done", { name: say("undo"), run: () => void restore() });
}
