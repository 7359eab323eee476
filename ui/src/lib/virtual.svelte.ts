type Options = {
  count: () => number;
  /** Height of a row in px. */
  size: number;
  scroller: () => HTMLElement | undefined;
};

/** Rows drawn beyond what is in sight, at each end. */
const BEYOND = 12;
/** Before the pane has been measured. */
const GUESS = 600;

/**
 * A window onto a long list: which rows to draw, how tall all of them are, and a way to bring one into sight. All rows have
 * one height, so this is arithmetic; a library for rows of any height was a twentieth of all JavaScript.
 */
export function virtualRows(options: Options) {
  let top = $state(0);
  let height = $state(GUESS);

  $effect(() => {
    const pane = options.scroller();
    if (!pane) return;
    const read = () => [top, height] = [pane.scrollTop, pane.clientHeight || GUESS];
    read();
    pane.addEventListener("scroll", read, { passive: true });
    const sized = new ResizeObserver(read);
    sized.observe(pane);
    return () => {
      pane.removeEventListener("scroll", read);
      sized.disconnect();
    };
  });

  // Scrolling within a row changes neither of the two, so nothing is drawn anew.
  const first = $derived(Math.max(0, Math.floor(top / options.size) - BEYOND));
  const end = $derived(Math.min(options.count(), Math.ceil((top + height) / options.size) + BEYOND));
  const items = $derived(Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i));

  return {
    get items() {
      return items;
    },
    get total() {
      return options.count() * options.size;
    },
    show(index: number) {
      const pane = options.scroller();
      if (!pane) return;
      // A head stays above the rows.
      const head = Math.max(0, pane.scrollHeight - options.count() * options.size);
      const start = index * options.size;
      pane.scrollTop = Math.min(start, Math.max(pane.scrollTop, start + options.size + head - pane.clientHeight));
    },
  };
}
