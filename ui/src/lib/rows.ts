import type { Attachment } from "svelte/attachments";

/**
 * Rows of a table as one tab stop: arrows, Home and End move, Enter and Space open. Rows carry `data-row`; the first (or
 * the selected) one is reached by Tab.
 */
export function rowKeys(open: (id: string) => void): Attachment<HTMLElement> {
  return (table) => {
    const rows = () => [...table.querySelectorAll<HTMLElement>("[data-row]")];

    function settle() {
      const all = rows();
      const chosen = all.find((row) => row.getAttribute("aria-selected") === "true") ?? all[0];
      for (const row of all) row.tabIndex = row === chosen ? 0 : -1;
    }
    settle();
    const watch = new MutationObserver(settle);
    watch.observe(table, { childList: true, subtree: true });

    function keys(event: KeyboardEvent) {
      const row = event.target;
      if (!(row instanceof HTMLElement) || row.dataset["row"] === undefined) return;
      const all = rows();
      const at = all.indexOf(row);
      const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
      if (to !== undefined) {
        event.preventDefault();
        const next = all[Math.max(0, Math.min(all.length - 1, to))];
        if (!next) return;
        for (const other of all) other.tabIndex = other === next ? 0 : -1;
        next.focus();
      } else if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        open(row.dataset["row"]);
      }
    }
    function clicks(event: MouseEvent) {
      const row = (event.target as HTMLElement).closest<HTMLElement>("[data-row]");
      if (row && table.contains(row)) open(row.dataset["row"]!);
    }
    table.addEventListener("keydown", keys);
    table.addEventListener("click", clicks);
    return () => {
      watch.disconnect();
      table.removeEventListener("keydown", keys);
      table.removeEventListener("click", clicks);
    };
  };
}
