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
  { state: "held", letter: "h", token: "--planned" },
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
  held: "Held back by name: no wave moves them until they are released.",
};

export function byLetter(letter: string): ShownState {
  return STATES.find((s) => s.letter === letter) ?? STATES[3]!;
}

/** Everybody who is counted. `proven` holds the signed in as well; each person stands in exactly one of the other counts. */
export function everybody(counts: OutcomeCounts): number {
  return STATES.reduce((sum, { state }) => (state === "signedIn" ? sum : sum + counts[state]), 0);
}

/** "265 proven (201 signed in), 108 assigned, 2 failed": what is not zero, in a fixed order. */
export function countsInWords(counts: OutcomeCounts, omit: readonly PersonState[] = []): string {
  const parts: string[] = [];
  for (const { state } of STATES) {
    const people = counts[state];
    if (people === 0 || state === "signedIn" || omit.includes(state)) continue;
    const signedIn = state === "proven" && counts.signedIn > 0 ? ` (${count(counts.signedIn)} signed in)` : "";
    parts.push(`${count(people)} ${personWords[state].toLowerCase()}${signedIn}`);
  }
  return parts.join(", ");
}

/** The same for a narrow place: what went wrong first, then how far the others are. */
export function countsInBrief(counts: OutcomeCounts): string {
  const parts: [number, string][] = [
    [counts.failed, "failed"],
    [counts.unknown, "unknown"],
    [counts.retired, "retired"],
    [counts.proven, "proven"],
    [counts.assigned, "assigned"],
    [counts.held, "held back"],
    [counts.planned, "planned"],
  ];
  const shown = parts.filter(([people]) => people > 0).map(([people, word]) => `${count(people)} ${word}`);
  return shown.join(", ");
}

/** Counts of a block, from its letters. */
export function countStates(states: string): OutcomeCounts {
  // A table by character: this runs over everybody while a wave runs.
  const found = new Uint32Array(128);
  for (let i = 0; i < states.length; i++) {
    const code = states.charCodeAt(i);
    if (code < 128) found[code] = (found[code] ?? 0) + 1;
  }
  const of = (letter: string): number => found[letter.charCodeAt(0)] ?? 0;
  return {
    planned: of("p"),
    assigned: of("a"),
    proven: of("v") + of("s"),
    signedIn: of("s"),
    failed: of("f"),
    unknown: of("u"),
    excluded: of("x"),
    retired: of("r"),
    held: of("h"),
  };
}
