import { call } from "./api";
import { all, on, showProblem, toast } from "./dom";
import { refresh } from "./polling";
import { say } from "./texts";

/** Acknowledging asks for a note in a small sheet, then says who knows. */
export function startAlerts(): void {
  on("click", "[data-acknowledge]", (button) => ask(button.dataset.acknowledge!, button.dataset.what ?? ""));
  on("click", "[data-close]", (button) => button.closest("dialog")?.close());
}

function ask(id: string, what: string): void {
  const sheet = document.querySelector<HTMLDialogElement>("#sheet")!;
  sheet.innerHTML = `<form method="dialog"><header><h2 id="sheet-title"></h2></header><div class="body">
    <p class="quiet"></p><div class="field"><label for="note"></label><textarea class="input" id="note" name="note" rows="2" data-field="note"></textarea></div>
    <div class="problem" role="alert" hidden><span></span></div></div>
    <footer><button type="button" class="button" data-close></button><button type="submit" class="button main"></button></footer></form>`;
  sheet.querySelector("h2")!.textContent = say("ack.title");
  sheet.querySelector("p")!.textContent = what;
  sheet.querySelector("label")!.textContent = say("ack.note");
  sheet.querySelector("[data-close]")!.textContent = say("cancel");
  sheet.querySelector("[type=submit]")!.textContent = say("ack.go");
  sheet.querySelector("form")!.addEventListener("submit", (event) => {
    event.preventDefault();
    void acknowledge(sheet, id);
  });
  sheet.showModal();
  sheet.querySelector("textarea")!.focus();
}

async function acknowledge(sheet: HTMLDialogElement, id: string): Promise<void> {
  const note = sheet.querySelector("textarea")!.value.trim();
  try {
    await call("POST", `/api/v1/alerts/${id}/acknowledge`, { note });
    sheet.close();
    toast(say("ack.done"));
    for (const part of all("[data-poll]")) void refresh(part);
  } catch (problem) {
    showProblem(sheet.querySelector(".problem"), (problem as Error).message);
  }
}
