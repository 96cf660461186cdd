/** What the scripts themselves say; the server puts the texts of the reader's language on the body. */
const texts: Record<string, string> = JSON.parse(document.body.dataset.texts ?? "{}");

/** The text of a key with its {gaps} filled; {count:row/rows} is the first form for one, else the second. */
export function say(key: string, gaps: Record<string, string | number> = {}): string {
  return (texts[key] ?? key).replace(/\{(\w+)(?::([^{}/]*)\/([^{}/]*))?\}/g, (_, name: string, one?: string, more?: string) =>
    one === undefined ? String(gaps[name] ?? "") : String(gaps[name]) === "1" ? one : more!,
  );
}
