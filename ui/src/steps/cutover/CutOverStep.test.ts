import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { afterEach, expect, test } from "vitest";
import { act } from "../../lib/actions";
import { testDoor } from "../../lib/test-door";
import CutOverStep from "./CutOverStep.svelte";

afterEach(cleanup);

test("the break-glass account is tried by name, with the account's name", async () => {
  const door = await testDoor("cutover");
  render(CutOverStep);
  await waitFor(() => expect(screen.getByText("No hour is agreed yet")).toBeTruthy());
  await act({ kind: "attestCutOver", word: "breakGlass" });
  const dialog = within(await screen.findByRole("dialog", { name: "The break-glass account works" }));
  await fireEvent.input(dialog.getByLabelText("Your name"), { target: { value: "Mia Chen" } });
  await fireEvent.input(dialog.getByLabelText("Which account"), { target: { value: "ops@northwind.example" } });
  await fireEvent.click(dialog.getByRole("button", { name: "It works, I have tried it" }));
  await waitFor(() => expect(door.attestCutOver).toHaveBeenCalledWith("m1", "breakGlass", "Mia Chen", "ops@northwind.example"));
});

test("going back shows the old values and needs a reason", async () => {
  const door = await testDoor("cutoverrun");
  render(CutOverStep);
  await screen.findByText("Sign-in is switching now");
  await act({ kind: "goBackCutOver" });
  const dialog = within(await screen.findByRole("dialog", { name: "Go back to the old settings?" }));
  expect(dialog.getByText("http://www.okta.com/exk1f9sd2Lq8Xk2")).toBeTruthy();
  const confirm = dialog.getByRole<HTMLButtonElement>("button", { name: "The old values are in again" });
  await fireEvent.input(dialog.getByLabelText("Your name"), { target: { value: "Mia Chen" } });
  expect(confirm.disabled).toBe(true);
  await fireEvent.input(dialog.getByLabelText("What went wrong"), { target: { value: "Nobody got in." } });
  await fireEvent.click(confirm);
  await waitFor(() => expect(door.undoCutOver).toHaveBeenCalledWith("m1", "Mia Chen", "Nobody got in."));
});
