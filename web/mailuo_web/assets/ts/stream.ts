import { ring, setLive } from "./polling";
import { type Popup, popupGone, popupHeld, queuePopup } from "./popups";

/** The stream of events: one for all tabs of a browser. The tab that holds the lock listens, and tells the others. */
interface Heard {
  kind: string;
  told: Record<string, unknown>;
}

const NAME = "mailuo-events";
const KINDS = ["hello", "popup", "alert", "record", "dispute", "run", "todo", "all"];
const AGAIN_MILLISECONDS = 30_000;
const me = document.body.dataset.me ?? "";
const place = `mailuo-after:${me}`;
let live = false;

export function startStream(): void {
  if (!me) return;
  const others = "BroadcastChannel" in window ? new BroadcastChannel(`${NAME}:${me}`) : null;
  const tell = (heard: Heard): void => {
    others?.postMessage(heard);
    hear(heard);
  };
  others?.addEventListener("message", (message: MessageEvent<Heard>) => {
    if (message.data.kind === "who" && leading) others.postMessage({ kind: live ? "live" : "dead", told: {} });
    else hear(message.data);
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) ring();
  });
  let leading = false;
  const lead = (): Promise<never> => {
    leading = true;
    listen(tell);
    return new Promise(() => undefined);
  };
  if ("locks" in navigator && others) void navigator.locks.request(`${NAME}:${me}`, lead);
  else void lead();
  others?.postMessage({ kind: "who", told: {} });
}

/** Listens for as long as the page lives, and as it is its own person whom the server greets; what was missed comes before
 *  the greeting. Where the server has no stream left, asks for one from time to time. */
function listen(tell: (heard: Heard) => void): void {
  const after = localStorage.getItem(place);
  const source = new EventSource(`/api/v1/events${after ? `?after=${encodeURIComponent(after)}` : ""}`);
  let early: Heard[] | null = [];
  source.addEventListener("open", () => (early = []));
  const pass = (heard: Heard, id: string): void => {
    if (id) localStorage.setItem(place, id);
    tell(heard);
  };
  for (const kind of KINDS) {
    source.addEventListener(kind, (event: MessageEvent<string>) => {
      const heard = { kind, told: JSON.parse(event.data) as Record<string, unknown> };
      if (kind !== "hello") {
        if (early) early.push(heard);
        else pass(heard, event.lastEventId);
      } else if (heard.told.me === me) {
        for (const one of early ?? []) tell(one);
        early = null;
        pass({ kind: "live", told: {} }, event.lastEventId);
      } else {
        source.close();
        location.reload(); // somebody else has signed in since: what is told now is for them, and so is the page
      }
    });
  }
  const again = (): void => {
    source.close();
    setTimeout(() => listen(tell), AGAIN_MILLISECONDS);
  };
  source.addEventListener("taken", () => {
    tell({ kind: "dead", told: {} });
    again();
  });
  source.addEventListener("error", () => {
    tell({ kind: "dead", told: {} });
    if (source.readyState === EventSource.CLOSED) again();
  });
}

function hear({ kind, told }: Heard): void {
  switch (kind) {
    case "who":
      return;
    case "popup":
      return queuePopup(told as unknown as Popup);
    case "gone":
      return popupGone(String(told.id));
    case "held":
    case "left":
      return popupHeld(String(told.id), kind === "held");
    case "live":
    case "dead":
      live = kind === "live";
      setLive(live);
  }
  if (kind !== "dead") ring();
}
