import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { createRawSnippet } from "svelte";
import { expect, test, vi } from "vitest";
import { sprite, wanted } from "../../icons.ts";
import Menu from "../frame/Menu.svelte";
import { testDoor } from "../lib/test-door";
import Combo from "./Combo.svelte";
import ConfirmDialog from "./ConfirmDialog.svelte";
import Segmented from "./Segmented.svelte";

const people = ["Ana", "Bo", "Cem"].map((name) => ({ id: name.toLowerCase(), name }));
const option = createRawSnippet<[{ id: string; name: string }]>((one) => ({ render: () => `<span>${one().name}</span>` }));

test("what is searched is chosen by arrows and Enter; Escape closes the list alone", async () => {
  const onchoose = vi.fn();
  render(Combo, { label: "Person", placeholder: "", more: "Show people", shown: "Ana", chosen: "ana", items: people, onchoose, option: option as never, none: "Nobody" });
  const field = screen.getByRole("combobox", { name: "Person" });
  await fireEvent.click(field);
  expect(screen.getByRole("option", { name: "Ana" }).getAttribute("aria-selected")).toBe("true");
  const escape = new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true });
  await fireEvent(field, escape);
  expect(escape.defaultPrevented).toBe(true);
  expect(screen.queryByRole("option")).toBeNull();
  await fireEvent.keyDown(field, { key: "ArrowDown" });
  await fireEvent.keyDown(field, { key: "ArrowDown" });
  await fireEvent.keyDown(field, { key: "ArrowDown" });
  expect(field.getAttribute("aria-activedescendant")).toBe(screen.getByRole("option", { name: "Bo" }).id);
  await fireEvent.keyDown(field, { key: "Enter" });
  expect(onchoose).toHaveBeenCalledWith(people[1]);
});

test("the menu takes the focus, moves it by arrows and letters, and gives it back", async () => {
  await testDoor();
  render(Menu);
  const trigger = screen.getByRole("button", { name: "Menu" });
  await fireEvent.click(trigger);
  const at = () => document.activeElement?.textContent?.trim();
  await waitFor(() => expect(at()).toBe("All migrations"));
  await fireEvent.keyDown(document.activeElement!, { key: "ArrowUp" });
  expect(at()).toBe("Dark");
  await fireEvent.keyDown(document.activeElement!, { key: "Home" });
  await fireEvent.keyDown(document.activeElement!, { key: "c" });
  expect(at()).toBe("Close migration");
  expect(screen.getByRole("menuitemradio", { checked: true })).toBeTruthy();
  await fireEvent.keyDown(document.activeElement!, { key: "Escape" });
  expect(screen.queryByRole("menu")).toBeNull();
  expect(document.activeElement).toBe(trigger);
});

test("a dialog has a name, closes by Escape and gives the focus back", async () => {
  const before = document.body.appendChild(document.createElement("button"));
  before.focus();
  render(ConfirmDialog, { open: true, title: "Take it away?", words: "It is gone then.", confirm: "Take it away", onconfirm: vi.fn() });
  const dialog = screen.getByRole("dialog", { name: "Take it away?" });
  expect(dialog.contains(document.activeElement)).toBe(true);
  await fireEvent.keyDown(dialog, { key: "Escape" });
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(document.activeElement).toBe(before);
  before.remove();
});

test("one of a few is a radio with its own name", async () => {
  const onchange = vi.fn();
  render(Segmented, { label: "What is shown", value: "a", options: [{ value: "a", label: "All" }, { value: "b", label: "Some" }], onchange } as never);
  expect(screen.getByRole("radio", { name: "All" })).toHaveProperty("checked", true);
  await fireEvent.click(screen.getByRole("radio", { name: "Some" }));
  expect(onchange).toHaveBeenCalledWith("b");
});

test("every icon that is named has a drawing", () => {
  const names = wanted();
  expect(names).toContain("check");
  const drawn = sprite(names);
  for (const name of names) expect(drawn).toMatch(new RegExp(`<g id="i-${name}"><`));
});
