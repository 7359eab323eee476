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

test("a service app is connected by its client id, with the key that the window shows", async () => {
  const door = await testDoor("expired");
  render(Credential, { migration: app.migration!, onclose: vi.fn() });
  await fireEvent.click(await screen.findByRole("radio", { name: /Service app/ }));
  const shown = await screen.findByLabelText("Public key");
  expect(JSON.parse(shown.textContent!)).toMatchObject({ kty: "EC", use: "sig" });
  expect(shown.textContent).not.toContain('"d"');
  expect(screen.getByRole("list", { name: "Scopes for reading" }).textContent).toContain("okta.profileMappings.read");
  expect(screen.getByRole("list", { name: "Scopes for moving people" }).textContent).toBe("okta.apps.manage");
  expect(screen.getByRole("list", { name: "Optional scopes" }).textContent).toContain("okta.groups.manage adds people to groups");
  const use = screen.getByRole("button", { name: "Use this service app" });
  expect(use).toHaveProperty("disabled", true);
  const field = screen.getByLabelText<HTMLInputElement>("Client ID");
  await fireEvent.input(field, { target: { value: "nonsense" } });
  await fireEvent.click(use);
  await waitFor(() => expect(screen.getByRole("alert").textContent).toContain("Okta does not accept this service app"));
  // What was typed is no secret, and stays to be mended.
  expect(field.value).toBe("nonsense");
  await fireEvent.input(field, { target: { value: "0oa1gjh63g214q0Hq0g4" } });
  await fireEvent.click(use);
  await waitFor(() => expect(door.provideServiceApp).toHaveBeenLastCalledWith("m1", "0oa1gjh63g214q0Hq0g4"));
  await waitFor(() => expect(app.migration!.credential.clientId).toBe("0oa1gjh63g214q0Hq0g4"));
});
