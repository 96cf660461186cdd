import { on, showProblem } from "./dom";
import { say } from "./texts";

/** What a small sheet asks before something is done. */
export interface Question {
  title: string;
  what: string;
  note: string;
  go: string;
  run: (note: string) => Promise<void>;
}

export function startSheet(): void {
  on("click", "[data-close]", (button) => button.closest("dialog")?.close());
}

/** Asks for a note (where one makes sense) and a yes; a refusal stands in the sheet, and nothing typed is lost. */
export function ask(question: Question): void {
  const sheet = document.querySelector<HTMLDialogElement>("#sheet")!;
  sheet.innerHTML = `<form method="dialog"><header><h2 id="sheet-title"></h2></header><div class="body">
    <p class="quiet"></p><div class="field"><label for="note"></label><textarea class="input" id="note" name="note" rows="2" data-field="note"></textarea></div>
    <div class="problem" role="alert" hidden><span></span></div></div>
    <footer><button type="button" class="button" data-close></button><button type="submit" class="button main"></button></footer></form>`;
  sheet.querySelector("h2")!.textContent = question.title;
  sheet.querySelector("p")!.textContent = question.what;
  sheet.querySelector("label")!.textContent = question.note;
  sheet.querySelector<HTMLElement>(".field")!.hidden = !question.note;
  sheet.querySelector("[data-close]")!.textContent = say("cancel");
  sheet.querySelector("[type=submit]")!.textContent = question.go;
  sheet.querySelector("form")!.addEventListener("submit", (event) => {
    event.preventDefault();
    void answer(sheet, question);
  });
  sheet.showModal();
  sheet.querySelector<HTMLElement>(question.note ? "textarea" : "[type=submit]")!.focus();
}

async function answer(sheet: HTMLDialogElement, question: Question): Promise<void> {
  const button = sheet.querySelector<HTMLButtonElement>("[type=submit]")!;
  button.disabled = true;
  try {
    await question.run(sheet.querySelector("textarea")!.value.trim());
    sheet.close();
  } catch (problem) {
    showProblem(sheet.querySelector(".problem"), (problem as Error).message);
  }
  button.disabled = false;
}
