import { fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { beforeEach, expect, test } from "vitest";
import { act } from "../../lib/actions";
import { app } from "../../lib/app.svelte";
import { testDoor } from "../../lib/test-door";
import MapStep from "./MapStep.svelte";

beforeEach(() => {
  Element.prototype.scrollIntoView = () => undefined;
});

test("a choice for a class reaches the core, and what it says next is shown", async () => {
  const door = await testDoor();
  await app.open();
  render(MapStep);
  const choice = await screen.findByLabelText<HTMLSelectElement>("What is done with: Different");
  const before = screen.getByTestId("next-step").textContent;
  choice.value = "keepOld";
  await fireEvent.change(choice);
  expect(door.setUsernameChoice).toHaveBeenCalledWith("m1", "different", "keepOld");
  await waitFor(() => expect(screen.getByTestId("next-step").textContent).not.toBe(before));
});

test("an attribute gets one value for everybody", async () => {
  const door = await testDoor();
  render(MapStep);
  await fireEvent.click(await screen.findByText("legacyId"));
  const inspector = within(screen.getByTestId("inspector"));
  await fireEvent.click(inspector.getByRole("radio", { name: /One value for everybody/ }));
  const confirm = inspector.getByRole("button", { name: "Confirm" });
  expect(confirm).toHaveProperty("disabled", true);
  await fireEvent.input(inspector.getByLabelText("Value"), { target: { value: " none " } });
  await fireEvent.click(confirm);
  await waitFor(() => expect(door.setFill).toHaveBeenCalledWith("m1", "legacyId", { by: "constant", value: "none" }));
});

test("what Okta fills can only be looked at", async () => {
  await testDoor();
  render(MapStep);
  await fireEvent.click(await screen.findByText("userName"));
  const inspector = within(screen.getByTestId("inspector"));
  expect(inspector.queryByRole("radio")).toBeNull();
  expect(inspector.queryByRole("button", { name: /Confirm/ })).toBeNull();
});

test("shows the people who need a decision when the next step asks for it", async () => {
  const door = await testDoor();
  render(MapStep);
  await screen.findByRole("table", { name: "Attributes of the new app" });
  await act({ kind: "showUnsettled" });
  await waitFor(() => expect(door.people).toHaveBeenCalledWith("m1", expect.objectContaining({ unsettled: true, class: null }), 0, 100));
});
