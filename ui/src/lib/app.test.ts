import { expect, test, vi } from "vitest";
import { app } from "./app.svelte";
import { testDoor } from "./test-door";

test("many Changed become few questions", async () => {
  vi.useFakeTimers();
  try {
    const door = await testDoor();
    const before = door.migration.mock.calls.length;
    for (let i = 0; i < 50; i++) {
      app.touch();
      await vi.advanceTimersByTimeAsync(20);
    }
    const asked = door.migration.mock.calls.length - before;
    expect(asked).toBeGreaterThan(1);
    expect(asked).toBeLessThan(5);
  } finally {
    vi.useRealTimers();
  }
});

test("an answer for a migration that was left is dropped", async () => {
  const door = await testDoor();
  let answer: (view: never) => void = () => undefined;
  door.migration.mockImplementationOnce(() => new Promise((done) => (answer = done)));
  vi.useFakeTimers();
  app.touch();
  await vi.advanceTimersByTimeAsync(500);
  vi.useRealTimers();
  await app.leave();
  answer({ id: "m1" } as never);
  await Promise.resolve();
  expect(app.migration).toBeUndefined();
});
