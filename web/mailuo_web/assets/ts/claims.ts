import { call, fragment } from "./api";
import { all, on, toast } from "./dom";
import { changes, rememberForms } from "./forms";
import { refresh } from "./polling";
import { ask } from "./sheet";
import { say } from "./texts";
import { startWalking } from "./walking";

interface Told {
  id: string;
  claims?: { id: string; actor?: string; state: string }[];
}

/** A timeline as the API answers it. */
export interface Timeline {
  nodes: Told[];
  exits?: Told[];
}

/** What was said of a node is a click away; one's own words can be taken back, and a record can leave by an exit. */
export function startClaims(): void {
  on("click", "[data-said]", (button) => toggle(button));
  on("click", "[data-retract]", (button) =>
    ask({
      title: say("retract.title"),
      what: button.dataset.what ?? "",
      note: say("retract.note"),
      go: say("retract.go"),
      run: async (note) => {
        await retract(record(), button.dataset.retract!, note);
        again(say("retracted"));
      },
    }),
  );
  on("click", "[data-exit]", (button) =>
    ask({
      title: say("exit.title", { exit: button.dataset.what ?? "" }),
      what: say("exit.what"),
      note: say("ack.note"),
      go: say("exit.go"),
      run: async (note) => {
        await call("POST", `${record()}/claims`, { node: button.dataset.exit, ...(note ? { note } : {}) });
        again(say("exited", { exit: button.dataset.what ?? "" }));
      },
    }),
  );
}

/** Takes back one claim of the record with this address in the API. */
export function retract(api: string, claim: string, note = ""): Promise<unknown> {
  return call("POST", `${api}/claims`, { retract: claim, note: note || say("retract.mistake") });
}

/** The id of the reader's newest standing word about a node. */
export function ownClaim(timeline: Timeline, node: string): string | undefined {
  const me = document.body.dataset.me;
  const told = [...timeline.nodes, ...(timeline.exits ?? [])].find((one) => one.id === node);
  return told?.claims?.filter((one) => one.actor === me && one.state !== "retracted").pop()?.id;
}

/** Says what was done and draws the record's page anew, its form only while nothing in it is unsaved. */
export function again(said: string, undo?: () => Promise<unknown>): void {
  toast(said, "done", undo && { name: say("undo"), run: () => void undo().then(() => again(say("undone")), refuse) });
  for (const form of all("[data-confirm-form][data-touched]")) delete form.dataset.touched;
  for (const part of all("[data-poll]")) void refresh(part);
  void renew();
}

async function renew(): Promise<void> {
  const form = document.querySelector<HTMLFormElement>("[data-record-form]");
  if (!form || Object.keys(changes(form)).length) return;
  const page = new DOMParser().parseFromString(await fragment(location.href).catch(() => ""), "text/html");
  for (const selector of [".topbar", ".record > .side"]) {
    const fresh = page.querySelector(selector);
    if (fresh) document.querySelector(selector)?.replaceWith(fresh);
  }
  const holder = document.querySelector<HTMLElement>("[data-version]");
  if (holder) holder.dataset.version = page.querySelector<HTMLElement>("[data-version]")?.dataset.version ?? holder.dataset.version;
  rememberForms();
  startWalking();
}

function refuse(problem: unknown): void {
  toast((problem as Error).message, "refused");
}

function record(): string {
  return document.querySelector<HTMLElement>("[data-api]")!.dataset.api!;
}

function toggle(button: HTMLElement): void {
  const list = document.getElementById(button.getAttribute("aria-controls")!);
  if (!list) return;
  list.hidden = !list.hidden;
  button.setAttribute("aria-expanded", String(!list.hidden));
}
