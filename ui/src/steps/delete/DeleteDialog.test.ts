import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, expect, test, vi } from "vitest";
import { useDoor, type Door } from "../../lib/door";
import DeleteDialog from "./DeleteDialog.svelte";

afterEach(cleanup);

function show() {
  const deleteOld = vi.fn(() => Promise.resolve());
  useDoor({ deleteOld, start: () => Promise.reject(new Error("not asked")) } as unknown as Door);
  render(DeleteDialog, { open: true, id: "m1", name: "Zendesk (2019)", lost: ["Its signing certificate"] });
  return deleteOld;
}
const confirm = () => screen.getByRole<HTMLButtonElement>("button", { name: "Delete for good" });
const type = (value: string) => fireEvent.input(screen.getByLabelText(/Type the app's label/), { target: { value } });

test("deleting needs the label, letter by letter", async () => {
  const deleteOld = show();
  for (const typed of ["", "Zendesk", "zendesk (2019)", "Zendesk (2019) ", "Zendesk Suite"]) {
    await type(typed);
    expect(confirm().disabled).toBe(true);
    await fireEvent.submit(confirm().form!);
  }
  expect(deleteOld).not.toHaveBeenCalled();
});

test("the label as it stands deletes, once, and closes", async () => {
  const deleteOld = show();
  await type("Zendesk (2019)");
  expect(confirm().disabled).toBe(false);
  await fireEvent.submit(confirm().form!);
  await waitFor(() => expect(deleteOld).toHaveBeenCalledExactlyOnceWith("m1", "Zendesk (2019)"));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});
