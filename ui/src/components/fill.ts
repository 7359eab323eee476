import type { Attachment } from "svelte/attachments";

/** Pixels that are left free under the element. */
const FOOT = 24;

/**
 * Makes an element as tall as what is left of the pane that it scrolls in, and no lower than `least` px: there the pane
 * scrolls. For things that are to be seen whole, such as the people map.
 */
export function fill(least: number): Attachment<HTMLElement> {
  return (element) => {
    const pane = element.closest<HTMLElement>(".work");
    if (!pane) return;
    const size = (): void => {
      const above = element.getBoundingClientRect().top - pane.getBoundingClientRect().top + pane.scrollTop;
      element.style.height = `${String(Math.max(least, Math.floor(pane.clientHeight - above - FOOT)))}px`;
    };
    const observer = new ResizeObserver(size);
    observer.observe(pane);
    // What stands above may grow or shrink, come and go.
    const watch = (): void => {
      for (const child of pane.children) if (!child.contains(element)) observer.observe(child);
      size();
    };
    const comings = new MutationObserver(watch);
    comings.observe(pane, { childList: true });
    watch();
    return () => {
      observer.disconnect();
      comings.disconnect();
    };
  };
}
