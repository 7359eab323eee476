export type ThemeChoice = "system" | "light" | "dark";

const KEY = "rehome.theme";
const dark = window.matchMedia("(prefers-color-scheme: dark)");

/** Light, dark, or as the system says; `data-theme` on <html> always holds the one that is shown. */
class Theme {
  choice = $state<ThemeChoice>("system");

  constructor() {
    const kept = localStorage.getItem(KEY);
    if (kept === "light" || kept === "dark") this.choice = kept;
    this.show();
    // Paper is white.
    addEventListener("beforeprint", () => (document.documentElement.dataset["theme"] = "light"));
    addEventListener("afterprint", () => this.show());
    dark.addEventListener("change", () => this.show());
  }

  choose(choice: ThemeChoice): void {
    this.choice = choice;
    localStorage.setItem(KEY, choice);
    this.show();
  }

  private show(): void {
    const shown = this.choice === "system" ? (dark.matches ? "dark" : "light") : this.choice;
    document.documentElement.dataset["theme"] = shown;
  }
}

export const theme = new Theme();
