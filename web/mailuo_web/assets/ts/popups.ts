import { all } from "./dom";
import { say } from "./texts";

/** Popups: lower right, one at a time. What is red or orange stands on the wall, and is no popup over work. */
export interface Popup {
  id: string;
  title: string | null;
  text: string;
  level: string | null;
  url: string | null;
}

const STAYS_MILLISECONDS = 8_000;
const LEFT_MILLISECONDS = 3_000;
const STEP = 16;
const MARGIN = 24;
const MOST_WAITING = 50;
const me = document.body.dataset.me ?? "";
const place = `mailuo-popups:${me}`;
const others = "BroadcastChannel" in window ? new BroadcastChannel(`mailuo-events:${me}`) : null;
let shown: { id: string; item: HTMLElement; timer: number } | null = null;

/** What waited when the last page was left is shown on this one. */
export function startPopups(): void {
  if (!me) return;
  document.addEventListener("visibilitychange", showNext);
  showNext();
}

export function queuePopup(popup: Popup): void {
  if (popup.level === "red" || popup.level === "orange") return;
  const queue = waiting();
  if (!queue.some((one) => one.id === popup.id)) keep([...queue, popup].slice(-MOST_WAITING));
  showNext();
}

/** Another tab has shown it to the end. */
export function popupGone(id: string): void {
  if (shown?.id === id) close();
}

/** Somebody points at it in another tab, or no longer does. */
export function popupHeld(id: string, held: boolean): void {
  if (shown?.id === id) wait(held ? null : LEFT_MILLISECONDS);
}

function showNext(): void {
  const next = waiting()[0];
  if (shown || document.hidden || !next) return;
  const item = drawn(next);
  shown = { id: next.id, item, timer: 0 };
  holder().append(item);
  lift(item);
  wait(STAYS_MILLISECONDS);
  stayWhilePointedAt(item, next.id);
}

function drawn(popup: Popup): HTMLElement {
  const item = document.createElement("article");
  item.className = "popup";
  item.dataset.popup = popup.id;
  const words = document.createElement("p");
  words.textContent = popup.text;
  const shut = document.createElement("button");
  shut.type = "button";
  shut.className = "close";
  shut.setAttribute("aria-label", say("popup.close"));
  shut.textContent = "×";
  shut.addEventListener("click", () => done(popup.id));
  item.append(words, shut);
  if (popup.url?.startsWith("/")) {
    const link = document.createElement("a");
    link.href = popup.url;
    link.textContent = say("popup.open");
    item.append(link);
  }
  return item;
}

/** Leaves by itself after a while; null: not as long as somebody points at it. */
function wait(milliseconds: number | null): void {
  if (!shown) return;
  const { id, timer } = shown;
  clearTimeout(timer);
  if (milliseconds !== null) shown.timer = window.setTimeout(() => done(id), milliseconds);
}

/** Never leaves, in no tab, while somebody points at it or has gone to it by keyboard. */
function stayWhilePointedAt(item: HTMLElement, id: string): void {
  const held = (kind: "held" | "left"): void => {
    popupHeld(id, kind === "held");
    others?.postMessage({ kind, told: { id } });
  };
  for (const type of ["mouseenter", "focusin"]) item.addEventListener(type, () => held("held"));
  for (const type of ["mouseleave", "focusout"]) item.addEventListener(type, () => held("left"));
}

function done(id: string): void {
  keep(waiting().filter((one) => one.id !== id));
  others?.postMessage({ kind: "gone", told: { id } });
  if (shown?.id === id) close();
}

function close(): void {
  clearTimeout(shown?.timer);
  shown?.item.remove();
  shown = null;
  showNext();
}

/** Raises a popup until it covers nothing that can be pressed; where there is no such place it stays low. */
function lift(item: HTMLElement): void {
  const obstacles = all("button, .button, input, select").filter((one) => !item.contains(one));
  const rectangles = obstacles.map((one) => one.getBoundingClientRect()).filter((one) => one.width > 0);
  const { left, right, height } = item.getBoundingClientRect();
  for (let bottom = MARGIN; bottom + height < innerHeight - MARGIN; bottom += STEP) {
    const top = innerHeight - bottom - height;
    const free = rectangles.every((r) => r.right < left || r.left > right || r.bottom < top || r.top > top + height);
    if (free) {
      holder().style.bottom = `${bottom}px`;
      return;
    }
  }
  holder().style.bottom = `${MARGIN}px`;
}

function holder(): HTMLElement {
  return document.querySelector<HTMLElement>(".popups")!;
}

function waiting(): Popup[] {
  return JSON.parse(localStorage.getItem(place) ?? "[]") as Popup[];
}

function keep(queue: Popup[]): void {
  localStorage.setItem(place, JSON.stringify(queue));
}
