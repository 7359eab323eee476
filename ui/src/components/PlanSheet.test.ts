import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, expect, test, vi } from "vitest";
import type { PlanView } from "../lib/door";
import PlanSheet from "./PlanSheet.svelte";

afterEach(cleanup);

const plan: PlanView = {
  digest: "9f41c07be2a8",
  chosenSince: false,
  approvedAt: null,
  approvedBy: null,
  stale: [],
  people: 4951,
  waves: 10,
  waveSize: 500,
  routes: [{ title: "One by one", words: "", people: 4951, calls: 4951 }],
  reasons: [],
  waveGroups: [],
  waveLines: [],
  end: { equal: 4951, differences: [] },
  buckets: [],
  leastCalls: 5010,
  excluded: 26,
  groupRemarks: [],
  willNotChange: [],
  calls: 4951,
  minutes: 24,
  floorMinutes: 22,
  shape: "Parallel: both apps work until you retire the old one.",
};

function show(change: Partial<PlanView> = {}, waveSize: number | null = 500) {
  const heard = { ondraft: vi.fn(), onapprove: vi.fn() };
  render(PlanSheet, { plan: { ...plan, ...change }, waveSize, ...heard });
  return heard;
}
const approve = () => screen.queryByRole<HTMLButtonElement>("button", { name: "Approve this plan" });

test("a good plan is approved by its digest", async () => {
  const heard = show();
  await fireEvent.click(approve()!);
  expect(heard.onapprove).toHaveBeenCalledExactlyOnceWith("9f41c07be2a8");
});

test("a stale plan shows what differs and cannot be approved, even where it was", () => {
  for (const approvedAt of [null, "2026-11-23T10:00:00Z"]) {
    show({ stale: ["Zendesk Agents has 3 members more."], approvedAt });
    expect(screen.getByText("Zendesk Agents has 3 members more.")).toBeTruthy();
    expect(approve()!.disabled).toBe(true);
    cleanup();
  }
});

test("an approved plan asks for no second approval", () => {
  show({ approvedAt: "2026-11-23T10:00:00Z" });
  expect(approve()).toBeNull();
  expect(screen.getByText("Approved")).toBeTruthy();
});

test("another wave size shows its effect, and needs another plan before approval", async () => {
  const heard = show();
  await fireEvent.input(screen.getByLabelText("People in a wave"), { target: { value: "100" } });
  expect(screen.getByText("About 50 waves of people. If a wave goes wrong, at most 100 people are touched by it.")).toBeTruthy();
  expect(approve()!.disabled).toBe(true);
  await fireEvent.click(screen.getByRole("button", { name: "Make the plan anew" }));
  expect(heard.ondraft).toHaveBeenCalledExactlyOnceWith(100);
});

test("an empty or broken wave size makes no plan", async () => {
  show();
  for (const value of ["", "0", "2.5"]) {
    await fireEvent.input(screen.getByLabelText("People in a wave"), { target: { value } });
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Make the plan anew" }).disabled).toBe(true);
    expect(approve()!.disabled).toBe(true);
  }
});

test("a plan for nobody cannot be approved", () => {
  show({ people: 0, routes: [] });
  expect(approve()!.disabled).toBe(true);
});
