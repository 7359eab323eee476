import { vi } from "vitest";
import { app } from "./app.svelte";
import { useDoor, type Door } from "./door";
import { mock } from "./mock/mock";

/** For tests: an open migration over made-up data; every call can be asked about, and some answered otherwise. */
export async function testDoor(scene = "", answers: Partial<Door> = {}): Promise<{ [K in keyof Door]: Door[K] & ReturnType<typeof vi.fn> }> {
  const made = { ...mock(new URLSearchParams({ scene, people: "600" })), ...answers };
  const door = Object.fromEntries(Object.entries(made).map(([name, call]) => [name, vi.fn(call as () => unknown)])) as unknown as Door;
  useDoor(door);
  app.trouble = undefined;
  app.panel = undefined;
  app.intent = undefined;
  app.notices = [];
  await app.openMigration("m1");
  await app.settled();
  return door as never;
}
