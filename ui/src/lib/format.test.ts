import { expect, test } from "vitest";
import { ago, count, duration, plural } from "./format";

test("numbers and spans of time read as a person writes them", () => {
  expect(count(50_000)).toBe("50,000");
  expect(plural(1, "person", "people")).toBe("1 person");
  expect(duration(100)).toBe("1 hour 40 minutes");
  expect(duration(60)).toBe("1 hour");
  const now = new Date("2026-11-23T15:00:00Z");
  expect(ago("2026-11-23T14:59:40Z", now)).toBe("just now");
  expect(ago("2026-11-23T14:58:00Z", now)).toBe("2 minutes ago");
  expect(ago("2026-11-23T12:00:00Z", now)).toBe("3 hours ago");
});
