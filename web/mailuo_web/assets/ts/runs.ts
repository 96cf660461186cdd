import { call, fragment } from "./api";
import { all, on, showProblem, toast } from "./dom";
import { refresh } from "./polling";
import { ask } from "./sheet";
import { say } from "./texts";

/** Runs: replayed from the step that failed, tried on one record without effect, begun by a button on a record. */
export function startRuns(): void {
  on("click", "[data-replay-run]", (button) => void replay(button as HTMLButtonElement));
  on("click", "[data-try]", (button) => tryOut(button));
  on("click", "[data-press]", (button) => press(button));
  on("click", "[data-copy]", (button) => void copy(button));
  on("click", "[data-todo-done]", (button) => void finish(button as HTMLButtonElement));
}

function again(said: string): void {
  toast(said);
  for (const part of all("[data-poll]")) void refresh(part);
}

async function replay(button: HTMLButtonElement): Promise<void> {
  button.disabled = true;
  try {
    await call("POST", `/api/v1/runs/${button.dataset.replayRun}/replay`, { revision: button.dataset.revision });
    again(say("run.replayed"));
  } catch (problem) {
    toast((problem as Error).message, "refused");
  }
  button.disabled = false;
}

/** A sheet that asks for a record, and shows what the rule would do to it. */
function tryOut(button: HTMLElement): void {
  const sheet = document.querySelector<HTMLDialogElement>("#sheet")!;
  sheet.innerHTML = `<form method="dialog" class="trial"><header><h2 id="sheet-title"></h2></header><div class="body"><p class="quiet"></p>
    <div class="field"><label for="trial-record"></label><input class="input" id="trial-record" autocomplete="off"></div>
    <div class="trial-told"></div><div class="problem" role="alert" hidden><span></span></div></div>
    <footer><button type="button" class="button" data-close></button><button type="submit" class="button main"></button></footer></form>`;
  sheet.querySelector("h2")!.textContent = say("trial.title", { what: button.dataset.what ?? "" });
  sheet.querySelector("p")!.textContent = say("trial.lead");
  sheet.querySelector("label")!.textContent = say("trial.record");
  sheet.querySelector("[data-close]")!.textContent = say("close");
  sheet.querySelector("[type=submit]")!.textContent = say("trial.go");
  sheet.querySelector<HTMLElement>(".field")!.hidden = button.dataset.bare !== undefined;
  const record = sheet.querySelector("input")!;
  record.value = document.querySelector<HTMLElement>(".run-log .chosen")?.dataset.record ?? "";
  sheet.querySelector("form")!.addEventListener("submit", (event) => {
    event.preventDefault();
    void tell(sheet, `/runs/try/${button.dataset.try}?record=${encodeURIComponent(record.value.trim())}`);
  });
  sheet.classList.add("wide");
  sheet.addEventListener("close", () => sheet.classList.remove("wide"), { once: true });
  sheet.showModal();
  record.select();
}

async function tell(sheet: HTMLDialogElement, path: string): Promise<void> {
  const button = sheet.querySelector<HTMLButtonElement>("[type=submit]")!;
  button.disabled = true;
  try {
    sheet.querySelector(".trial-told")!.innerHTML = await fragment(path);
    showProblem(sheet.querySelector(".problem"), "");
  } catch (problem) {
    showProblem(sheet.querySelector(".problem"), (problem as Error).message);
  }
  button.disabled = false;
}

function press(button: HTMLElement): void {
  const record = document.querySelector<HTMLElement>("[data-api]")!.dataset.api!;
  const once = crypto.randomUUID();
  ask({
    title: button.dataset.what ?? "",
    what: say("press.text"),
    note: "",
    go: button.dataset.what ?? "",
    run: async () => {
      const begun = await call<{ error?: string }>("POST", `${record}/press`, { button: button.dataset.press }, { "Idempotency-Key": once });
      if (begun.error) throw new Error(begun.error);
      again(say("pressed", { what: button.dataset.what ?? "" }));
    },
  });
}

/** Copies the address of a public form, which may be a path of this server. */
async function copy(button: HTMLElement): Promise<void> {
  const address = new URL(button.dataset.copy!, location.origin).href;
  try {
    await navigator.clipboard.writeText(address);
    toast(say("copied", { what: button.dataset.what ?? "" }));
  } catch {
    toast(address, "refused");
  }
}

async function finish(button: HTMLButtonElement): Promise<void> {
  button.disabled = true;
  try {
    await call("POST", `/api/v1/todos/${button.dataset.todoDone}/done`);
    again(say("todo.finished"));
  } catch (problem) {
    toast((problem as Error).message, "refused");
    button.disabled = false;
  }
}
