import { expect, test } from "vitest";
import { align, cut, fold, hits, places, within } from "./raw";

const json = (value: unknown) => JSON.stringify(value, null, 2);

test("each line knows its place", () => {
  const lines = places(json({ id: "x", settings: { list: ["a", { b: 1 }], empty: {} }, last: true }));
  expect(lines.map((line) => `${line.text.trim()} @${line.path}`)).toEqual([
    "{ @",
    '"id": "x", @id',
    '"settings": { @settings',
    '"list": [ @settings.list',
    '"a", @settings.list.0',
    "{ @settings.list.1",
    '"b": 1 @settings.list.1.b',
    "} @settings.list.1",
    "], @settings.list",
    '"empty": {} @settings.empty',
    "}, @settings",
    '"last": true @last',
    "} @",
  ]);
  expect(lines.filter((line) => within(line, "settings.list")).length).toBe(6);
});

test("equal lines share a row, so do two values of one place; the rest stands alone", () => {
  const rows = align(json({ a: 1, gone: 2, same: 3, deep: { x: 1 } }), json({ a: 9, same: 3, deep: { x: 1, y: 2 } }));
  expect(rows.map((row) => [row.old?.text.trim() ?? "", row.new?.text.trim() ?? "", row.differs])).toEqual([
    ["{", "{", false],
    ['"a": 1,', '"a": 9,', true],
    ['"gone": 2,', "", true],
    ['"same": 3,', '"same": 3,', false],
    ['"deep": {', '"deep": {', false],
    ['"x": 1', '"x": 1,', false],
    ["", '"y": 2', true],
    ["}", "}", false],
    ["}", "}", false],
  ]);
});

test("a side that has nothing leaves the other whole", () => {
  expect(align(json({ a: 1 }), "").every((row) => row.old && !row.new && row.differs)).toBe(true);
});

test("a search is found in either case and cut out", () => {
  expect(cut('"Audience": "audience"', "AUDIENCE").filter((piece) => piece.hit).map((piece) => piece.text)).toEqual(["Audience", "audience"]);
  expect(cut("x", "")).toEqual([{ text: "x", hit: false }]);
  expect(hits("aXa xa", "xA")).toBe(2);
});

test("long runs that both have are folded, never what is looked for", () => {
  const rows = align(json(Array.from({ length: 200 }, (_, n) => n)), json(Array.from({ length: 200 }, (_, n) => (n === 100 ? "x" : n))));
  const runs = fold(rows, (row) => row.differs);
  expect(runs).toEqual([
    { from: 0, to: 4, folded: false },
    { from: 4, to: 97, folded: true },
    { from: 97, to: 106, folded: false },
    { from: 106, to: 201, folded: true },
    { from: 201, to: 202, folded: false },
  ]);
  expect(runs.reduce((sum, run) => sum + run.to - run.from, 0)).toBe(rows.length);
  expect(fold(rows.slice(0, 30), () => false)).toEqual([{ from: 0, to: 4, folded: false }, { from: 4, to: 29, folded: true }, { from: 29, to: 30, folded: false }]);
  expect(fold(rows, () => true)).toEqual([{ from: 0, to: 202, folded: false }]);
  expect(fold([], () => false)).toEqual([]);
});

test("two texts without a line in common are still lined up at once", () => {
  const [old, now] = [3000, 7000].map((from) => json(Object.fromEntries(Array.from({ length: 3000 }, (_, n) => [`k${from + n}`, n]))));
  const begun = performance.now();
  expect(align(old!, now!).length).toBeLessThanOrEqual(6002);
  expect(performance.now() - begun).toBeLessThan(1500);
});
