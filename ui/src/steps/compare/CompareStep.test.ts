import { fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { act } from "../../lib/actions";
import { sections } from "../../lib/mock/findings";
import { testDoor } from "../../lib/test-door";
import CompareStep from "./CompareStep.svelte";
import { sift } from "./sift";

test("opens a finding from the next step and marks it as reviewed", async () => {
  const door = await testDoor();
  render(CompareStep);
  await screen.findByText("Signing certificate");
  await act({ kind: "showFinding", finding: "signing-certificate" });
  const inspector = within(await screen.findByTestId("inspector"));
  expect(inspector.getByRole("heading", { name: "The two apps sign with different certificates" })).toBeTruthy();
  await fireEvent.click(inspector.getByRole("button", { name: "Mark as reviewed" }));
  expect(door.reviewFinding).toHaveBeenCalledWith("m1", "signing-certificate", true);
});

test("what blocks can be neither reviewed away nor skipped", async () => {
  await testDoor();
  render(CompareStep);
  await fireEvent.click(await screen.findByText("Deactivate users on unassign"));
  const inspector = within(screen.getByTestId("inspector"));
  expect(inspector.queryByRole("button", { name: /reviewed|Skip/ })).toBeNull();
  expect(inspector.getByText(/closes step 5/)).toBeTruthy();
});

test("skipping asks for a reason", async () => {
  const door = await testDoor();
  render(CompareStep);
  await fireEvent.click(await screen.findByText("Access policy"));
  await fireEvent.click(within(screen.getByTestId("inspector")).getByRole("button", { name: "Skip this check, with a reason" }));
  const dialog = within(await screen.findByRole("dialog"));
  const skip = dialog.getByRole("button", { name: "Skip this check" });
  expect(skip).toHaveProperty("disabled", true);
  await fireEvent.input(dialog.getByLabelText("Reason"), { target: { value: "Agreed with security" } });
  await fireEvent.click(skip);
  await waitFor(() => expect(door.skipFinding).toHaveBeenCalledWith("m1", "access-policy", "Agreed with security"));
});

test("the search looks at names and at both values", () => {
  const titles = (search: string) => sift(sections(), false, search).flatMap((section) => section.rows.map((row) => row.label));
  expect(titles("default POLICY")).toEqual(["Access policy"]);
  expect(titles("organization")).toEqual(["Attribute statements"]);
  expect(titles("nothing like it")).toEqual([]);
  expect(sift(sections(), true, "").every((section) => section.rows.every((row) => row.matters))).toBe(true);
});
