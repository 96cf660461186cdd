import { call } from "./api";
import { all, on, toast } from "./dom";
import { refresh, unwatch, watch } from "./polling";
import { ask } from "./sheet";
import { say } from "./texts";

const MESSAGES_MILLISECONDS = 2_000;

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
  document.addEventListener("toggle", (event) => showMessages(event.target), true);
}

/** Who was told of an alert, asked for as long as somebody has it open: no event tells that a message has arrived. */
function showMessages(opened: EventTarget | null): void {
  if (!(opened instanceof HTMLDetailsElement) || !opened.dataset.messages) return;
  const place = opened.querySelector("div")!;
  if (opened.open) void watch(place, `/parts/alerts/${opened.dataset.messages}/messages`, MESSAGES_MILLISECONDS);
  else unwatch(place);
}

async function acknowledge(id: string, note: string): Promise<void> {
  await call("POST", `/api/v1/alerts/${id}/acknowledge`, { note });
  toast(say("ack.done"));
  for (const part of all("[data-poll]")) void refresh(part);
}
