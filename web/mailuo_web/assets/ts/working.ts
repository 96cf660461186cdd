import { on } from "./dom";
import { say } from "./texts";

const PATIENCE_MILLISECONDS = 400;
const LEAVING_MILLISECONDS = 20_000;
let under = 0;

/** Shows that something is under way once it takes longer than a blink, until it has come to its end. */
export async function working<T>(deed: Promise<T>): Promise<T> {
  const timer = setTimeout(() => show(1), PATIENCE_MILLISECONDS);
  let shown = false;
  const show = (step: 1 | -1): void => {
    shown = step === 1;
    under += step;
    mark();
  };
  try {
    return await deed;
  } finally {
    clearTimeout(timer);
    if (shown) show(-1);
  }
}

/** The way to another page of ours is shown as well, for as long as this one still stands. */
export function startWorking(): void {
  on("click", "a[href]", (link, event) => {
    const { target, href, origin, pathname, search, hash } = link as HTMLAnchorElement;
    const here = pathname === location.pathname && search === location.search && hash !== "";
    const aside = event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0 || link.dataset.export !== undefined;
    if (event.defaultPrevented || aside || here || (target && target !== "_self") || origin !== location.origin || /\/files\//.test(href)) return;
    leave();
  });
  on("submit", "form", (_, event) => {
    if (!event.defaultPrevented) leave();
  });
}

function leave(): void {
  const gone = new Promise<void>((resolve) => {
    setTimeout(resolve, LEAVING_MILLISECONDS);
    window.addEventListener("pageshow", () => resolve(), { once: true });
  });
  void working(gone);
}

function mark(): void {
  const bar = document.querySelector<HTMLElement>(".working");
  if (!bar) return;
  bar.classList.toggle("on", under > 0);
  bar.textContent = under > 0 ? say("working") : "";
}
