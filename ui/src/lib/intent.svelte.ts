import { untrack } from "svelte";
import { app } from "./app.svelte";
import type { Action } from "./door";

type Handlers = { [K in Action["kind"]]?: (action: Extract<Action, { kind: K }>) => void };

/** Call while a screen is made: it takes over the actions named here, also one that brought the admin to it. */
export function onIntent(handlers: Handlers): void {
  $effect(() => {
    const action = app.intent;
    if (!action) return;
    const handler = handlers[action.kind] as ((action: Action) => void) | undefined;
    if (!handler) return;
    untrack(() => {
      app.intent = undefined;
      handler(action);
    });
  });
}
