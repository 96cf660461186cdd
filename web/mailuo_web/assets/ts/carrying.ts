const EDGE_PIXELS = 64;
const FASTEST_PIXELS = 22;
const HOLD_MILLISECONDS = 350;
const STRAY_PIXELS = 10;

/** What happens to a card that a finger carries. */
interface Hands {
  lift(card: HTMLElement): void;
  drop(card: HTMLElement, target: Element | null): void;
  release(card: HTMLElement): void;
}

interface Carried {
  card: HTMLElement;
  ghost: HTMLElement;
  left: number;
  top: number;
}

let frame = 0;
let place = { x: 0, y: 0 };

/** While something is carried near an edge of a part that scrolls, the part goes on scrolling that way. */
export function carryOver(part: HTMLElement, x: number, y: number): void {
  place = { x, y };
  const step = (): void => {
    const box = part.getBoundingClientRect();
    part.scrollBy(pull(place.x, box.left, box.right), pull(place.y, box.top, box.bottom));
    frame = requestAnimationFrame(step);
  };
  if (!frame) frame = requestAnimationFrame(step);
}

/** Nothing is carried any more. */
export function putDown(): void {
  cancelAnimationFrame(frame);
  frame = 0;
}

function pull(at: number, low: number, high: number): number {
  const before = Math.min(Math.max(low + EDGE_PIXELS - at, 0), EDGE_PIXELS);
  const after = Math.min(Math.max(at - high + EDGE_PIXELS, 0), EDGE_PIXELS);
  return (FASTEST_PIXELS * (after - before)) / EDGE_PIXELS;
}

/** A finger that rests on a card lifts it; one that moves at once scrolls, as everywhere. */
export function carryByTouch(part: HTMLElement, cards: string, hands: Hands): void {
  let timer = 0;
  let start = { x: 0, y: 0 };
  let carried: Carried | null = null;
  const end = (drop: boolean): void => {
    clearTimeout(timer);
    if (!carried) return;
    const { card, ghost } = carried;
    carried = null;
    putDown();
    ghost.remove();
    hands.release(card);
    if (drop) hands.drop(card, document.elementFromPoint(place.x, place.y));
  };
  part.addEventListener(
    "touchstart",
    (event) => {
      end(false);
      const card = (event.target as Element).closest<HTMLElement>(cards);
      const finger = event.touches[0]!;
      if (!card || event.touches.length > 1 || (event.target as Element).closest("button, summary")) return;
      start = place = { x: finger.clientX, y: finger.clientY };
      timer = window.setTimeout(() => {
        carried = ghostOf(card);
        hands.lift(card);
      }, HOLD_MILLISECONDS);
    },
    { passive: true },
  );
  part.addEventListener(
    "touchmove",
    (event) => {
      const finger = event.touches[0]!;
      const x = finger.clientX;
      const y = finger.clientY;
      if (!carried) {
        if (Math.hypot(x - start.x, y - start.y) > STRAY_PIXELS) clearTimeout(timer);
        return;
      }
      event.preventDefault();
      carried.ghost.style.left = `${carried.left + x - start.x}px`;
      carried.ghost.style.top = `${carried.top + y - start.y}px`;
      carryOver(part, x, y);
    },
    { passive: false },
  );
  part.addEventListener("touchend", (event) => {
    if (carried) event.preventDefault();
    end(true);
  });
  part.addEventListener("touchcancel", () => end(false));
  for (const type of ["contextmenu", "dragstart"])
    part.addEventListener(type, (event) => {
      if (carried) event.preventDefault();
    });
}

function ghostOf(card: HTMLElement): Carried {
  const box = card.getBoundingClientRect();
  const ghost = card.cloneNode(true) as HTMLElement;
  ghost.classList.add("carried");
  ghost.setAttribute("aria-hidden", "true");
  Object.assign(ghost.style, { left: `${box.left}px`, top: `${box.top}px`, width: `${box.width}px` });
  document.body.append(ghost);
  return { card, ghost, left: box.left, top: box.top };
}
