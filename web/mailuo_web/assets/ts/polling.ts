import { all } from "./dom";

/** Parts of a page that ask again every so often, and at once when the stream of events rings; an unchanged part costs a
 *  304 and touches nothing. */
const tags = new WeakMap<Element, string>();
const watched = new WeakSet<Element>();
const KEPT = "details[data-messages]";
const RUNG_MILLISECONDS = 15_000;
const PAUSE_MILLISECONDS = 1_000;
let live = false;
let ringing = false;
let missed = false;

export function startPolling(): void {
  for (const part of all("[data-poll]")) void keepAsking(part);
}

/** A part that was just opened asks at once, and from then on until it is closed. */
export async function watch(part: HTMLElement, path: string, every: number): Promise<void> {
  Object.assign(part.dataset, { poll: path, every: String(every), steady: "" });
  await ask(part);
  await keepAsking(part);
}

/** A part that was closed asks no more. */
export function unwatch(part: HTMLElement): void {
  delete part.dataset.poll;
}

/** While the stream of events lives, parts wait to be rung and ask rarely by themselves; save for steady ones, which show
 *  what no event tells of. */
export function setLive(now: boolean): void {
  live = now;
}

/** Something has changed: every part asks, at most once a second (what changes meanwhile is asked for after it); one that
 *  somebody is busy in asks when they are done. */
export function ring(): void {
  if (document.hidden) return;
  missed = ringing;
  if (ringing) return;
  ringing = true;
  setTimeout(async () => {
    missed = false;
    document.body.dispatchEvent(new CustomEvent("rung"));
    const parts = all("[data-poll]");
    await Promise.all(parts.filter((part) => !busy(part)).map((part) => ask(part)));
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLISECONDS));
    ringing = false;
    if (missed || parts.some(busy)) ring();
  }, 50);
}

/** The lamp of a live page goes out while nothing is heard. */
export function light(heard: boolean): void {
  for (const lamp of all("[data-live]")) lamp.classList.toggle("stale", !heard);
}

/** Resolves after a while, or when the stream rings. */
export function rungOr(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      clearTimeout(timer);
      document.body.removeEventListener("rung", go);
      resolve();
    };
    const timer = setTimeout(go, milliseconds);
    document.body.addEventListener("rung", go);
  });
}

/** Asks for one part now, because something was just changed. */
export async function refresh(part: Element | null): Promise<void> {
  if (part instanceof HTMLElement && part.dataset.poll) await ask(part, true);
}

async function keepAsking(part: HTMLElement): Promise<void> {
  if (watched.has(part)) return;
  watched.add(part);
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, pause(part)));
    if (!part.isConnected || !part.dataset.poll) break;
    if (!busy(part)) await ask(part);
  }
  watched.delete(part);
}

/** How long a part waits before it asks by itself. */
function pause(part: HTMLElement): number {
  const every = Number(part.dataset.every ?? 3000);
  if (document.hidden) return every * 10;
  return live && part.dataset.steady === undefined ? Math.max(every, RUNG_MILLISECONDS) : every;
}

/** While somebody types or presses in a part, or points at a list of it that would move, it is left alone. */
function busy(part: HTMLElement): boolean {
  const focused = document.activeElement;
  if (part.matches(":active") || part.querySelector(`[data-touched], .lifted, details[open]:not(${KEPT})`)) return true;
  return part.contains(focused) && focused !== null && focused.matches("input, select, textarea, [data-confirm]");
}

/** Asks for a part; what somebody has begun meanwhile (a drag, a word) is not drawn over unless it is `meant`. */
async function ask(part: HTMLElement, meant = false): Promise<void> {
  const known = tags.get(part);
  try {
    const answer = await fetch(part.dataset.poll!, {
      credentials: "same-origin",
      headers: { "X-Fragment": "1", ...(known ? { "If-None-Match": known } : {}) },
    });
    if (answer.status === 401) location.reload();
    light(answer.ok || answer.status === 304);
    if (answer.status !== 200) return;
    const first = known === undefined;
    const html = await answer.text();
    if (!meant && busy(part)) return;
    tags.set(part, answer.headers.get("ETag") ?? "");
    patch(part, html, first);
  } catch {
    light(false);
  }
}

/** Replaces only the pieces that differ, and tints what is new. */
function patch(part: HTMLElement, html: string, first: boolean): void {
  const fresh = document.createElement("div");
  fresh.innerHTML = html;
  const pieces = all("[data-part]", fresh);
  if (!pieces.length) {
    if (comparable(part) !== comparable(fresh)) swap(part, fresh, first);
    return;
  }
  for (const piece of pieces) {
    const old = part.querySelector<HTMLElement>(`[data-part="${piece.dataset.part}"]`);
    if (old && comparable(old) !== comparable(piece)) swap(old, piece, first);
  }
}

/** What an element shows, without what is opened in it. */
function comparable(element: Element): string {
  const copy = element.cloneNode(true) as Element;
  for (const one of all(KEPT, copy)) one.remove();
  return copy.innerHTML.replace(/ class="changed"| changed/g, "").replace(/ aria-expanded="\w+"/g, "").replace(/ hidden=""/g, "");
}

function swap(old: HTMLElement, fresh: Element, first: boolean): void {
  const known = new Set(all("[data-alert], [data-record]", old).map((one) => one.textContent));
  const scrolled = all(".scroll", old).map((one) => one.scrollTop);
  const focus = old.contains(document.activeElement) ? address(document.activeElement!) : null;
  const opened = all("[data-said][aria-expanded=true]", old).map((one) => one.dataset.said!);
  const kept = all(`${KEPT}[open]`, old);
  old.replaceChildren(...fresh.childNodes);
  for (const one of kept) old.querySelector(`[data-messages="${CSS.escape(one.dataset.messages!)}"]`)?.replaceWith(one);
  for (const name of opened) old.querySelector<HTMLElement>(`[data-said="${CSS.escape(name)}"]`)?.click();
  all(".scroll", old).forEach((one, place) => (one.scrollTop = scrolled[place] ?? 0));
  if (focus) (old.querySelector<HTMLElement>(focus) ?? old.querySelector<HTMLElement>(focus.replace(/ \w+$/, "")))?.focus({ preventScroll: true });
  if (first) return;
  for (const row of all("[data-alert], [data-record]", old)) if (!known.has(row.textContent)) row.classList.add("changed");
}

/** A selector that finds the focused element again after its part was drawn anew. */
function address(element: Element): string | null {
  const holder = element.closest<HTMLElement>("[data-alert], [data-record], [data-node]");
  if (!holder) return null;
  const name = ["alert", "record", "node"].find((one) => holder.dataset[one] !== undefined)!;
  const inside = element === holder ? "" : ` ${element.tagName.toLowerCase()}`;
  return `[data-${name}="${CSS.escape(holder.dataset[name]!)}"]${inside}`;
}
