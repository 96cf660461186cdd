import { call } from "./api";
import { ownClaim, retract, Timeline } from "./claims";
import { all, on, showProblem, toast } from "./dom";
import { refresh } from "./polling";
import { say } from "./texts";

const READING_MILLISECONDS = 8_000;
let dragged: HTMLElement | null = null;

/** Dragging a card to another column is a claim of that node, or a change of that choice; a refusal says why beside it. */
export function startKanban(): void {
  on("dragstart", ".board-card", (card, event) => {
    dragged = card;
    card.classList.add("lifted");
    event.dataTransfer?.setData("text/plain", card.dataset.record!);
    for (const column of all("[data-column]")) column.classList.toggle("legal", fits(card, column));
  });
  on("dragend", ".board-card", (card) => {
    card.classList.remove("lifted");
    for (const column of all("[data-column]")) column.classList.remove("legal");
    dragged = null;
  });
  on("dragover", "[data-column]", (column, event) => {
    if (dragged && !column.contains(dragged)) event.preventDefault();
  });
  on("drop", "[data-column]", (column, event) => {
    event.preventDefault();
    if (dragged && !column.contains(dragged)) void move(dragged, column.dataset.column!);
  });
  on("click", "[data-card-confirm]", (button) => void move(button.closest<HTMLElement>(".board-card")!, button.dataset.cardConfirm!));
}

function board(): HTMLElement {
  return document.querySelector<HTMLElement>("[data-board]")!;
}

function fits(card: HTMLElement, column: HTMLElement): boolean {
  if (board().dataset.group) return !column.contains(card);
  return (card.dataset.due ?? "").split(" ").includes(column.dataset.column!);
}

async function move(card: HTMLElement, column: string): Promise<void> {
  const api = `${board().dataset.api}/${encodeURIComponent(card.dataset.record!)}`;
  const group = board().dataset.group;
  showProblem(card.querySelector(".problem"), "");
  try {
    if (group) await call("PATCH", api, { [group]: column || null }, { "If-Match": `"${card.dataset.version}"` });
    else await claim(api, card.dataset.record!, column);
    await refresh(document.querySelector("[data-board]")!.closest("[data-poll]"));
  } catch (problem) {
    showProblem(card.querySelector(".problem"), (problem as Error).message);
    card.dataset.touched = ""; // the reason is not drawn over while it is read
    setTimeout(() => delete card.dataset.touched, READING_MILLISECONDS);
    card.classList.add("refused");
    setTimeout(() => card.classList.remove("refused"), 600);
  }
}

async function claim(api: string, key: string, node: string): Promise<void> {
  const timeline = await call<Timeline>("POST", `${api}/claims`, { node });
  const own = ownClaim(timeline, node);
  const part = board().closest("[data-poll]");
  const undo = own && { name: say("undo"), run: () => void retract(api, own).then(() => refresh(part)) };
  toast(say("moved", { key }), "done", undo || undefined);
}
