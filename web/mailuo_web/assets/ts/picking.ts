import { call } from "./api";
import { retract } from "./claims";
import { all, toast } from "./dom";
import { redraw } from "./rows";
import { say } from "./texts";

function picked(grid: HTMLElement): HTMLElement[] {
  return all<HTMLInputElement>("[data-pick]:checked", grid).map((box) => box.closest<HTMLElement>("tr")!);
}

/** Picks every record of the page, or none. */
export function pickAll(grid: HTMLElement, state: boolean): void {
  for (const box of all<HTMLInputElement>("[data-pick]", grid)) box.checked = state;
  showPicked(grid);
}

/** The bar names number and node: a button for each node that some of the picked records wait for. */
export function showPicked(grid: HTMLElement): void {
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
export async function confirmMany(grid: HTMLElement, node: string): Promise<void> {
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
