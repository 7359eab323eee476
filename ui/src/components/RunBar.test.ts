import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, expect, test, vi } from "vitest";
import type { RunView } from "../lib/door";
import RunBar from "./RunBar.svelte";
import { barOf, outcomeSegments } from "./run-words";

afterEach(cleanup);

const none = { planned: 0, assigned: 0, proven: 0, signedIn: 0, failed: 0, unknown: 0, excluded: 0, retired: 0, held: 0 };
const wave: RunView = {
  migration: "m1",
  title: "Wave 5",
  state: "running",
  done: 1318,
  total: 2500,
  counts: { ...none, planned: 1182, assigned: 200, proven: 1100, failed: 10, unknown: 8 },
  now: "Leonie Baptiste-Okafor",
  waiting: null,
  remark: null,
  callsPerMinute: 218,
  endsAt: null,
  canPause: true,
  problem: null,
};

function show(run: Partial<RunView>) {
  const heard = { onpause: vi.fn(), onresume: vi.fn(), onstop: vi.fn(), onclose: vi.fn() };
  render(RunBar, { run: { ...wave, ...run }, ...heard });
  return heard;
}
const button = (name: string) => screen.queryByRole<HTMLButtonElement>("button", { name });

test("running: Pause and Stop work, and it says who is being moved", async () => {
  const heard = show({});
  await fireEvent.click(button("Pause")!);
  await fireEvent.click(button("Stop after this person")!);
  expect(heard.onpause).toHaveBeenCalledOnce();
  expect(heard.onstop).toHaveBeenCalledOnce();
  expect(button("Resume")).toBeNull();
  expect(screen.getByText(/Leonie Baptiste-Okafor/)).toBeTruthy();
  expect(screen.getByRole("progressbar").getAttribute("aria-valuetext")).toBe("1,318 of 2,500");
  expect(screen.getByText("1,100 proven, 200 assigned, 8 unknown, 10 failed")).toBeTruthy();
});

test("who comes with a group later is not done when the wave ends early", () => {
  const problem = { code: "okta" as const, what: "3 people failed: the wave stopped by itself", why: "Okta refused them.", mend: "Try again.", link: null, detail: null };
  show({ state: "finished", done: 11, total: 11, counts: { ...none, planned: 8, failed: 3 }, problem });
  expect(screen.getByRole("progressbar").getAttribute("aria-valuetext")).toBe("3 of 11");
  expect(screen.getByRole("alert").textContent).toContain("the wave stopped by itself. Okta refused them.");
});

test("waiting says for what, and can be paused", () => {
  show({ state: "waiting", waiting: "Waiting 23 s for Okta's limit" });
  expect(screen.getByText("Waiting 23 s for Okta's limit")).toBeTruthy();
  expect(button("Pause")!.disabled).toBe(false);
});

test("paused: Resume instead of Pause, and nobody is said to be moved", async () => {
  const heard = show({ state: "paused" });
  expect(button("Pause")).toBeNull();
  expect(screen.queryByText(/Leonie/)).toBeNull();
  await fireEvent.click(button("Resume")!);
  expect(heard.onresume).toHaveBeenCalledOnce();
});

test("pausing and stopping take no second click", () => {
  show({ state: "pausing" });
  expect(button("Pause")!.disabled).toBe(true);
  cleanup();
  show({ state: "stopping" });
  expect(button("Stop after this person")!.disabled).toBe(true);
  expect(button("Pause")!.disabled).toBe(true);
});

test("a reading has no people to stop after, and no total", () => {
  show({ title: "Reading both apps", canPause: false, total: null, done: 4000, counts: none });
  expect(button("Pause")).toBeNull();
  expect(button("Stop")).not.toBeNull();
  expect(screen.getByRole("progressbar").getAttribute("aria-valuenow")).toBeNull();
});

test("finished with a problem: what, why and how to mend it, and a way to dismiss it", async () => {
  const heard = show({
    state: "finished",
    problem: { code: "okta", what: "Wave 5 stopped by itself.", why: "Ten failed.", mend: "Free seats.", link: null, detail: null },
  });
  expect(screen.getByRole("alert").textContent).toContain("Wave 5 stopped by itself. Ten failed. Free seats.");
  expect(button("Pause")).toBeNull();
  expect(button("Stop after this person")).toBeNull();
  await fireEvent.click(button("Dismiss")!);
  expect(heard.onclose).toHaveBeenCalledOnce();
});

test("the bar holds a share for each outcome and leaves planned empty", () => {
  const { segments } = barOf(wave);
  expect(segments.map((s) => s.key)).toEqual(["proven", "assigned", "unknown", "failed"]);
  expect(segments.reduce((sum, s) => sum + s.share, 0)).toBeCloseTo(1318 / 2500);
  expect(outcomeSegments(none, 0)).toEqual([]);
  expect(barOf({ ...wave, counts: none, done: 3, total: 2 }).segments[0]?.share).toBe(1);
});
