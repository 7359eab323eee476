/** States of a wave in words, and which wave is due. Pure. */

import type { Tone, WaveState, WaveView } from "../../lib/door";

export const waveWords: Record<WaveState, string> = {
  planned: "Planned",
  running: "Running",
  paused: "Paused",
  stopped: "Stopped",
  unproven: "Not all proven",
  done: "Done",
  onHold: "On hold",
};

export const waveTone: Record<WaveState, Tone> = {
  planned: "neutral",
  running: "info",
  paused: "review",
  stopped: "review",
  unproven: "review",
  done: "good",
  onHold: "review",
};

/**
 * The wave that can be begun or gone on with, and what its button says: the first that is not done, when nothing runs.
 * The core has the last word; it may say that a wave before it is not proven.
 */
export function dueWave(waves: readonly WaveView[]): { number: number; label: string } | null {
  if (waves.some((w) => w.state === "running" || w.state === "paused")) return null;
  const stopped = waves.find((w) => w.state === "stopped" && w.onHold === null);
  if (stopped) return { number: stopped.number, label: `Go on with ${inSentence(stopped)}` };
  const next = waves.find((w) => w.state === "planned");
  if (next?.gate) return null;
  return next ? { number: next.number, label: `Run ${inSentence(next)}` } : null;
}

/** "wave 5", "the pilot". */
export function inSentence(wave: Pick<WaveView, "number">): string {
  return wave.number === 0 ? "the pilot" : `wave ${String(wave.number)}`;
}
