/** All elements that match, as an array. */
export function all<T extends Element = HTMLElement>(selector: string, root: ParentNode = document): T[] {
  return [...root.querySelectorAll<T>(selector)];
}

/** Listens to an event of the elements that match, also of those that come later. */
export function on<K extends keyof DocumentEventMap>(
  type: K,
  selector: string,
  work: (target: HTMLElement, event: DocumentEventMap[K]) => void,
): void {
  document.addEventListener(type, (event) => {
    const target = (event.target as Element | null)?.closest?.<HTMLElement>(selector);
    if (target) work(target, event);
  });
}

/** A small message in the lower right corner that leaves by itself; refusals stay until closed. Who works by keyboard is led to its action. */
export function toast(text: string, kind: "done" | "refused" = "done", action?: { name: string; run: () => void }): void {
  const box = document.querySelector(".toasts");
  if (!box) return;
  const keyed = document.activeElement?.matches("button:focus-visible");
  const item = document.createElement("div");
  item.className = "toast";
  item.setAttribute("role", kind === "refused" ? "alert" : "status");
  const words = document.createElement("p");
  words.textContent = text;
  if (kind === "refused") words.classList.add("red");
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = action?.name ?? "×";
  close.addEventListener("click", () => {
    action?.run();
    item.remove();
    if (action) document.getElementById("main")?.focus({ preventScroll: true });
  });
  item.append(words, close);
  box.replaceChildren(item);
  if (kind === "done") leaveLater(item);
  if (action && keyed) close.focus();
}

function leaveLater(item: HTMLElement): void {
  let timer = window.setTimeout(() => item.remove(), 8000);
  for (const type of ["mouseenter", "focusin"]) item.addEventListener(type, () => clearTimeout(timer));
  for (const type of ["mouseleave", "focusout"]) item.addEventListener(type, () => (timer = window.setTimeout(() => item.remove(), 3000)));
}

/** Shows a refusal in an element that carries role=alert, or hides it when there is no text. */
export function showProblem(place: Element | null, text: string): void {
  if (!(place instanceof HTMLElement)) return;
  const words = place.querySelector("span");
  if (words) words.textContent = text;
  place.hidden = !text;
}
