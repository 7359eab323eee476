/** What the run bar shows of a run. Pure. */

import type { OutcomeCounts, PersonState, RunView } from "../lib/door";
import { everybody, STATES } from "./people-states";

export interface Segment {
  key: PersonState | "done";
  /** Of the whole bar, 0 to 1. */
  share: number;
  /** CSS custom property with its colour. */
  token: string;
}

/** From what is good to what is not; planned is the empty rest of the bar. The signed in are proven. */
const ORDER: readonly PersonState[] = ["retired", "proven", "assigned", "excluded", "unknown", "failed"];

/** Shares of people by outcome, of everybody who is counted or of `total` where that is more. */
export function outcomeSegments(counts: OutcomeCounts, total: number): Segment[] {
  const whole = Math.max(1, everybody(counts), total);
  return ORDER.filter((state) => counts[state] > 0).map((state) => ({
    key: state,
    share: counts[state] / whole,
    token: STATES.find((s) => s.state === state)?.token ?? "--planned",
  }));
}

/** Progress by outcome where people are moved; otherwise what is done of the total, where that is known. */
export function barOf(run: RunView): { segments: Segment[]; ofPeople: boolean } {
  if (everybody(run.counts) > 0) return { segments: outcomeSegments(run.counts, run.total ?? 0), ofPeople: true };
  if (run.total == null || run.total === 0) return { segments: [], ofPeople: false };
  return { segments: [{ key: "done", share: Math.min(1, run.done / run.total), token: "--accent" }], ofPeople: false };
}

/** The state in words; empty while it simply runs. */
export function stateWords(run: RunView): string {
  switch (run.state) {
    case "running":
      return run.waiting ?? "";
    case "waiting":
      return run.waiting ?? "Waiting for Okta";
    case "pausing":
      return "Pausing after the calls under way";
    case "paused":
      return "Paused";
    case "stopping":
      return "Stopping after the calls under way";
    case "finished":
      return run.problem ? "Ended early" : "Finished";
  }
}
