import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { createRawSnippet, tick } from "svelte";
import { expect, test, vi } from "vitest";
import VirtualList from "./VirtualList.svelte";

const row = createRawSnippet<[number]>((index) => ({ render: () => `<span role="gridcell">Person ${index()}</span>` }));

test("draws only what is in sight of 50,000 rows", async () => {
  const onrange = vi.fn();
  render(VirtualList, { count: 50_000, size: 48, label: "People", row, onrange });
  await waitFor(() => expect(screen.getAllByRole("row").length).toBeGreaterThan(8));
  expect(screen.getAllByRole("row").length).toBeLessThan(60);
  expect(screen.getByRole("grid", { name: "People" }).getAttribute("aria-rowcount")).toBe("50000");
  expect(onrange.mock.lastCall?.[0]).toBe(0);
});

test("is one tab stop; arrows move it and Enter opens", async () => {
  const onopen = vi.fn();
  render(VirtualList, { count: 300, size: 48, label: "People", row, onopen });
  await waitFor(() => expect(screen.getAllByRole("row").length).toBeGreaterThan(8));
  const stops = () => screen.getAllByRole("row").filter((one) => one.tabIndex === 0);
  expect(stops().map((one) => one.dataset["index"])).toEqual(["0"]);
  stops()[0]!.focus();
  await fireEvent.keyDown(stops()[0]!, { key: "ArrowDown" });
  await tick();
  expect(stops().map((one) => one.dataset["index"])).toEqual(["1"]);
  await fireEvent.keyDown(stops()[0]!, { key: "Enter" });
  expect(onopen).toHaveBeenCalledWith(1);
});

test("draws what has been scrolled to, and tells its range", async () => {
  const onrange = vi.fn();
  render(VirtualList, { count: 50_000, size: 48, label: "People", row, onrange });
  await waitFor(() => expect(screen.getAllByRole("row").length).toBeGreaterThan(8));
  const pane = screen.getByRole("grid").parentElement!;
  pane.scrollTop = 20_000 * 48;
  await fireEvent.scroll(pane);
  expect(screen.getByText("Person 20000")).toBeTruthy();
  expect(screen.queryByText("Person 0")).toBeNull();
  expect(screen.getAllByRole("row").length).toBeLessThan(60);
  const [first, last] = onrange.mock.lastCall as [number, number];
  expect([first <= 20_000, last >= 20_012, last - first < 60]).toEqual([true, true, true]);
});
