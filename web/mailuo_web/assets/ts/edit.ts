import { call, fragment, Refused } from "./api";
import { toast } from "./dom";
import { uploaded, valueOf } from "./forms";
import { redraw } from "./rows";
import { say } from "./texts";

/** Edits a cell in place: Enter stores, Esc leaves, moving away stores too. */
export async function edit(cell: HTMLElement): Promise<void> {
  if (cell.classList.contains("editing")) return;
  const row = cell.closest<HTMLElement>("tr[data-record]")!;
  const grid = cell.closest<HTMLElement>("[data-grid]")!;
  const key = encodeURIComponent(row.dataset.record!);
  const old = [...cell.childNodes];
  const early = takeEarly(cell);
  const html = await fragment(`/tables/${grid.dataset.grid}/records/${key}/fields/${cell.dataset.field}`).catch(() => "");
  if (!html || early.left) {
    cell.classList.remove("editing");
    cell.replaceChildren(...old);
    cell.focus();
    return early.left ? undefined : toast(say("failed"), "refused");
  }
  cell.innerHTML = html;
  const control = cell.querySelector<HTMLElement>("[data-field]")!;
  const start = JSON.stringify(valueOf(control));
  control.focus();
  if (control instanceof HTMLInputElement && control.type !== "file") control.select();
  if (early.typed !== null && writable(control)) control.value = early.typed;
  let over = false;
  const close = (): void => {
    over = true;
    cell.classList.remove("editing", "refused");
    cell.replaceChildren(...old);
    cell.focus();
  };
  const store = async (): Promise<void> => {
    if (over) return;
    await uploaded([control]);
    const value = valueOf(control);
    if (JSON.stringify(value) === start) return close();
    over = true;
    try {
      await patch(grid, row, cell.dataset.field!, value);
      const fresh = await redraw(grid, row);
      offerUndo(grid, fresh, cell.dataset.field!, JSON.parse(start));
      fresh.querySelector<HTMLElement>(`td[data-field="${CSS.escape(cell.dataset.field!)}"]`)?.focus();
    } catch (problem) {
      over = false;
      cell.classList.add("refused");
      control.setAttribute("aria-invalid", "true");
      toast(problem instanceof Refused && problem.status === 412 ? say("lost_race") : (problem as Error).message, "refused");
      control.focus();
    }
  };
  control.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && !(event.shiftKey && control instanceof HTMLTextAreaElement)) {
      event.preventDefault();
      void store();
    }
  });
  if (early.entered) void store();
  control.addEventListener("blur", () => setTimeout(() => void (cell.isConnected && !over && !cell.contains(document.activeElement) && store()), 0));
}

function writable(control: HTMLElement): control is HTMLInputElement | HTMLTextAreaElement {
  return control instanceof HTMLTextAreaElement || (control instanceof HTMLInputElement && control.type !== "file");
}

/** Takes what is typed while the real input is still on its way. */
function takeEarly(cell: HTMLElement): { typed: string | null; entered: boolean; left: boolean } {
  const taken = { typed: null as string | null, entered: false, left: false };
  const input = document.createElement("input");
  input.className = "input";
  input.setAttribute("aria-label", cell.dataset.title ?? "");
  input.value = cell.textContent?.trim() ?? "";
  input.addEventListener("input", () => (taken.typed = input.value));
  input.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter") taken.entered = true;
    if (event.key === "Escape") taken.left = true;
  });
  cell.classList.add("editing");
  cell.replaceChildren(input);
  input.focus();
  input.select();
  return taken;
}

/** Says that it is stored, and offers the value that stood there before. */
function offerUndo(grid: HTMLElement, row: HTMLElement, field: string, value: unknown): void {
  const back = async (): Promise<void> => {
    try {
      await patch(grid, row, field, value);
      await redraw(grid, row);
    } catch (problem) {
      toast((problem as Error).message, "refused");
    }
  };
  toast(say("stored"), "done", { name: say("undo"), run: () => void back() });
}

function patch(grid: HTMLElement, row: HTMLElement, field: string, value: unknown): Promise<unknown> {
  const path = `/api/v1/tables/${grid.dataset.grid}/records/${encodeURIComponent(row.dataset.record!)}`;
  return call("PATCH", path, { [field]: value }, { "If-Match": `"${row.dataset.version}"` });
}
