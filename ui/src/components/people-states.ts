/** The states of a person on the people map and in sums: letter, colour token, and how counts add up. */

import type { OutcomeCounts, PersonState } from "../lib/door";
import { count } from "../lib/format";
import { personWords } from "../lib/words";

export interface ShownState {
  state: PersonState;
  /** The letter of `MapBlock.states`. */
  letter: string;
  /** CSS custom property with its colour. */
  token: string;
}

export const STATES: readonly ShownState[] = [
  { state: "proven", letter: "v", token: "--proven" },
  { state: "signedIn", letter: "s", token: "--proven" },
  { state: "assigned", letter: "a", token: "--assigned" },
  { state: "planned", letter: "p", token: "--planned" },
  { state: "unknown", letter: "u", token: "--unknown" },
  { state: "failed", letter: "f", token: "--failed" },
  { state: "excluded", letter: "x", token: "--excluded" },
  { state: "retired", letter: "r", token: "--retired" },
];

/** What a state means, for a title on hover and for the legend. */
export const MEANING: Record<PersonState, string> = {
  planned: "Nothing has been done for these people yet.",
  assigned: "Okta accepted the assignment; the new app has not been read again yet.",
  proven: "Read back on the new app with the right username, and the same account where that can be told.",
  signedIn: "Proven, and a successful sign-in to the new app stands in the System Log.",
  failed: "Okta refused. The person still has the old app.",
  unknown: "A call was sent and no answer came. Reading Okta again settles it.",
  excluded: "Left out by name, with a reason.",
  retired: "No longer on the old app.",
};

export function byLetter(letter: string): ShownState {
  return STATES.find((s) => s.letter === letter) ?? STATES[3]!;
}

/** People who work on the new app: each person stands in exactly one count, and signing in proves more than being placed. */
export function provenOf(counts: OutcomeCounts): number {
  return counts.proven + counts.signedIn;
}

/** "265 proven, 108 assigned, 2 failed": what is not zero, in a fixed order. */
export function countsInWords(counts: OutcomeCounts, omit: readonly PersonState[] = []): string {
  const parts = STATES.filter((s) => !omit.includes(s.state) && counts[s.state] > 0).map(
    (s) => `${count(counts[s.state])} ${personWords[s.state].toLowerCase()}`,
  );
  return parts.join(", ");
}

/** Counts of a block, from its letters. */
export function countStates(states: string): OutcomeCounts {
  const counts: OutcomeCounts = {
    planned: 0,
    assigned: 0,
    proven: 0,
    signedIn: 0,
    failed: 0,
    unknown: 0,
    excluded: 0,
    retired: 0,
  };
  for (const letter of states) counts[byLetter(letter).state]++;
  return counts;
}
