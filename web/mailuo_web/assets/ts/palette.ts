import { call } from "./api";
import { on } from "./dom";
import { say } from "./texts";

interface Hit {
  table: string;
  table_title?: string;
  key: string;
  text?: string;
  href?: string;
}

let hits: Hit[] = [];
let chosen = -1;
let asked = 0;

/** One box over all pages and tables: ⌘K opens it, arrows choose, Enter opens the page or the record. */
export function startPalette(): void {
  const dialog = document.querySelector<HTMLDialogElement>("#palette");
  const input = dialog?.querySelector<HTMLInputElement>("input");
  if (!dialog || !input) return;
  on("click", "[data-open-palette]", () => open(dialog, input));
  document.addEventListener("keydown", (event) => {
    if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open(dialog, input);
    }
  });
  input.addEventListener("input", () => void ask(input));
  input.addEventListener("keydown", (event) => keys(event, input));
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
}

function open(dialog: HTMLDialogElement, input: HTMLInputElement): void {
  if (!dialog.open) dialog.showModal();
  input.select();
  void ask(input);
}

async function ask(input: HTMLInputElement): Promise<void> {
  const mine = ++asked;
  const words = input.value.trim();
  show(input, pages(words), words ? "" : say("search.lead"));
  await new Promise((resolve) => setTimeout(resolve, 120));
  if (mine !== asked) return;
  if (!words) return;
  try {
    const answer = await call<{ results?: Hit[]; records?: Hit[] }>("GET", `/api/v1/search?q=${encodeURIComponent(words)}`);
    if (mine !== asked) return;
    const found = [...pages(words), ...sorted(answer.results ?? answer.records ?? [], words)];
    show(input, found, found.length ? "" : say("search.none", { words }));
  } catch (problem) {
    show(input, [], (problem as Error).message);
  }
}

/** The pages whose title or address holds the words; all of them when there are none. */
function pages(words: string): Hit[] {
  const known = JSON.parse(document.querySelector<HTMLElement>("#palette")!.dataset.pages ?? "[]") as { title: string; href: string }[];
  const meant = words.toLowerCase();
  const fit = known.filter((one) => `${one.title} ${one.href}`.toLowerCase().includes(meant));
  return fit.map((one) => ({ table: "", key: one.title, text: one.href, table_title: say("search.page"), href: one.href }));
}

/** What is meant most likely comes first: what was typed in full, then the shortest keys. */
function sorted(found: Hit[], words: string): Hit[] {
  const rank = (hit: Hit): number => (hit.key === words || hit.text === words ? 0 : hit.key.length);
  return [...found].sort((one, other) => rank(one) - rank(other));
}

function show(input: HTMLInputElement, found: Hit[], words: string): void {
  hits = found;
  chosen = found.length ? 0 : -1;
  const list = document.querySelector("#palette-list")!;
  list.replaceChildren(...found.map(option));
  document.querySelector("#palette .said")!.textContent = words;
  input.setAttribute("aria-expanded", String(found.length > 0));
  mark(input);
}

function option(hit: Hit, place: number): HTMLElement {
  const item = document.createElement("li");
  item.id = `hit-${place}`;
  item.setAttribute("role", "option");
  if (!hit.href) item.dataset.record = hit.key;
  const key = document.createElement("b");
  key.textContent = hit.key;
  const about = document.createElement("span");
  about.className = "hint";
  about.textContent = [hit.table_title ?? hit.table, hit.href || hit.text === hit.key ? "" : hit.text].filter(Boolean).join(" · ");
  item.append(key, about);
  item.addEventListener("click", () => go(hit));
  return item;
}

function keys(event: KeyboardEvent, input: HTMLInputElement): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && hits.length) {
    event.preventDefault();
    chosen = (chosen + step + hits.length) % hits.length;
    mark(input);
  } else if (event.key === "Enter" && hits[chosen]) go(hits[chosen]!);
}

function mark(input: HTMLInputElement): void {
  document.querySelectorAll("#palette-list > li").forEach((item, place) => {
    item.setAttribute("aria-selected", String(place === chosen));
    if (place === chosen) item.scrollIntoView({ block: "nearest" });
  });
  if (chosen >= 0) input.setAttribute("aria-activedescendant", `hit-${chosen}`);
  else input.removeAttribute("aria-activedescendant");
}

function go(hit: Hit): void {
  location.assign(hit.href ?? `/tables/${hit.table}/records/${encodeURIComponent(hit.key)}`);
}
