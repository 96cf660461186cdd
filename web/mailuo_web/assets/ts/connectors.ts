import { call } from "./api";
import { all, on, showProblem, toast } from "./dom";
import { refresh } from "./polling";
import { ask } from "./sheet";
import { say } from "./texts";

interface Operation {
  id: string;
  title: string;
  parameters: string[];
}
interface Made {
  id: string;
  state: string;
  status: number | null;
  error?: string;
  answer?: unknown;
  tries?: { milliseconds: number; status: number | null; outcome: string; error?: string; at: string }[];
}

/** Connectors: what goes out is held and let go, dead letters are replayed, a call is made by hand. */
export function startConnectors(): void {
  on("click", "[data-hold]", (button) => hold(button));
  on("click", "[data-release]", (button) => release(button));
  on("click", "[data-test]", (button) => test(button));
  on("click", "[data-show]", (button) => void show(button));
  on("change", "[data-pick-letter]", (box) => count(box));
  on("click", "[data-replay-picked]", (button) => void replayPicked(button as HTMLButtonElement));
  on("click", "[data-discard-picked]", (button) => discardPicked(button as HTMLButtonElement));
  on("click", "[data-replay-all]", (button) => replayAll(button));
}

function again(said: string): void {
  toast(said);
  for (const part of all("[data-poll]")) void refresh(part);
}

function hold(button: HTMLElement): void {
  const connector = button.dataset.hold;
  ask({
    title: say("hold.title", { what: button.dataset.what ?? "" }),
    what: say("hold.text"),
    note: "",
    go: say("hold.go"),
    run: async () => {
      await call("POST", "/api/v1/outgoing/hold", connector ? { connector } : {});
      again(say("hold.done"));
      if (!connector) location.reload();
    },
  });
}

function release(button: HTMLElement): void {
  const connector = button.dataset.release;
  const [deed, drop] = button.dataset.drop === undefined ? ["release", false] : ["drop", true];
  ask({
    title: say(`${deed}.title`, { what: button.dataset.what ?? "" }),
    what: say(`${deed}.text`),
    note: "",
    go: say(`${deed}.go`),
    run: async () => {
      const answer = await call<{ released: number }>("POST", "/api/v1/outgoing/release", { ...(connector ? { connector } : {}), drop });
      again(say(`${deed}.done`, { count: answer.released }));
      if (!connector) location.reload();
    },
  });
}

/** A sheet with the connector's operations and an input for each value that the chosen one is given. */
function test(button: HTMLElement): void {
  const operations = JSON.parse(button.dataset.operations!) as Operation[];
  const sheet = document.querySelector<HTMLDialogElement>("#sheet")!;
  sheet.innerHTML = `<form method="dialog"><header><h2 id="sheet-title"></h2></header><div class="body"><p class="quiet"></p>
    <div class="field"><label for="test-operation"></label><select class="input" id="test-operation"></select></div><div class="test-values"></div>
    <p class="said" role="status"></p><pre class="answer" tabindex="0" hidden></pre><div class="problem" role="alert" hidden><span></span></div></div>
    <footer><button type="button" class="button" data-close></button><button type="submit" class="button main"></button></footer></form>`;
  sheet.querySelector("h2")!.textContent = say("test.title", { what: button.dataset.what ?? "" });
  sheet.querySelector("p")!.textContent = say("test.lead");
  sheet.querySelector("label")!.textContent = say("test.operation");
  sheet.querySelector("[data-close]")!.textContent = say("close");
  sheet.querySelector("[type=submit]")!.textContent = say("test.go");
  const select = sheet.querySelector("select")!;
  select.append(...operations.map((one) => new Option(one.title, one.id)));
  const values = (): void => fill(sheet.querySelector(".test-values")!, operations.find((one) => one.id === select.value)!);
  select.addEventListener("change", values);
  values();
  sheet.querySelector("form")!.addEventListener("submit", (event) => {
    event.preventDefault();
    void send(sheet, button.dataset.test!, select.value);
  });
  sheet.showModal();
  select.focus();
}

function fill(place: Element, operation: Operation): void {
  place.replaceChildren(
    ...operation.parameters.map((name, number) => {
      const field = document.createElement("div");
      field.className = "field";
      const label = document.createElement("label");
      label.htmlFor = `test-${number}`;
      label.textContent = name;
      const input = document.createElement("input");
      input.className = "input";
      input.id = label.htmlFor;
      input.dataset.value = name;
      input.autocomplete = "off";
      field.append(label, input);
      return field;
    }),
  );
}

async function send(sheet: HTMLDialogElement, connector: string, operation: string): Promise<void> {
  const button = sheet.querySelector<HTMLButtonElement>("[type=submit]")!;
  const said = sheet.querySelector(".said")!;
  const inputs = all<HTMLInputElement>("[data-value]", sheet).filter((one) => one.value !== "");
  button.disabled = true;
  showProblem(sheet.querySelector(".problem"), "");
  try {
    const values = Object.fromEntries(inputs.map((one) => [one.dataset.value!, one.value]));
    const made = await call<Made>("POST", `/api/v1/connectors/${connector}/operations/${operation}/test`, { with: values });
    said.textContent = say("test.sent");
    tell(sheet, await ended(connector, made));
  } catch (problem) {
    said.textContent = "";
    showProblem(sheet.querySelector(".problem"), (problem as Error).message);
  }
  button.disabled = false;
  for (const part of all("[data-poll]")) void refresh(part);
}

/** The call once it has been tried, or as it stands after a while. */
async function ended(connector: string, made: Made): Promise<Made> {
  for (let turn = 0; turn < 24; turn++) {
    const now = await call<Made>("GET", `/api/v1/connectors/${connector}/calls/${made.id}`);
    if (now.state !== "waiting") return now;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return made;
}

function tell(sheet: HTMLDialogElement, made: Made): void {
  const last = made.tries?.[made.tries.length - 1];
  const gaps = { state: say(`call.state.${made.state}`), millis: last?.milliseconds ?? 0, status: made.status ?? last?.status ?? "—" };
  sheet.querySelector(".said")!.textContent = last ? say("test.done", gaps) : made.state === "waiting" ? say("test.waits") : gaps.state;
  const answer = sheet.querySelector<HTMLElement>(".answer")!;
  answer.hidden = made.answer == null;
  answer.textContent = made.answer == null ? "" : JSON.stringify(made.answer, null, 2);
  showProblem(sheet.querySelector(".problem"), made.state === "ok" ? "" : (made.error ?? last?.error ?? ""));
}

/** What came in, or a call with each of its attempts, as it was. */
async function show(button: HTMLElement): Promise<void> {
  const [kind, id] = button.dataset.show!.split("/");
  const path = `/api/v1/connectors/${button.dataset.connector}/${kind === "call" ? "calls" : "inbox"}/${id}`;
  try {
    const told = await call<Record<string, unknown>>("GET", path);
    const sheet = document.querySelector<HTMLDialogElement>("#sheet")!;
    sheet.innerHTML = `<header><h2 id="sheet-title"></h2></header><div class="body"><pre class="answer" tabindex="0"></pre></div>
      <footer><button type="button" class="button main" data-close></button></footer>`;
    sheet.querySelector("h2")!.textContent = say("message.title", { what: button.querySelector("span:nth-child(2)")?.textContent ?? "" });
    sheet.querySelector("pre")!.textContent = JSON.stringify(told, null, 2);
    sheet.querySelector("[data-close]")!.textContent = say("close");
    sheet.showModal();
  } catch (problem) {
    toast((problem as Error).message, "refused");
  }
}

/** Says how many letters of a panel are picked; a list in which one is picked is not drawn anew under the hand. */
function count(within: HTMLElement): void {
  const panel = within.closest("section")!;
  const picked = all("[data-pick-letter]:checked", panel).length;
  const button = panel.querySelector<HTMLButtonElement>("[data-replay-picked]")!;
  button.disabled = picked === 0;
  button.textContent = say("replay.picked", { count: picked });
  for (const other of all<HTMLButtonElement>("[data-discard-picked]", panel)) other.disabled = picked === 0;
  const list = panel.querySelector<HTMLElement>(".letters")!;
  if (picked) list.dataset.touched = "";
  else delete list.dataset.touched;
}

/** Each letter is replayed on its own; what could not be says why, and stays picked. */
async function replayPicked(button: HTMLButtonElement): Promise<void> {
  const panel = button.closest("section")!;
  const boxes = all<HTMLInputElement>("[data-pick-letter]:checked", panel);
  button.disabled = true;
  const refused: string[] = [];
  for (const box of boxes) {
    const path = `/api/v1/connectors/${button.dataset.replayPicked}/${box.dataset.pickLetter}/replay`;
    await call("POST", path).then(
      () => (box.checked = false),
      (problem: Error) => refused.push(problem.message),
    );
  }
  count(button);
  const done = boxes.length - refused.length;
  if (refused.length) toast(say("replay.some", { count: done, left: refused.length, why: refused[0]! }), "refused");
  else toast(say("replay.done", { count: done }));
  for (const part of all("[data-poll]")) void refresh(part);
}

/** The letters that are picked are discarded with one reason; the first that cannot be says why, and stays picked. */
function discardPicked(button: HTMLButtonElement): void {
  const panel = button.closest("section")!;
  const boxes = all<HTMLInputElement>("[data-pick-letter]:checked", panel);
  ask({
    title: say("discard.title", { count: boxes.length }),
    what: say("discard.text"),
    note: say("discard.note"),
    go: say("discard.go"),
    run: async (note) => {
      for (const box of boxes.filter((one) => one.checked)) {
        await call("POST", `/api/v1/connectors/${button.dataset.discardPicked}/${box.dataset.pickLetter}/discard`, { note });
        box.checked = false;
      }
      count(button);
      again(say("discard.done", { count: boxes.length }));
    },
  });
}

function replayAll(button: HTMLElement): void {
  ask({
    title: say("replay.all.title"),
    what: say("replay.all.text"),
    note: "",
    go: say("replay.all.go"),
    run: async () => {
      const answer = await call<{ count: number }>("POST", `/api/v1/connectors/${button.dataset.replayAll}/inbox/replay`);
      again(say("replay.done", { count: answer.count }));
    },
  });
}
