/** What the scripts themselves say; the server puts the texts of the reader's language on the body. */
const texts: Record<string, string> = JSON.parse(document.body.dataset.texts ?? "{}");

/** The text of a key with its {gaps} filled. */
export function say(key: string, gaps: Record<string, string | number> = {}): string {
  return (texts[key] ?? key).replace(/\{(\w+)\}/g, (_, name: string) => String(gaps[name] ?? ""));
}
