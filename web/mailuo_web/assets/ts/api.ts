import { say } from "./texts";
import { working } from "./working";

/** One thing that the server found wrong, beside its field when it has one. */
export interface Trouble {
  field?: string;
  code?: string;
  message: string;
}

/** What was refused: a sentence for people, and the single problems. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly troubles: Trouble[],
  ) {
    super(message);
  }

  /** Whether nothing was done for certain. Else the request may have been: it is sent again as the same one. */
  get nothingDone(): boolean {
    return this.status >= 400 && this.status < 500;
  }
}

function token(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

/** Sends JSON (or a form) and gives the JSON answer; raises Refused with the server's own words. */
export async function call<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
  const form = body instanceof FormData;
  let answer: Response;
  try {
    const asked = fetch(path, {
      method,
      credentials: "same-origin",
      headers: {
        Accept: "application/json",
        "X-CSRF-Token": token(),
        ...(body === undefined || form ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      body: body === undefined ? undefined : form ? body : JSON.stringify(body),
    });
    answer = await (method === "GET" ? asked : working(asked));
  } catch {
    throw new Refused(0, say("offline"), []);
  }
  const text = await answer.text();
  const json = /json/.test(answer.headers.get("Content-Type") ?? "") && text ? JSON.parse(text) : {};
  if (!answer.ok) throw refusal(answer.status, json);
  return json as T;
}

function refusal(status: number, problem: { detail?: string; title?: string; errors?: Trouble[] }): Refused {
  if (status === 401) location.assign(`/signin?next=${encodeURIComponent(location.pathname)}`);
  const troubles = problem.errors ?? [];
  const words = troubles.map((one) => one.message).filter(Boolean);
  return new Refused(status, words.join("；") || problem.detail || problem.title || say("failed"), troubles);
}

/** A fragment of a page as the server draws it. */
export async function fragment(path: string): Promise<string> {
  const answer = await working(fetch(path, { credentials: "same-origin", headers: { "X-Fragment": "1" } }));
  if (!answer.ok) throw new Refused(answer.status, say("failed"), []);
  return answer.text();
}

/** Stores a file and gives its id; `progress` hears the share that has gone out. */
export function upload(file: File, progress: (share: number) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/api/v1/files");
    request.setRequestHeader("X-CSRF-Token", token());
    request.setRequestHeader("Accept", "application/json");
    request.upload.onprogress = (event) => progress(event.total ? event.loaded / event.total : 0);
    request.onerror = () => reject(new Refused(0, say("offline"), []));
    request.onload = () => {
      const json = JSON.parse(request.responseText || "{}");
      if (request.status < 300) resolve(json.id as string);
      else reject(refusal(request.status, json));
    };
    const form = new FormData();
    form.append("file", file);
    request.send(form);
  });
}
