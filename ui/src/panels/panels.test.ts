import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
import { app } from "../lib/app.svelte";
import { testDoor } from "../lib/test-door";
import Credential from "./Credential.svelte";
import RecoveryCode from "./RecoveryCode.svelte";

test("the recovery code counts as written down only with its last group", async () => {
  const door = await testDoor("", { recoveryCode: async () => "AAAA-BBBB-CCCC" });
  const onclose = vi.fn();
  render(RecoveryCode, { onclose });
  await fireEvent.click(await screen.findByRole("button", { name: "Show the code" }));
  const done = await screen.findByRole("button", { name: "I have written it down" });
  const group = screen.getByLabelText("Type the last group");
  await fireEvent.input(group, { target: { value: "BBBB" } });
  expect(done).toHaveProperty("disabled", true);
  await fireEvent.input(group, { target: { value: "cccc" } });
  expect(done).toHaveProperty("disabled", false);
  await fireEvent.click(done);
  await waitFor(() => expect(door.confirmRecoveryCode).toHaveBeenCalledWith("AAAA-BBBB-CCCC"));
});

test("a token leaves the field with the call, also when it is refused", async () => {
  const door = await testDoor("expired");
  render(Credential, { migration: app.migration!, onclose: vi.fn() });
  const field = await screen.findByLabelText<HTMLInputElement>(/API token for/);
  expect(field.type).toBe("password");
  await fireEvent.input(field, { target: { value: "short" } });
  await fireEvent.click(screen.getByRole("button", { name: "Use this token" }));
  expect(door.provideCredential).toHaveBeenCalledWith("m1", "short");
  await waitFor(() => expect(screen.getByRole("alert").textContent).toContain("Okta does not accept this token."));
  expect(field.value).toBe("");
});
