import type { Attachment } from "svelte/attachments";

export type Side = "top" | "right" | "bottom" | "left";

/**
 * Puts something that floats beside what it belongs to, within the window: on the other side where there is no room.
 * It has to be `position: fixed`.
 */
export function beside(anchor: HTMLElement, side: Side = "bottom", align: "start" | "center" | "end" = "start", gap = 6): Attachment<HTMLElement> {
  return (floating) => {
    function settle() {
      const a = anchor.getBoundingClientRect();
      const f = { width: floating.offsetWidth, height: floating.offsetHeight };
      const upright = side === "top" || side === "bottom";
      const room = { top: a.top, bottom: innerHeight - a.bottom, left: a.left, right: innerWidth - a.right };
      const other = { top: "bottom", bottom: "top", left: "right", right: "left" } as const;
      const need = (upright ? f.height : f.width) + gap;
      const on = room[side] < need && room[other[side]] > room[side] ? other[side] : side;
      const along = (from: number, length: number, own: number) => (align === "start" ? from : align === "end" ? from + length - own : from + (length - own) / 2);
      const left = upright ? along(a.left, a.width, f.width) : on === "right" ? a.right + gap : a.left - f.width - gap;
      const top = upright ? (on === "bottom" ? a.bottom + gap : a.top - f.height - gap) : along(a.top, a.height, f.height);
      floating.style.left = `${Math.max(4, Math.min(innerWidth - f.width - 4, left))}px`;
      floating.style.top = `${Math.max(4, Math.min(innerHeight - f.height - 4, top))}px`;
    }
    settle();
    const watch = new ResizeObserver(settle);
    watch.observe(floating);
    addEventListener("scroll", settle, true);
    addEventListener("resize", settle);
    return () => {
      watch.disconnect();
      removeEventListener("scroll", settle, true);
      removeEventListener("resize", settle);
    };
  };
}

/** Moves an element out of whatever clips or moves it. */
export const atTop: Attachment<HTMLElement> = (element) => {
  document.body.append(element);
  return () => element.remove();
};
