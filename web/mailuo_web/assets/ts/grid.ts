import { call } from "./api";
import { all, on } from "./dom";
import { edit } from "./edit";
import { leave, walk } from "./lifeline";
import { confirmMany, pickAll, showPicked } from "./picking";
import { light, rungOr } from "./polling";
import { cells } from "./rows";
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

/** Asks now and then whether the page would look different; rows never move by themselves. */
async function watch(grid: HTMLElement): Promise<void> {
  const path = `${location.pathname.replace(/\/$/, "")}/fresh${location.search}`;
  for (;;) {
    await rungOr(document.hidden ? 60000 : 8000);
    const now = await call<Record<string, string>>("GET", path).catch(() => null);
    light(now !== null);
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
