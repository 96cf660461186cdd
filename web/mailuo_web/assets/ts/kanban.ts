import { call } from "./api";
import { carryByTouch, carryOver, putDown } from "./carrying";
import { ownClaim, retract, Timeline } from "./claims";
import { all, on, showProblem, toast } from "./dom";
import { refresh } from "./polling";
import { say } from "./texts";

const READING_MILLISECONDS = 8_000;
let dragged: HTMLElement | null = null;

/** A card that is carried to another column, or sent there by its menu, is a claim of that node, or a change of that
 *  choice; a refusal says why beside it. */
export function startKanban(): void {
  on("dragstart", ".board-card", (card, event) => {
    if (event.defaultPrevented) return;
    lift(card);
    event.dataTransfer?.setData("text/plain", card.dataset.record!);
  });
  on("dragend", ".board-card", (card) => release(card));
  on("dragover", "[data-column]", (column, event) => {
    if (dragged && !column.contains(dragged)) event.preventDefault();
  });
  document.addEventListener("dragover", (event) => {
    const part = dragged?.closest<HTMLElement>(".board-scroll");
    if (part) carryOver(part, event.clientX, event.clientY);
  });
  on("drop", "[data-column]", (column, event) => {
    event.preventDefault();
    if (dragged) drop(dragged, column);
  });
  on("click", "[data-card-confirm]", (button) => void move(button.closest<HTMLElement>(".board-card")!, button.dataset.cardConfirm!, true));
  const part = document.querySelector<HTMLElement>(".board-scroll");
  if (part) carryByTouch(part, ".board-card[draggable]", { lift, drop, release });
}

function board(): HTMLElement {
  return document.querySelector<HTMLElement>("[data-board]")!;
}

function lift(card: HTMLElement): void {
  dragged = card;
  card.classList.add("lifted");
  for (const column of all("[data-column]")) column.classList.toggle("legal", fits(card, column));
}

function release(card: HTMLElement): void {
  putDown();
  card.classList.remove("lifted");
  for (const column of all("[data-column]")) column.classList.remove("legal");
  dragged = null;
}

function drop(card: HTMLElement, target: Element | null): void {
  const column = target?.closest<HTMLElement>("[data-column]");
  if (column && !column.contains(card)) void move(card, column.dataset.column!);
}

function fits(card: HTMLElement, column: HTMLElement): boolean {
  if (board().dataset.group) return !column.contains(card);
  return (card.dataset.due ?? "").split(" ").includes(column.dataset.column!);
}

/** Moves a card; whoever did it from the card itself stays at it. */
async function move(card: HTMLElement, column: string, here = false): Promise<void> {
  const key = card.dataset.record!;
  const api = `${board().dataset.api}/${encodeURIComponent(key)}`;
  showProblem(card.querySelector(".problem"), "");
  card.querySelector("details")?.removeAttribute("open");
  try {
    if (board().dataset.group) await change(api, card, column);
    else await claim(api, key, column);
    await refresh(document.querySelector("[data-board]")!.closest("[data-poll]"));
    if (here) follow(key);
  } catch (problem) {
    showProblem(card.querySelector(".problem"), (problem as Error).message);
    card.dataset.touched = ""; // the reason is not drawn over while it is read
    setTimeout(() => delete card.dataset.touched, READING_MILLISECONDS);
    card.classList.add("refused");
    setTimeout(() => card.classList.remove("refused"), 600);
  }
}

/** Brings a card that went to another column into sight, and the keyboard to it unless that is at the way back. */
function follow(key: string): void {
  const card = document.querySelector<HTMLElement>(`.board-card[data-record="${CSS.escape(key)}"]`);
  card?.scrollIntoView({ block: "nearest", inline: "nearest" });
  if (!document.activeElement?.closest(".toasts")) card?.querySelector<HTMLElement>("summary, .key")?.focus({ preventScroll: true });
}

async function change(api: string, card: HTMLElement, column: string): Promise<void> {
  const group = board().dataset.group!;
  const before = card.closest<HTMLElement>("[data-column]")!.dataset.column!;
  const put = (value: string, version: string): Promise<{ version: number }> =>
    call("PATCH", api, { [group]: value || null }, { "If-Match": `"${version}"` });
  const { version } = await put(column, card.dataset.version!);
  const part = board().closest("[data-poll]");
  const title = all("[data-column]").find((one) => one.dataset.column === column)?.getAttribute("aria-label") ?? "";
  const back = (): Promise<void> => put(before, String(version)).then(() => refresh(part));
  const undo = (): void => void back().catch((problem: Error) => toast(problem.message, "refused"));
  toast(say("card.moved", { key: card.dataset.record!, column: title }), "done", { name: say("undo"), run: undo });
}

async function claim(api: string, key: string, node: string): Promise<void> {
  const timeline = await call<Timeline>("POST", `${api}/claims`, { node });
  const own = ownClaim(timeline, node);
  const part = board().closest("[data-poll]");
  const undo = own && { name: say("undo"), run: () => void retract(api, own).then(() => refresh(part)) };
  toast(say("moved", { key }), "done", undo || undefined);
}
