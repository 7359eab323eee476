import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { app } from "../lib/app.svelte";
import { ProblemError, type Action, type NextStep as Next } from "../lib/door";
import { problem } from "../lib/mock/org";
import { testDoor } from "../lib/test-door";
import NextStep from "./NextStep.svelte";

const next = (primary: Action, secondary: Action | null = null): Next => ({
  title: "Run wave 3",
  words: "500 people.",
  tone: "info",
  primary: { label: "Run wave 3", action: primary },
  secondary: secondary && { label: "Go to Map", action: secondary },
});

test("does what it offers", async () => {
  const door = await testDoor("", { runWave: async () => undefined });
  render(NextStep, { next: next({ kind: "runWave", wave: 3 }) });
  await fireEvent.click(screen.getByRole("button", { name: "Run wave 3" }));
  expect(door.runWave).toHaveBeenCalledWith("m1", 3);
});

test("shows another step by its second offer", async () => {
  await testDoor();
  render(NextStep, { next: next({ kind: "prove" }, { kind: "goTo", step: "map" }) });
  await fireEvent.click(screen.getByRole("button", { name: "Go to Map" }));
  expect(app.step).toBe("map");
});

test("takes no second click while it acts, and shows why it was refused", async () => {
  let refuse: (error: Error) => void = () => undefined;
  const door = await testDoor("", { prove: () => new Promise((_, no) => (refuse = no)) });
  render(NextStep, { next: next({ kind: "prove" }) });
  const button = screen.getByRole("button", { name: "Run wave 3" });
  await fireEvent.click(button);
  await fireEvent.click(button);
  expect(door.prove).toHaveBeenCalledTimes(1);
  expect(button).toHaveProperty("disabled", true);
  refuse(new ProblemError(problem("busy", "A wave is running.", "", "Wait for it.")));
  await waitFor(() => expect(app.trouble?.what).toBe("A wave is running."));
  await waitFor(() => expect(button).toHaveProperty("disabled", false));
});

test("hands a question to the screen that asks it", async () => {
  await testDoor();
  render(NextStep, { next: next({ kind: "retireGroups" }) });
  await fireEvent.click(screen.getByRole("button", { name: "Run wave 3" }));
  expect(app.step).toBe("retire");
  expect(app.intent).toEqual({ kind: "retireGroups" });
});

test("lists people over the screen when no screen takes them", async () => {
  await testDoor();
  app.go("waves");
  render(NextStep, { next: next({ kind: "showPeople", state: "failed" }) });
  await fireEvent.click(screen.getByRole("button", { name: "Run wave 3" }));
  await waitFor(() => expect(app.panel).toEqual({ people: { state: "failed" } }));
  expect(app.intent).toBeUndefined();
});
