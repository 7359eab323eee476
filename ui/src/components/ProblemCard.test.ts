import { fireEvent, render, screen } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { app } from "../lib/app.svelte";
import { problem } from "../lib/mock/org";
import { testDoor } from "../lib/test-door";
import ProblemCard from "./ProblemCard.svelte";

test("says what, why, how to mend it, and where", async () => {
  const door = await testDoor();
  const link = { label: "Open the Provisioning tab", url: "https://northwind-admin.okta.com/x" };
  render(ProblemCard, { problem: { ...problem("gateClosed", "The gate is closed.", "Accounts would be lost.", "Untick Deactivate Users.", "request aRq1"), link } });
  const card = screen.getByRole("alert");
  for (const words of ["The gate is closed.", "Accounts would be lost.", "Untick Deactivate Users.", "request aRq1"]) expect(card.textContent).toContain(words);
  await fireEvent.click(screen.getByRole("button", { name: link.label }));
  expect(door.openLink).toHaveBeenCalledWith(link.url);
});

test("leads to the recovery code where that is what is missing", async () => {
  await testDoor();
  render(ProblemCard, { problem: problem("recoveryCodeNeeded", "Write the recovery code down first.", "", "") });
  await fireEvent.click(screen.getByRole("button", { name: "Make a recovery code" }));
  expect(app.panel).toBe("recoveryCode");
});
