import { fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { beforeEach, expect, test } from "vitest";
import { act } from "../../lib/actions";
import { app } from "../../lib/app.svelte";
import { ProblemError } from "../../lib/door";
import { testDoor } from "../../lib/test-door";
import MapStep from "./MapStep.svelte";

beforeEach(() => {
  Element.prototype.scrollIntoView = () => undefined;
});

async function shown(scene = "") {
  const door = await testDoor(scene);
  render(MapStep);
  await screen.findByRole("table", { name: "Attributes of the new app" });
  return door;
}
const tab = (name: RegExp) => fireEvent.click(screen.getByRole("radio", { name }));
const inspector = () => within(screen.getByTestId("inspector"));
function drop(label: RegExp, name: string, text: string) {
  const input = screen.getByLabelText<HTMLInputElement>(label);
  return fireEvent.change(input, { target: { files: [new File([text], name)] } });
}
async function becomes(select: HTMLSelectElement, value: string) {
  select.value = value;
  await fireEvent.change(select);
}

test("a choice for a class reaches the core, and what it says next is shown", async () => {
  const door = await testDoor();
  await app.open();
  render(MapStep);
  // The first class that needs a decision is open by itself.
  const choice = await screen.findByLabelText<HTMLSelectElement>("What is done with: Blank");
  const before = screen.getByTestId("next-step").textContent;
  await becomes(choice, "keepOld");
  expect(door.setUsernameChoice).toHaveBeenCalledWith("m1", "blank", "keepOld");
  await waitFor(() => expect(screen.getByTestId("next-step").textContent).not.toBe(before));
  // The next kind is shown, and nobody has decided that one.
  const next = await screen.findByLabelText<HTMLSelectElement>(/^What is done with: (?!Blank)/);
  expect(next.value).toBe("open");
});

test("a rule for a class is tried on its people before it is used", async () => {
  const door = await shown();
  await fireEvent.click(screen.getByRole("button", { name: /^Domain differs/ }));
  await becomes(screen.getByLabelText<HTMLSelectElement>("What is done with: Domain differs"), "rule");
  const dialog = within(await screen.findByRole("dialog", { name: /A rule for/ }));
  expect(door.setUsernameChoice).not.toHaveBeenCalled();
  const field = dialog.getByLabelText("Expression");
  await fireEvent.input(field, { target: { value: "user.email~" } });
  await dialog.findByText(/nothing that Okta can read here/);
  expect(dialog.getByRole("button", { name: "Use this rule" })).toHaveProperty("disabled", true);
  await fireEvent.input(field, { target: { value: "user.login" } });
  await waitFor(() => expect(dialog.getByRole("button", { name: "Use this rule" })).toHaveProperty("disabled", false));
  await fireEvent.click(dialog.getByRole("button", { name: "Use this rule" }));
  await waitFor(() => expect(door.setUsernameRule).toHaveBeenCalledWith("m1", "domain", "user.login"));
});

test("a rule that is not made leaves the class as it was", async () => {
  await shown();
  await fireEvent.click(screen.getByRole("button", { name: /^Domain differs/ }));
  const choice = () => screen.getByLabelText<HTMLSelectElement>("What is done with: Domain differs");
  await becomes(choice(), "rule");
  await fireEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Cancel" }));
  await waitFor(() => expect(choice().value).toBe("takePredicted"));
});

test("an attribute gets one value for everybody", async () => {
  const door = await shown();
  await fireEvent.click(screen.getByText("legacyId"));
  await fireEvent.click(inspector().getByRole("radio", { name: /One value for everybody/ }));
  const confirm = inspector().getByRole("button", { name: "Confirm" });
  expect(confirm).toHaveProperty("disabled", true);
  await fireEvent.input(inspector().getByLabelText("Value"), { target: { value: " none " } });
  await fireEvent.click(confirm);
  await waitFor(() => expect(door.setFill).toHaveBeenCalledWith("m1", "legacyId", { by: "constant", value: "none" }));
});

test("an attribute is filled by an expression once Okta could read it", async () => {
  const door = await shown();
  await fireEvent.click(screen.getByText("legacyId"));
  await fireEvent.click(inspector().getByRole("radio", { name: /By an expression/ }));
  await fireEvent.input(inspector().getByLabelText("Expression"), { target: { value: "user.employeeNumber" } });
  await waitFor(() => expect(inspector().getByRole("button", { name: "Confirm" })).toHaveProperty("disabled", false));
  await fireEvent.click(inspector().getByRole("button", { name: "Confirm" }));
  await waitFor(() => expect(door.setFill).toHaveBeenCalledWith("m1", "legacyId", { by: "expression", text: "user.employeeNumber" }));
});

test("what Okta fills cannot be sent; its mapping is changed by a line that needs an approval", async () => {
  const door = await shown();
  await fireEvent.click(screen.getByText("email"));
  expect(inspector().queryByRole("radio")).toBeNull();
  expect(inspector().queryByRole("button", { name: /Confirm/ })).toBeNull();
  await fireEvent.click(inspector().getByRole("button", { name: "Change Okta's mapping" }));
  await fireEvent.input(inspector().getByLabelText("Expression"), { target: { value: "user.login" } });
  await waitFor(() => expect(inspector().getByRole("button", { name: "Propose this change" })).toHaveProperty("disabled", false));
  await fireEvent.click(inspector().getByRole("button", { name: "Propose this change" }));
  await waitFor(() => expect(door.proposeLine).toHaveBeenCalledWith("m1", { change: "mapping", attribute: "email", expression: "user.login", push: true }));
  expect(door.setFill).not.toHaveBeenCalled();
  await screen.findByRole("table", { name: "Changes on the new app" });
});

test("an old value without a match is matched by hand or left out", async () => {
  const door = await shown();
  await fireEvent.click(screen.getByText("role"));
  const select = () => inspector().getByLabelText<HTMLSelectElement>("What becomes of legacy_agent");
  await becomes(select(), "agent");
  await waitFor(() => expect(door.setValueMatch).toHaveBeenCalledWith("m1", "role", "legacy_agent", "agent", false));
  await becomes(select(), [...select().options].find((one) => /left out/.test(one.text))!.value);
  await waitFor(() => expect(door.setValueMatch).toHaveBeenLastCalledWith("m1", "role", "legacy_agent", null, true));
});

test("keys confirm a guess, leave empty and find", async () => {
  const door = await shown();
  const row = (name: string) => screen.getByText(name).closest<HTMLElement>("[data-row]")!;
  await fireEvent.keyDown(row("email"), { key: "x" });
  expect(door.setFill).not.toHaveBeenCalled();
  await fireEvent.keyDown(row("groups"), { key: "c" });
  expect(door.setFill).toHaveBeenLastCalledWith("m1", "groups", { by: "oldAttribute", name: "groupNames" });
  await fireEvent.keyDown(row("role"), { key: "x" });
  expect(door.setFill).toHaveBeenLastCalledWith("m1", "role", { by: "nothing" });
  await fireEvent.keyDown(row("role"), { key: "/" });
  expect(document.activeElement).toBe(screen.getByRole("searchbox", { name: "Find an attribute" }));
  await fireEvent.input(document.activeElement!, { target: { value: "cost" } });
  await waitFor(() => expect(screen.queryByText("displayName")).toBeNull());
  screen.getByText("costCenter");
});

test("a difference shows its people, and the filter can be taken off", async () => {
  const door = await shown();
  await tab(/^Differences/);
  const table = screen.getByRole("table", { name: "What people get that differs" });
  // What concerns rights stands first.
  expect(within(table).getAllByText(/^(role|license|locale|groups|timeZone)$/)[0]!.textContent).toBe("role");
  await fireEvent.click(within(table).getByText("Suite Team"));
  await waitFor(() => expect(door.people).toHaveBeenCalledWith("m1", expect.objectContaining({ set: "difference:license" }), 0, 100));
  await fireEvent.click(screen.getByRole("button", { name: /Show everybody again, not only: license/ }));
  await waitFor(() => expect(door.people).toHaveBeenLastCalledWith("m1", expect.objectContaining({ set: null }), 0, 100));
});

test("gaps are fixed by CSV: rows out, rows in, and what is refused says why", async () => {
  const door = await shown();
  await tab(/^Gaps/);
  await fireEvent.click(screen.getByRole("button", { name: /Fix .* by CSV/ }));
  const dialog = within(await screen.findByRole("dialog", { name: "Fix by CSV" }));
  await fireEvent.click(dialog.getByRole("button", { name: "Save the rows to fix" }));
  await dialog.findByText("/home/ana/Documents/Rehome/zendesk-fixes.csv");
  await drop(/Load the fixed file/, "bad.csv", "id;userName\n");
  await waitFor(() => expect(door.loadFixes).toHaveBeenCalledWith("m1", "bad.csv", btoa("id;userName\n")));
  const refused = within(await dialog.findByRole("table", { name: "Refused rows" }));
  refused.getByText("17");
  refused.getByText("“eva@” is not an address.");
});

test("the service's own list is loaded, its column chosen, its people shown, and forgotten", async () => {
  const door = await shown();
  await fireEvent.click(screen.getByRole("button", { name: "Check the service's accounts" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Check against the service's accounts" }));
  await dialog.findByLabelText(/Drop the export here/);
  await drop(/Drop the export here/, "users.csv", "Ä;b");
  // Bytes as they are, whatever the encoding.
  await waitFor(() => expect(door.loadDownstream).toHaveBeenCalledWith("m1", "users.csv", "w4Q7Yg==", null));
  await becomes(await dialog.findByLabelText<HTMLSelectElement>("Column with the usernames"), "alias");
  await waitFor(() => expect(door.chooseDownstreamColumn).toHaveBeenCalledWith("m1", "alias"));
  await fireEvent.click(dialog.getByRole("button", { name: /Show .* No such account/ }));
  await waitFor(() => expect(door.people).toHaveBeenCalledWith("m1", expect.objectContaining({ set: "downstream:none" }), 0, 100));
  await fireEvent.click(await screen.findByRole("button", { name: "Zendesk export matched: 4,951 accounts" }));
  await fireEvent.click(await screen.findByRole("button", { name: "Forget this file" }));
  await waitFor(() => expect(door.forgetDownstream).toHaveBeenCalledWith("m1"));
  await screen.findByLabelText(/Drop the export here/);
});

test("a file may be dropped, and a refusal says why beside it", async () => {
  const door = await testDoor("", {
    loadDownstream: () => Promise.reject(new ProblemError({ code: "badInput", what: "This file holds no accounts.", why: "It has one line only.", mend: "Export the users again.", link: null, detail: null })),
  });
  render(MapStep);
  await fireEvent.click(await screen.findByRole("button", { name: "Check the service's accounts" }));
  const place = (await screen.findByLabelText(/Drop the export here/)).closest("label")!;
  await fireEvent.drop(place, { dataTransfer: { files: [new File(["email"], "empty.csv")] } });
  await screen.findByText("This file holds no accounts.");
  expect(door.loadDownstream).toHaveBeenCalledWith("m1", "empty.csv", btoa("email"), null);
});

test("a whole group is left out with one reason", async () => {
  const door = await shown();
  await tab(/^Left out/);
  await fireEvent.click(screen.getByRole("button", { name: "Leave out: Deactivated in Okta" }));
  const dialog = within(await screen.findByRole("dialog"));
  await fireEvent.input(dialog.getByLabelText("Reason"), { target: { value: "Left the company" } });
  await fireEvent.click(dialog.getByRole("button", { name: /^Leave .* out$/ }));
  await waitFor(() => expect(door.excludeSet).toHaveBeenCalledWith("m1", "suspect:deactivated", "Left the company"));
  // Who is left out already stands below, with the reason.
  await waitFor(() => expect(door.people).toHaveBeenCalledWith("m1", expect.objectContaining({ state: "excluded" }), 0, 100));
});

test("chosen people are left out together, and taken back in", async () => {
  const door = await shown();
  await tab(/^People/);
  const boxes = await screen.findAllByRole<HTMLInputElement>("checkbox", { name: /^Choose / });
  await fireEvent.click(boxes[0]!);
  await fireEvent.click(boxes[1]!);
  await fireEvent.click(screen.getByRole("button", { name: "Leave out" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Leave 2 people out?" }));
  await fireEvent.input(dialog.getByLabelText("Reason"), { target: { value: "Moved by hand" } });
  await fireEvent.click(dialog.getByRole("button", { name: "Leave out" }));
  await waitFor(() => expect(door.excludePeople).toHaveBeenCalledWith("m1", [expect.any(String), expect.any(String)], "Moved by hand"));
  await fireEvent.click((await screen.findAllByRole("checkbox", { name: /^Choose / }))[0]!);
  await fireEvent.click(screen.getByRole("button", { name: "Take back in" }));
  await waitFor(() => expect(door.excludePeople).toHaveBeenLastCalledWith("m1", [expect.any(String)], null));
});

test("one person's username and value are set by hand and taken back", async () => {
  const door = await shown();
  await tab(/^People/);
  await screen.findAllByRole("checkbox", { name: /^Choose / });
  await fireEvent.click(document.querySelector('[role=row][data-index="0"]')!);
  await fireEvent.click(await inspector().findByRole("button", { name: "Set userName by hand" }));
  await fireEvent.input(inspector().getByLabelText("New username"), { target: { value: "eva@nw.example" } });
  await fireEvent.click(inspector().getByRole("button", { name: "Set" }));
  await waitFor(() => expect(door.setUsername).toHaveBeenCalledWith("m1", expect.any(String), "eva@nw.example"));
  await waitFor(() => expect(inspector().queryByLabelText("New username")).toBeNull());
  await fireEvent.click(await inspector().findByRole("button", { name: "Take it back" }));
  await waitFor(() => expect(door.setUsername).toHaveBeenLastCalledWith("m1", expect.any(String), null));
  await fireEvent.click(inspector().getByRole("button", { name: "Set groups by hand" }));
  await fireEvent.input(inspector().getByLabelText("New value"), { target: { value: "" } });
  await fireEvent.click(inspector().getByRole("button", { name: "Set" }));
  await waitFor(() => expect(door.setValue).toHaveBeenCalledWith("m1", expect.any(String), "groups", null));
});

test("findings, drift and changes on the new app stand together", async () => {
  await shown();
  await tab(/^Checks/);
  screen.getByText("The group Support Tier 1 has 2 members less.");
  await fireEvent.click(screen.getByRole("button", { name: /The template was wrong for 20 people/ }));
  inspector().getByText("Why it matters");
  await fireEvent.click(inspector().getByRole("button", { name: "Show the 20 people" }));
  await screen.findByRole("button", { name: /not only: The template was wrong/ });
  await act({ kind: "attestFinding", finding: "predictor" });
  await screen.findByRole("dialog");
});

test("next steps lead to where they are done", async () => {
  const door = await shown();
  await act({ kind: "showUnsettled" });
  await waitFor(() => expect(door.people).toHaveBeenCalledWith("m1", expect.objectContaining({ unsettled: true, class: null }), 0, 100));
  await act({ kind: "showAttribute", attribute: "locale" });
  await waitFor(() => inspector().getByRole("heading", { name: "locale" }));
  await act({ kind: "showSet", set: "gap:role:notInList" });
  await screen.findByRole("button", { name: /not only: role: not in the list/ });
  await act({ kind: "fixByFile" });
  await fireEvent.click(within(await screen.findByRole("dialog", { name: "Fix by CSV" })).getAllByRole("button", { name: "Close" })[0]!);
  await act({ kind: "loadDownstream" });
  await screen.findByRole("dialog", { name: "Check against the service's accounts" });
});

test("while the plan runs everything can only be looked at", async () => {
  await shown("frozen");
  expect(screen.queryByLabelText(/^What is done with/)).toBeNull();
  expect(screen.queryByRole("button", { name: "Confirm all" })).toBeNull();
  await fireEvent.click(screen.getByText("role"));
  expect(inspector().queryByRole("radio")).toBeNull();
  expect(inspector().queryByRole("combobox")).toBeNull();
  await tab(/^Left out/);
  expect(screen.queryByRole("button", { name: /^Leave out/ })).toBeNull();
  await tab(/^People/);
  expect(screen.queryByRole("checkbox")).toBeNull();
});

test("before the first reading it says what will stand here", async () => {
  await testDoor("unread");
  render(MapStep);
  await screen.findByText("Who gets which username, and what fills each attribute");
  expect(screen.queryByText("all settled")).toBeNull();
});
