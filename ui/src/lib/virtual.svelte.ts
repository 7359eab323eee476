import { elementScroll, observeElementOffset, observeElementRect, Virtualizer, type VirtualItem } from "@tanstack/virtual-core";

type Options = {
  count: () => number;
  /** Height of a row in px. */
  size: number;
  scroller: () => HTMLElement | undefined;
};

/** A window onto a long list: which rows to draw, how tall all of them are, and a way to bring one into sight. */
export function virtualRows(options: Options) {
  let items = $state.raw<VirtualItem[]>([]);
  let total = $state(0);

  const list = new Virtualizer<HTMLElement, HTMLElement>({
    ...given(),
    onChange: read,
  });

  function given() {
    return {
      count: options.count(),
      getScrollElement: () => options.scroller() ?? null,
      estimateSize: () => options.size,
      overscan: 12,
      scrollToFn: elementScroll,
      observeElementRect,
      observeElementOffset,
      initialRect: { width: 800, height: 600 },
    };
  }

  function read(): void {
    items = list.getVirtualItems();
    total = list.getTotalSize();
  }

  $effect(() => {
    options.scroller();
    return list._didMount();
  });
  $effect(() => {
    list.setOptions({ ...list.options, ...given(), onChange: read });
    list._willUpdate();
    read();
  });

  return {
    get items() {
      return items;
    },
    get total() {
      return total;
    },
    show: (index: number) => list.scrollToIndex(index, { align: "auto" }),
  };
}
