import { fragment } from "./api";
import { all } from "./dom";

/** The cells of a grid that the keyboard walks over. */
export function cells(grid: HTMLElement): HTMLElement[] {
  return all("tbody td[data-field]", grid);
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
