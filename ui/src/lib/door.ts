// The one door to the core. Screens never see a `Result`: a refusal is thrown as `ProblemError`.
import { commands, events } from "./bindings";
import type { Problem, RunView } from "./bindings";

export type * from "./bindings";

/** A refusal by the core, in words for the admin. */
export class ProblemError extends Error {
  override name = "ProblemError";
  constructor(readonly problem: Problem) {
    super(problem.what);
  }
}

type Commands = typeof commands;
/** What a command gives when it is not refused; nothing is nothing. */
type Given<T> = T extends { status: "ok"; data: infer D } ? ([D] extends [null] ? void : D) : never;
type Call<C> = C extends (...given: infer G) => Promise<infer A> ? (...given: G) => Promise<Given<A>> : never;

/** Everything that the window can ask of the core: its commands, and what it tells by itself. */
export type Door = { [K in keyof Commands]: Call<Commands[K]> } & {
  /** Something that a view shows has changed (`null`: the first screen): read it again. Gives the way to stop listening. */
  onChanged(hear: (migration: string | null) => void): Promise<() => void>;
  /** How far a reading or run has come. */
  onRun(hear: (run: RunView) => void): Promise<() => void>;
};

type Answer = { status: "ok"; data: unknown } | { status: "error"; error: Problem };

const asked = Object.fromEntries(
  Object.entries(commands).map(([name, command]) => [
    name,
    async (...given: unknown[]) => {
      const answer = await (command as (...given: unknown[]) => Promise<Answer>)(...given);
      if (answer.status === "ok") return answer.data;
      throw new ProblemError(answer.error);
    },
  ]),
);

const core = {
  ...asked,
  onChanged: (hear: (migration: string | null) => void) => events.changed.listen((event) => hear(event.payload.migration)),
  onRun: (hear: (run: RunView) => void) => events.runProgress.listen((event) => hear(event.payload)),
} as unknown as Door;

/** In the shell: the core. In a plain browser or a test: made-up data, which no release carries. */
export let door: Door = core;

export async function openDoor(): Promise<void> {
  if ("__TAURI_INTERNALS__" in window) return;
  if (import.meta.env.DEV) door = (await import("./mock/mock")).mock();
}

/** For tests: another door. */
export function useDoor(other: Door): void {
  door = other;
}

/** Any failure as a problem that can be shown. */
export function asProblem(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  return {
    code: "unexpected",
    what: "Rehome ran into something it did not expect.",
    why: "This is a fault of Rehome, not yours.",
    mend: "Try again. If it comes back, send the detail below to whoever looks after Rehome for you.",
    link: null,
    detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}
