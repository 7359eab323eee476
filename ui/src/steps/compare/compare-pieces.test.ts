import { fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { beforeEach, expect, test, vi } from "vitest";
import { act } from "../../lib/actions";
import { app } from "../../lib/app.svelte";
import { signer } from "../../lib/signer";
import { testDoor } from "../../lib/test-door";
import CompareStep from "./CompareStep.svelte";

const copied = vi.fn(async () => {});
beforeEach(() => {
  signer.name = "";
  copied.mockClear();
  Object.defineProperty(navigator, "clipboard", { value: { writeText: copied }, configurable: true });
});

async function compare(scene = "") {
  const door = await testDoor(scene);
  app.step = "compare";
  render(CompareStep);
  await screen.findByText("Signing certificate");
  return door;
}
const inspector = async () => within(await screen.findByTestId("inspector"));
const dialog = async (name: string | RegExp) => within(await screen.findByRole("dialog", { name }));

test("both values are copied whole, and the row is shown where Okta says it", async () => {
  await compare();
  await fireEvent.click(screen.getByRole("radio", { name: /^All/ }));
  await fireEvent.click(screen.getByText("Audience (entity ID of the service)"));
  const pane = await inspector();
  await fireEvent.click(pane.getByRole("button", { name: "Copy the value of the new app" }));
  expect(copied).toHaveBeenCalledWith("northwind.zendesk.com");
  await fireEvent.click(pane.getByRole("button", { name: "Show in raw JSON" }));
  const raw = await screen.findByRole("region", { name: "Settings" });
  await waitFor(() => expect(raw.querySelectorAll(".shown").length).toBe(2));
  expect(raw.querySelector(".shown")?.textContent).toBe('"audience": "northwind.zendesk.com",');
  expect(screen.getByText("settings.signOn.audience")).toBeTruthy();
});

test("the raw search counts hits in every piece and steps through those of one", async () => {
  await compare();
  await fireEvent.click(screen.getByRole("radio", { name: "Raw JSON" }));
  const field = await screen.findByRole("searchbox", { name: "Find in this piece" });
  await fireEvent.input(field, { target: { value: "ENABLED" } });
  expect(screen.getByRole("option", { name: "Settings · 0 found" })).toBeTruthy();
  expect(screen.getByRole("status").textContent).toBe("not found");
  await fireEvent.change(screen.getByRole("combobox", { name: "Piece" }), { target: { value: "Provisioning" } });
  await waitFor(() => expect(screen.getByRole("status").textContent).toBe("1 of 7"));
  await fireEvent.keyDown(field, { key: "Enter" });
  expect(screen.getByRole("status").textContent).toBe("2 of 7");
  await fireEvent.click(screen.getByRole("button", { name: "The hit before" }));
  await fireEvent.click(screen.getByRole("button", { name: "The hit before" }));
  expect(screen.getByRole("status").textContent).toBe("7 of 7");
});

test("what differs by nature is explained once, and a row leads there", async () => {
  await compare();
  await fireEvent.click(screen.getByRole("radio", { name: /^All/ }));
  const block = screen.getByText("Always differs between two instances").closest("details")!;
  expect(block.open).toBe(false);
  await fireEvent.click(screen.getAllByText("Issuer (entity ID of Okta)")[0]!);
  const pane = await inspector();
  expect(pane.getByText(/The service has to be told the new ones/)).toBeTruthy();
  await fireEvent.click(pane.getByRole("button", { name: "Everything that always differs" }));
  await waitFor(() => expect(block.open).toBe(true));
  await fireEvent.click(within(block).getByRole("button", { name: "Created" }));
  expect((await inspector()).getByRole("heading", { name: "Created" })).toBeTruthy();
});

test("only a human can know: a name is asked for, kept for the next time, and can be taken back", async () => {
  const door = await compare();
  await act({ kind: "attestFinding", finding: "vendor-zendesk-sso-required" });
  let asked = await dialog("Who has looked?");
  expect(asked.getByRole("button", { name: "I have looked" })).toHaveProperty("disabled", true);
  await fireEvent.input(asked.getByLabelText("Your name"), { target: { value: " Robin Admin " } });
  await fireEvent.click(asked.getByRole("button", { name: "I have looked" }));
  await waitFor(() => expect(door.attestFinding).toHaveBeenCalledWith("m1", "vendor-zendesk-sso-required", "Robin Admin"));
  const pane = await inspector();
  expect(await pane.findByText(/^Robin Admin, /)).toBeTruthy();
  await fireEvent.click(pane.getByRole("button", { name: "Take that back" }));
  expect(door.attestFinding).toHaveBeenLastCalledWith("m1", "vendor-zendesk-sso-required", null);
  await fireEvent.click(await pane.findByRole("button", { name: "Say who has looked" }));
  asked = await dialog("Who has looked?");
  expect(asked.getByLabelText("Your name")).toHaveProperty("value", "Robin Admin");
});

test("one identity provider or several: the answer is sent and what follows is said", async () => {
  const door = await compare();
  await act({ kind: "answerIdentity" });
  const pane = await inspector();
  expect(pane.getByRole("heading", { name: "Can Zendesk hold one identity provider or several?" })).toBeTruthy();
  await fireEvent.click(pane.getByRole("radio", { name: /^Several/ }));
  expect(door.answerIdentityProviders).toHaveBeenCalledWith("m1", "several");
  expect(await pane.findByText(/People move in waves/)).toBeTruthy();
  await fireEvent.click(pane.getByRole("button", { name: "Take the answer back" }));
  expect(door.answerIdentityProviders).toHaveBeenLastCalledWith("m1", null);
});

test("the vendor card leads to what applies here", async () => {
  const door = await compare();
  await fireEvent.click(screen.getByRole("button", { name: /^Zendesk card/ }));
  let pane = await inspector();
  expect(pane.getByText(/upper and lower case are the same account/)).toBeTruthy();
  await fireEvent.click(pane.getByRole("button", { name: "Open support.zendesk.com" }));
  expect(door.openLink).toHaveBeenCalled();
  await fireEvent.click(pane.getByRole("button", { name: /ask for passwords/ }));
  pane = await inspector();
  expect(pane.getByText("closes step 3, Pilot")).toBeTruthy();
});

test("the hand-over sheet shows both sides, copies each value, is saved, signed and taken back", async () => {
  const door = await compare();
  await act({ kind: "handOver" });
  const sheet = await dialog("What Zendesk's admin has to put in");
  expect(sheet.getAllByRole("row").length).toBe(6);
  await fireEvent.click(sheet.getByRole("button", { name: "Copy the new Issuer (entity ID of Okta)" }));
  expect(copied).toHaveBeenLastCalledWith("http://www.okta.com/exk8a77Ts0pVb41");
  await fireEvent.click(sheet.getByRole("button", { name: "Copy the new certificate" }));
  expect(copied).toHaveBeenLastCalledWith(expect.stringContaining("BEGIN CERTIFICATE"));
  await fireEvent.click(sheet.getByRole("button", { name: "Save as page" }));
  await fireEvent.click(await sheet.findByRole("button", { name: "Show the file" }));
  await waitFor(() => expect(door.reveal).toHaveBeenCalledWith("/home/ana/Documents/Rehome/zendesk-hand-over.html"));
  await fireEvent.click(sheet.getByRole("button", { name: "Say who has put it in" }));
  const asked = await dialog("Who has put it in?");
  await fireEvent.input(asked.getByLabelText("Your name"), { target: { value: "Mia Chen" } });
  await fireEvent.input(asked.getByLabelText("Note"), { target: { value: "ticket ZD-4411" } });
  await fireEvent.click(asked.getByRole("button", { name: "It is put in" }));
  await waitFor(() => expect(door.signHandOver).toHaveBeenCalledWith("m1", "Mia Chen", "ticket ZD-4411"));
  await fireEvent.click(await sheet.findByRole("button", { name: "Take it back: not put in" }));
  expect(door.signHandOver).toHaveBeenLastCalledWith("m1", null, "");
});

test("a sheet signed for other values says so", async () => {
  await compare("outdated");
  expect(screen.getByRole("button", { name: /^Hand-over sheet Signed for other values/ })).toBeTruthy();
  await act({ kind: "handOver" });
  const sheet = await dialog("What Zendesk's admin has to put in");
  expect(sheet.getByText(/they have to be put in once more/)).toBeTruthy();
  expect(sheet.getByRole("button", { name: "Say who has put it in" })).toBeTruthy();
});

test("a change is approved by name, made after one more question, and made back", async () => {
  const door = await compare();
  await act({ kind: "showLine", line: "share-key" });
  const pane = await inspector();
  expect(pane.getByText(/clone\?targetAid/)).toBeTruthy();
  await fireEvent.click(pane.getByRole("button", { name: "Approve by name" }));
  const asked = await dialog(/^Approve/);
  await fireEvent.input(asked.getByLabelText("Your name"), { target: { value: "Ana" } });
  await fireEvent.click(asked.getByRole("button", { name: "Approve" }));
  await waitFor(() => expect(door.approveLine).toHaveBeenCalledWith("m1", "share-key", "Ana"));
  await fireEvent.click(await pane.findByRole("button", { name: "Make what is approved" }));
  const first = await dialog("First, a recovery code");
  await fireEvent.click(first.getByRole("button", { name: "Make a recovery code" }));
  expect(app.panel).toBe("recoveryCode");
  expect(door.runLines).not.toHaveBeenCalled();
  await door.confirmRecoveryCode(await door.recoveryCode());
  app.panel = undefined;
  app.touch();
  const sure = await dialog("Make 1 change on Zendesk Suite?");
  expect(sure.getByText(/This writes to Okta: 2 calls/)).toBeTruthy();
  expect(door.runLines).not.toHaveBeenCalled();
  await fireEvent.click(sure.getByRole("button", { name: "Make 1 change" }));
  await waitFor(() => expect(door.runLines).toHaveBeenCalledWith("m1"));
  await fireEvent.click(await pane.findByRole("button", { name: "Make it back" }));
  const back = await dialog(/back\?$/);
  await fireEvent.click(back.getByRole("button", { name: "Make it back" }));
  await waitFor(() => expect(door.undoLine).toHaveBeenCalledWith("m1", "share-key"));
});

test("an approval can be taken back", async () => {
  const door = await compare();
  await door.approveLine("m1", "statement-organization", "Ana");
  app.touch();
  await app.settled();
  await act({ kind: "showLine", line: "statement-organization" });
  await fireEvent.click(await (await inspector()).findByRole("button", { name: "Take the approval back" }));
  expect(door.withdrawLine).toHaveBeenCalledWith("m1", "statement-organization");
});

test("arrows move in the table, Enter opens, Escape closes the inspector", async () => {
  await compare();
  const row = (name: string) => screen.getByText(name).closest("tr")!;
  row("Attribute statements").focus();
  await fireEvent.keyDown(document.activeElement!, { key: "ArrowDown" });
  expect(document.activeElement).toBe(row("Signing certificate"));
  await fireEvent.keyDown(document.activeElement!, { key: "Enter" });
  await inspector();
  await fireEvent.keyDown(document.activeElement!, { key: "Escape" });
  await waitFor(() => expect(screen.queryByTestId("inspector")).toBeNull());
});
