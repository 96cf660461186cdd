import { all } from "./dom";
import { say } from "./texts";

interface Walk {
  back: string;
  total: number;
  first: boolean;
  steps: { key: string; href: string }[];
}

/** From record to record in the order of the list that one came from; the list's page is the way back. */
export function startWalking(): void {
  const grid = document.querySelector<HTMLElement>("[data-grid]");
  if (grid) keep(grid);
  const place = document.querySelector<HTMLElement>("[data-walk]");
  if (place) show(place);
}

/** Where a table's walk is kept, for whoever walked it: the next person at this browser sees other records. */
function walkOf(table: string | undefined): string {
  return `walk ${document.body.dataset.me} ${table}`;
}

function keep(grid: HTMLElement): void {
  const links = all<HTMLAnchorElement>("a[data-open]", grid);
  const steps = links.map((link) => ({ key: link.closest<HTMLElement>("[data-record]")!.dataset.record!, href: link.pathname }));
  const first = !new URLSearchParams(location.search).has("cursor");
  const walk: Walk = { back: location.pathname + location.search, total: Number(grid.dataset.total), first, steps };
  sessionStorage.setItem(walkOf(grid.dataset.grid), JSON.stringify(walk));
}

function show(place: HTMLElement): void {
  const kept = sessionStorage.getItem(walkOf(place.dataset.walk));
  const walk = kept ? (JSON.parse(kept) as Walk) : null;
  const at = walk ? walk.steps.findIndex((step) => step.key === place.dataset.key) : -1;
  if (!walk || at < 0) return;
  document.querySelector<HTMLAnchorElement>(".topbar .crumb")?.setAttribute("href", walk.back);
  const [before, after] = all<HTMLAnchorElement>("a", place);
  lead(before!, walk.steps[at - 1]?.href);
  lead(after!, walk.steps[at + 1]?.href);
  place.querySelector("span")!.textContent = walk.first ? say("walk", { at: at + 1, total: walk.total.toLocaleString("en") }) : "";
  place.hidden = false;
}

function lead(link: HTMLAnchorElement, href: string | undefined): void {
  if (href) link.href = href;
  else link.removeAttribute("href");
  link.classList.toggle("off", !href);
  link.setAttribute("role", "link");
  link.setAttribute("aria-disabled", String(!href));
}
