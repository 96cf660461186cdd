import { call, fragment } from "./api";
import { all, on, toast } from "./dom";
import { refresh } from "./polling";
import { ask } from "./sheet";
import { say } from "./texts";

/** Acknowledging asks for a note in a small sheet, then says who knows. */
export function startAlerts(): void {
  on("click", "[data-acknowledge]", (button, event) => {
    event.preventDefault();
    ask({
      title: say("ack.title"),
      what: button.dataset.what ?? "",
      note: say("ack.note"),
      go: say("ack.go"),
      run: (note) => acknowledge(button.dataset.acknowledge!, note),
    });
  });
  document.addEventListener("toggle", (event) => void showMessages(event.target), true);
}

/** Who was told of an alert, asked for when somebody opens it. */
async function showMessages(opened: EventTarget | null): Promise<void> {
  if (!(opened instanceof HTMLDetailsElement) || !opened.open || !opened.dataset.messages) return;
  opened.querySelector("div")!.innerHTML = await fragment(`/parts/alerts/${opened.dataset.messages}/messages`);
}

async function acknowledge(id: string, note: string): Promise<void> {
  await call("POST", `/api/v1/alerts/${id}/acknowledge`, { note });
  toast(say("ack.done"));
  for (const part of all("[data-poll]")) void refresh(part);
}
