import { expect, test } from "vitest";
import type { WaveState, WaveView } from "../../lib/door";
import { dueWave } from "./wave-words";

const wave = (number: number, state: WaveState) => ({ number, state, onHold: null, gate: null }) as WaveView;

test("the first wave that is not begun is due", () => {
  expect(dueWave([wave(0, "done"), wave(1, "done"), wave(2, "planned"), wave(3, "planned")])).toEqual({ number: 2, label: "Run wave 2" });
  expect(dueWave([wave(0, "planned"), wave(1, "planned")])).toEqual({ number: 0, label: "Run the pilot" });
});

test("a stopped wave goes on before the next one begins", () => {
  expect(dueWave([wave(0, "done"), wave(1, "stopped"), wave(2, "planned")])).toEqual({ number: 1, label: "Go on with wave 1" });
});

test("nothing is due while a wave runs or is paused, or when all are done", () => {
  for (const state of ["running", "paused"] as const) expect(dueWave([wave(1, state), wave(2, "planned")])).toBeNull();
  expect(dueWave([wave(0, "done"), wave(1, "unproven")])).toBeNull();
  expect(dueWave([])).toBeNull();
});

test("what is on hold or behind a closed gate is not due", () => {
  const stopped = { ...wave(1, "stopped"), onHold: "The office is away." };
  expect(dueWave([stopped, wave(2, "planned")])).toEqual({ number: 2, label: "Run wave 2" });
  expect(dueWave([wave(1, "done"), { ...wave(2, "planned"), gate: "9 of 10 are proven; all of them must be" }])).toBeNull();
});
