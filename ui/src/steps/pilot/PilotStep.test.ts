import { fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { act } from "../../lib/actions";
import { testDoor } from "../../lib/test-door";
import PilotStep from "./PilotStep.svelte";

test("the test script is filled in by keys", async () => {
  const door = await testDoor("pilot");
  render(PilotStep);
  const [marks] = await screen.findAllByRole("group", { name: /^Test script of/ });
  const [opens, account] = within(marks!).getAllByRole("button");
  opens!.focus();
  await fireEvent.keyDown(opens!, { key: "p" });
  await waitFor(() => expect(door.setScript).toHaveBeenCalledWith("m1", expect.any(String), "opens", "pass", ""));
  await fireEvent.keyDown(opens!, { key: "ArrowRight" });
  expect(document.activeElement).toBe(account);
  await fireEvent.keyDown(account!, { key: "f" });
  await waitFor(() => expect(door.setScript).toHaveBeenLastCalledWith("m1", expect.any(String), "rightAccount", "fail", ""));
});

test("a word about different keys needs a name and a reason", async () => {
  const door = await testDoor("pilot");
  render(PilotStep);
  await screen.findByText("People of the pilot");
  await act({ kind: "stateOtherKeys" });
  const dialog = within(await screen.findByRole("dialog"));
  const say = dialog.getByRole("button", { name: "This is so" });
  await fireEvent.input(dialog.getByLabelText("Your name"), { target: { value: "Robin Admin" } });
  expect(say).toHaveProperty("disabled", true);
  await fireEvent.input(dialog.getByLabelText("What you have seen"), { target: { value: "One account each." } });
  await fireEvent.click(say);
  await waitFor(() => expect(door.stateOtherKeys).toHaveBeenCalledWith("m1", "Robin Admin", "One account each."));
});

test("the way back is asked for with the person", async () => {
  const door = await testDoor("pilot");
  render(PilotStep);
  await fireEvent.click(await screen.findByRole("button", { name: /^Try it with/ }));
  const dialog = within(await screen.findByRole("dialog"));
  const choice = dialog.getByLabelText<HTMLSelectElement>("Person");
  await fireEvent.click(dialog.getByRole("button", { name: "Take off and give again" }));
  await waitFor(() => expect(door.rehearseUndo).toHaveBeenCalledWith("m1", choice.value));
});

test("what is missing is covered with one click", async () => {
  const door = await testDoor("nopilot");
  render(PilotStep);
  await act({ kind: "choosePilot" });
  const dialog = within(await screen.findByRole("dialog"));
  const [add] = await dialog.findAllByRole("button", { name: /^Add .* who covers/ });
  await fireEvent.click(add!);
  await dialog.findByText("1 person chosen");
  await waitFor(() => expect(door.pilotCoverage).toHaveBeenLastCalledWith("m1", [expect.any(String)]));
});
