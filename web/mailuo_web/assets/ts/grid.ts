import { call, fragment } from "./api";
import { retract } from "./claims";
import { all, on, toast } from "./dom";
import { edit } from "./edit";
import { leave, walk } from "./lifeline";
import { rungOr } from "./polling";
import { say } from "./texts";

/** The table page: arrows move, Enter opens or edits, space picks; picked records can be confirmed together. */
export function startGrid(): void {
  const grid = document.querySelector<HTMLElement>("[data-grid]");
  if (!grid) return;
  cells(grid)[0]?.setAttribute("tabindex", "0");
  grid.addEventListener("keydown", (event) => keys(grid, event));
  grid.addEventListener("dblclick", (event) => {
    const cell = (event.target as Element).closest<HTMLElement>("td[data-editable]");
    if (cell) void edit(cell);
  });
  grid.addEventListener("focusin", (event) => rove(grid, event.target as HTMLElement));
  on("change", "[data-pick]", () => showPicked(grid));
  on("change", "[data-pick-all]", (box) => pickAll(grid, (box as HTMLInputElement).checked));
  on("click", "[data-unpick]", () => pickAll(grid, false));
  on("click", "[data-bar] [data-confirm]", (button) => void confirmMany(grid, button.dataset.confirm!));
  void watch(grid);
}

function cells(grid: HTMLElement): HTMLElement[] {
  return all("tbody td[data-field]", grid);
}

function rove(grid: HTMLElement, target: HTMLElement): void {
  const cell = target.closest<HTMLElement>("td[data-field]");
  if (!cell) return;
  for (const other of all('td[tabindex="0"]', grid)) other.tabIndex = -1;
  cell.tabIndex = 0;
}

function keys(grid: HTMLElement, event: KeyboardEvent): void {
  const cell = event.target as HTMLElement;
  if (!cell.matches("td[data-field]")) return;
  const walking = cell.querySelector(".walked-to") !== null;
  if (walking && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
    event.preventDefault();
    walk(cell, event.key === "ArrowRight" ? 1 : -1);
  } else if (event.key === "Escape") leave(cell);
  else if (event.key === "Enter") {
    event.preventDefault();
    enter(cell);
  } else if (event.key === " ") {
    event.preventDefault();
    cell.closest("tr")?.querySelector<HTMLInputElement>("[data-pick]")?.click();
  } else move(grid, cell, event);
}

function enter(cell: HTMLElement): void {
  const link = cell.querySelector<HTMLAnchorElement>("a");
  if (cell.querySelector("[data-lifeline]")) walk(cell, 1);
  else if (cell.dataset.editable !== undefined) void edit(cell);
  else if (link) link.click();
  else cell.closest("tr")?.querySelector<HTMLAnchorElement>("[data-open]")?.click();
}

function move(grid: HTMLElement, cell: HTMLElement, event: KeyboardEvent): void {
  const row = cell.closest("tr")!;
  const rows = all<HTMLTableRowElement>("tbody tr[data-record]", grid);
  const inRow = all("td[data-field]", row);
  const place = { row: rows.indexOf(row), cell: inRow.indexOf(cell) };
  const steps: Record<string, [number, number]> = {
    ArrowDown: [1, 0],
    ArrowUp: [-1, 0],
    ArrowRight: [0, 1],
    ArrowLeft: [0, -1],
    Home: [0, -inRow.length],
    End: [0, inRow.length],
    PageDown: [12, 0],
    PageUp: [-12, 0],
  };
  const step = steps[event.key];
  if (!step) return;
  event.preventDefault();
  leave(cell);
  const next = rows[Math.min(Math.max(place.row + step[0], 0), rows.length - 1)]!;
  const fields = all("td[data-field]", next);
  fields[Math.min(Math.max(place.cell + step[1], 0), fields.length - 1)]?.focus();
}

function picked(grid: HTMLElement): HTMLElement[] {
  return all<HTMLInputElement>("[data-pick]:checked", grid).map((box) => box.closest<HTMLElement>("tr")!);
}

function pickAll(grid: HTMLElement, state: boolean): void {
  for (const box of all<HTMLInputElement>("[data-pick]", grid)) box.checked = state;
  showPicked(grid);
}

/** The bar names number and node: a button for each node that some of the picked records wait for. */
function showPicked(grid: HTMLElement): void {
  const rows = picked(grid);
  for (const row of all("tbody tr", grid)) row.classList.toggle("picked", rows.includes(row));
  const head = document.querySelector<HTMLInputElement>("[data-pick-all]");
  const everything = all("[data-pick]", grid).length;
  if (head) {
    head.checked = rows.length === everything && everything > 0;
    head.indeterminate = rows.length > 0 && rows.length < everything;
  }
  const bar = document.querySelector<HTMLElement>("[data-bar]")!;
  bar.hidden = rows.length === 0;
  bar.querySelector("[data-picked]")!.textContent = say("picked", { count: rows.length });
  bar.querySelector("[data-confirms]")!.replaceChildren(...buttons(rows));
}

function buttons(rows: HTMLElement[]): HTMLElement[] {
  const waiting = new Map<string, number>();
  for (const row of rows)
    for (const entry of (row.dataset.due ?? "").split(" ").filter(Boolean)) waiting.set(entry, (waiting.get(entry) ?? 0) + 1);
  const made = [...waiting].sort((one, other) => other[1] - one[1]).slice(0, 3).map(([node, count], place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = place === 0 ? "button main" : "button";
    button.dataset.confirm = node;
    button.textContent = say("confirm_many", { count, node: nodeTitle(node) });
    return button;
  });
  if (made.length) return made;
  const none = document.createElement("span");
  none.className = "quiet";
  none.textContent = say("confirm_none");
  return [none];
}

function nodeTitle(node: string): string {
  const titles = JSON.parse(document.querySelector<HTMLElement>("[data-bar]")!.dataset.nodes ?? "{}");
  return titles[node] ?? node;
}

interface Outcome {
  claimed?: { key: string; claim?: string }[];
  refused?: { record?: string; key?: string; errors?: { message: string }[]; detail?: string; message?: string }[];
}

/** Each record answers for itself; what was refused says why and stays picked. */
async function confirmMany(grid: HTMLElement, node: string): Promise<void> {
  const rows = picked(grid).filter((row) => (row.dataset.due ?? "").split(" ").includes(node));
  const records = rows.map((row) => row.dataset.record!);
  try {
    const answer = await call<Outcome>("POST", "/api/v1/claims/batch", { table: grid.dataset.grid, node, records });
    const refused = answer.refused ?? [];
    const done = records.length - refused.length;
    for (const row of rows) await redraw(grid, row);
    showPicked(grid);
    const why = refused.map((one) => `${one.record ?? one.key ?? ""} ${one.errors?.[0]?.message ?? one.detail ?? one.message ?? ""}`);
    if (done) {
      const undo = { name: say("undo"), run: () => void undoMany(grid, node, answer.claimed ?? []) };
      toast(say("confirmed_many", { count: done, node: nodeTitle(node) }), "done", undo);
    }
    if (refused.length) toast(say("refused_many", { count: refused.length, done, why: why.slice(0, 3).join("；") }), "refused");
  } catch (problem) {
    toast((problem as Error).message, "refused");
  }
}

/** Takes back what was confirmed together, record by record. */
async function undoMany(grid: HTMLElement, node: string, claimed: { key: string; claim?: string }[]): Promise<void> {
  let left = 0;
  for (const { key, claim } of claimed) {
    const api = `/api/v1/tables/${grid.dataset.grid}/records/${encodeURIComponent(key)}`;
    const done = claim ? await retract(api, claim).then(() => true, () => false) : false;
    if (!done) left += 1;
    const row = grid.querySelector<HTMLElement>(`tr[data-record="${CSS.escape(key)}"]`);
    if (row) await redraw(grid, row);
  }
  showPicked(grid);
  toast(say(left ? "undone_some" : "undone_many", { count: claimed.length - left, left, node: nodeTitle(node) }), left ? "refused" : "done");
}

/** Draws one row anew, as the server sees it now. */
export async function redraw(grid: HTMLElement, row: HTMLElement): Promise<HTMLElement> {
  const query = new URLSearchParams(location.search);
  const path = `${location.pathname.replace(/\/$/, "")}/rows/${encodeURIComponent(row.dataset.record!)}?${query}`;
  const html = await fragment(path).catch(() => "");
  if (!html) return row;
  const body = document.createElement("tbody");
  body.innerHTML = html;
  const fresh = body.firstElementChild as HTMLElement;
  for (const cell of all("td[data-field]", fresh)) {
    const old = row.querySelector(`td[data-field="${CSS.escape(cell.dataset.field!)}"]`);
    if (old && old.textContent !== cell.textContent) cell.classList.add("changed");
  }
  row.replaceWith(fresh);
  if (!grid.querySelector('td[tabindex="0"]')) cells(grid)[0]?.setAttribute("tabindex", "0");
  return fresh;
}

/** Asks now and then whether the page would look different; rows never move by themselves. */
async function watch(grid: HTMLElement): Promise<void> {
  const path = `${location.pathname.replace(/\/$/, "")}/fresh${location.search}`;
  for (;;) {
    await rungOr(document.hidden ? 60000 : 8000);
    const now = await call<Record<string, string>>("GET", path).catch(() => null);
    if (now === null) continue;
    const shown = new Map(all("tr[data-record]", grid).map((row) => [row.dataset.record!, row.dataset.mark]));
    const changed = Object.entries(now).filter(([key, mark]) => shown.get(key) !== mark).length;
    document.querySelector(".fresh")!.replaceChildren(...(changed ? [bar(changed)] : []));
  }
}

function bar(count: number): HTMLElement {
  const link = document.createElement("a");
  link.className = "button small";
  link.href = location.href;
  link.textContent = say("fresh", { count });
  return link;
}
