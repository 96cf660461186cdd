import { call } from "./api";
import { all, on } from "./dom";

const YEAR = 365 * 24 * 3600;

function remember(name: string, value: string): void {
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR}; samesite=lax`;
}

/** The tab that is open is in sight. Menus close on Escape and on a click elsewhere; language, theme and signing out take effect at once. */
export function startMenus(): void {
  document.addEventListener("click", (event) => {
    for (const menu of all<HTMLDetailsElement>("details[data-menu][open]"))
      if (!menu.contains(event.target as Node)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of all<HTMLDetailsElement>("details[data-menu][open]")) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
  document.querySelector(".tabs [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
  on("click", "[data-lang]", (button) => {
    remember("mailuo_lang", button.dataset.lang ?? "zh");
    location.reload();
  });
  on("click", "[data-set-theme]", (button) => setTheme(button.dataset.setTheme ?? "auto"));
  on("click", "[data-sign-out]", async () => {
    await call("DELETE", "/api/v1/session").catch(() => undefined);
    location.assign("/signin");
  });
}

function setTheme(theme: string): void {
  remember("mailuo_theme", theme);
  document.documentElement.dataset.theme = theme;
  for (const button of all("[data-set-theme]")) button.setAttribute("aria-pressed", String(button.dataset.setTheme === theme));
}
