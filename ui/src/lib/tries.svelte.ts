import { app } from "./app.svelte";
import type { Problem } from "./door";

/** For a dialog, which shows a refusal of its own deeds: what lies under it cannot be read. */
export class Tries {
  busy = $state(false);
  problem = $state.raw<Problem>();

  /** Does it, and has views read again. Gives whether it was done. */
  async do(deed: () => Promise<unknown>): Promise<boolean> {
    this.busy = true;
    const done = await app.attempt(deed, (problem) => (this.problem = problem));
    this.busy = false;
    return done;
  }
}
