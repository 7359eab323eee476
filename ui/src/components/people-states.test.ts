import { expect, test } from "vitest";
import { countsInBrief, countsInWords, countStates, everybody } from "./people-states";

// 3 proven of whom 2 signed in, 1 failed, 2 planned, 1 excluded.
const counts = countStates("vssfppx");

test("letters are counted as the core counts: the signed in are proven", () => {
  expect(counts).toEqual({ planned: 2, assigned: 0, proven: 3, signedIn: 2, failed: 1, unknown: 0, excluded: 1, retired: 0, held: 0 });
  expect(everybody(counts)).toBe(7);
});

test("words count nobody twice, and a narrow place says first what went wrong", () => {
  expect(countsInWords(counts)).toBe("3 proven (2 signed in), 2 planned, 1 failed, 1 excluded");
  expect(countsInWords(counts, ["planned"])).toBe("3 proven (2 signed in), 1 failed, 1 excluded");
  expect(countsInBrief(counts)).toBe("1 failed, 3 proven, 2 planned");
  expect(countsInBrief(countStates(""))).toBe("");
});
