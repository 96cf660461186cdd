import { fragment } from "./api";
import { all } from "./dom";

let card: HTMLElement | null = null;
let timer = 0;

/** A node shows its name, time, source and why after 150 ms; arrows walk the nodes of a focused line. */
export function startLifeline(): void {
  document.addEventListener("pointerover", (event) => {
    const node = (event.target as Element).closest?.("tr [data-lifeline] [data-node]");
    clearTimeout(timer);
    if (node) timer = window.setTimeout(() => void show(node), 150);
    else hide();
  });
  document.addEventListener("scroll", hide, true);
}

/** Steps to the next or previous node of a row's line; gives false at its ends. */
export function walk(cell: HTMLElement, step: number): boolean {
  const nodes = all<SVGElement & HTMLElement>("[data-node]:not([data-state=not_applicable])", cell);
  const now = nodes.findIndex((node) => node.classList.contains("walked-to"));
  const next = nodes[now < 0 ? (step > 0 ? 0 : nodes.length - 1) : now + step];
  leave(cell);
  if (!next) return false;
  next.classList.add("walked-to");
  void show(next);
  return true;
}

/** Ends walking the nodes of a line. */
export function leave(cell: HTMLElement): void {
  for (const node of all(".walked-to", cell)) node.classList.remove("walked-to");
  hide();
}

async function show(node: Element): Promise<void> {
  const row = node.closest<HTMLElement>("[data-record]");
  const table = node.closest<HTMLElement>("[data-grid]")?.dataset.grid;
  if (!row || !table) return;
  const path = `/tables/${table}/records/${encodeURIComponent(row.dataset.record!)}/nodes/${(node as HTMLElement).dataset.node}`;
  const html = await fragment(path).catch(() => "");
  if (!html || !node.isConnected) return;
  hide();
  card = document.createElement("div");
  card.className = "node-card";
  card.setAttribute("role", "tooltip");
  card.innerHTML = html;
  document.body.append(card);
  const box = node.getBoundingClientRect();
  const below = box.bottom + 8 + card.offsetHeight < innerHeight;
  card.style.left = `${Math.min(Math.max(8, box.left - 24), innerWidth - card.offsetWidth - 8)}px`;
  card.style.top = `${below ? box.bottom + 8 : box.top - 8 - card.offsetHeight}px`;
}

function hide(): void {
  clearTimeout(timer);
  card?.remove();
  card = null;
}
