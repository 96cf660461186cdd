import { call, Refused } from "./api";
import { again } from "./claims";
import { on, toast } from "./dom";
import { say } from "./texts";

/** A claim that was refused because its node is disputed: its words, and its files as the server has them. */
interface Kept {
  once: string;
  api: string;
  page: string;
  title: string;
  claim: Record<string, unknown>;
}

const PLACE = `mailuo.kept:${document.body.dataset.me ?? ""}`;

/** What a disputed node would not take is kept with its photo, shown on its record and on Home, and sent again on a tap. */
export function startKept(): void {
  draw();
  on("click", "[data-kept-send]", (button) => void send(button as HTMLButtonElement));
  on("click", "[data-kept-drop]", (button) => forget(button.dataset.keptDrop!));
}

/** Keeps a claim that was refused; the same key makes sure that it counts once. */
export function keep(api: string, title: string, claim: Record<string, unknown>, once: string): void {
  const own: Kept = { once, api, page: location.pathname, title, claim };
  store([...all().filter((one) => one.api !== api || one.claim.node !== claim.node), own]);
  draw();
}

function all(): Kept[] {
  return JSON.parse(localStorage.getItem(PLACE) ?? "[]") as Kept[];
}

function store(kept: Kept[]): void {
  localStorage.setItem(PLACE, JSON.stringify(kept));
}

function forget(once: string): void {
  store(all().filter((one) => one.once !== once));
  draw();
}

function draw(): void {
  document.querySelector(".kept")?.remove();
  const here = all().filter((one) => one.page === location.pathname || location.pathname === "/");
  const main = document.querySelector("main");
  if (!here.length || !main) return;
  const box = document.createElement("section");
  box.className = "kept";
  box.append(...here.map(bar));
  main.prepend(box);
  for (const one of here) void look(one);
}

function bar(one: Kept): HTMLElement {
  const item = document.createElement("div");
  item.className = "kept-one";
  item.dataset.pending = one.once;
  item.setAttribute("role", "status");
  const words = document.createElement("p");
  const title = document.createElement("b");
  title.textContent = say("kept.title", { node: one.title });
  const why = document.createElement("span");
  why.textContent = say("kept.disputed");
  words.append(title, why);
  item.append(words, action("keptDrop", one.once, say("kept.drop"), "button"), action("keptSend", one.once, say("kept.send"), "button main"));
  if (one.page !== location.pathname) words.append(link(one));
  return item;
}

function action(name: string, once: string, text: string, look: string): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = look;
  button.dataset[name] = once;
  button.textContent = text;
  return button;
}

function link(one: Kept): HTMLAnchorElement {
  const target = document.createElement("a");
  target.href = one.page;
  target.textContent = say("kept.see");
  return target;
}

/** Says when the dispute is over, so that nobody has to try in vain. */
async function look(one: Kept): Promise<void> {
  const timeline = await call<{ nodes: { id: string; state: string }[] }>("GET", `${one.api}/timeline`).catch(() => null);
  const state = timeline?.nodes.find((node) => node.id === one.claim.node)?.state;
  const words = document.querySelector(`[data-pending="${CSS.escape(one.once)}"] p > span`);
  if (words && state && state !== "disputed") words.textContent = say("kept.ready");
}

async function send(button: HTMLButtonElement): Promise<void> {
  const one = all().find((each) => each.once === button.dataset.keptSend);
  if (!one) return;
  button.disabled = true;
  try {
    await call("POST", `${one.api}/claims`, one.claim, { "Idempotency-Key": one.once });
    forget(one.once);
    again(say("kept.sent", { node: one.title }));
  } catch (problem) {
    toast((problem as Refused).message, "refused");
  }
  button.disabled = false;
}
