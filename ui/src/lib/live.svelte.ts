import { untrack } from "svelte";
import { app } from "./app.svelte";
import { asProblem, type Problem } from "./door";

/** A view of the core that is read again when something it depends on changes, or when the core says that something has. */
export interface Live<T> {
  /** The newest answer; stays while a newer one is on its way. */
  readonly value: T | undefined;
  /** Why the newest question was refused. */
  readonly problem: Problem | undefined;
  readonly loading: boolean;
  reload(): void;
}

/**
 * Call while a component is made. `load` runs at once, after each change of the state that it reads before its first
 * `await`, and after each `Changed`. While an answer is awaited further `Changed` are folded into one more question, so
 * a busy run never piles them up.
 */
export function live<T>(load: () => Promise<T>): Live<T> {
  let value = $state.raw<T>();
  let problem = $state.raw<Problem>();
  let loading = $state(true);
  let again = $state(0);
  let asked = 0;
  let busy = false;
  let stale = false;

  async function ask(question: Promise<T>): Promise<void> {
    const mine = ++asked;
    busy = true;
    loading = true;
    app.reading++;
    try {
      const answer = await question;
      if (mine === asked) [value, problem] = [answer, undefined];
    } catch (error) {
      if (mine === asked) problem = asProblem(error);
    } finally {
      app.reading--;
    }
    if (mine !== asked) return;
    busy = false;
    loading = false;
    if (stale) {
      stale = false;
      again++;
    }
  }

  $effect(() => {
    void again;
    const question = load();
    untrack(() => void ask(question));
  });

  let seen = app.version;
  $effect(() => {
    const version = app.version;
    if (version === seen) return;
    seen = version;
    if (busy) stale = true;
    else untrack(() => again++);
  });

  return {
    get value() {
      return value;
    },
    get problem() {
      return problem;
    },
    get loading() {
      return loading;
    },
    reload() {
      again++;
    },
  };
}
