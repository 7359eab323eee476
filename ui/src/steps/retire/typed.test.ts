import { expect, test } from "vitest";
import { typedNumber } from "./typed";

test("numbers as people type them", () => {
  for (const text of ["4368", " 4368 ", "4,368", "4 368", "4.368"]) expect(typedNumber(text)).toBe(4368);
  expect(typedNumber("0")).toBe(0);
  expect(typedNumber("1,204,368")).toBe(1204368);
});

test("anything else is no number", () => {
  for (const text of ["", "-4368", "43,68", "4e3", "all", "4368 people", "4,36"]) expect(typedNumber(text)).toBeNull();
});
