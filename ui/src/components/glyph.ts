import type { Component } from "svelte";
import Glyph from "./Glyph.svelte";

/** The component that draws one icon. Its other props stay live: they are read through, not copied. */
export function drawn(drawing: string): Component<Record<string, unknown>> {
  return (anchor, props) =>
    Glyph(
      anchor,
      new Proxy(props, {
        get: (given, key) => (key === "drawing" ? drawing : Reflect.get(given, key)),
        has: (given, key) => key === "drawing" || Reflect.has(given, key),
      }) as { drawing: string },
    );
}
