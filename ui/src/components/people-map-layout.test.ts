import { describe, expect, test } from "vitest";
import { changed, cornerOf, LARGEST_PITCH, layOut, layOutOpened, peopleBetween, SMALLEST_PITCH, squareAt } from "./people-map-layout";

const waves = (people: number, size: number): number[] => [12, ...Array.from({ length: Math.ceil(people / size) }, () => size)];

describe("layOut", () => {
  test("a small migration gets the largest squares", () => {
    expect(layOut([12, 100, 100], 960, 440).pitch).toBe(LARGEST_PITCH);
  });

  test("the pitch shrinks until everybody fits the pane, and no further", () => {
    const pitches = [500, 2000, 5000, 12_000, 20_000].map((people) => {
      const layout = layOut(waves(people, people / 10), 960, 440);
      expect(layout.height).toBeLessThanOrEqual(440);
      return layout.pitch;
    });
    expect(pitches).toEqual([...pitches].sort((a, b) => b - a));
    expect(new Set(pitches).size).toBeGreaterThan(2);
  });

  test("what does not fit at the smallest pitch overflows in the lowest layout", () => {
    const layout = layOut(waves(100_000, 2500), 960, 440);
    expect(layout.pitch).toBe(SMALLEST_PITCH);
    expect(layout.height).toBeGreaterThan(440);
  });

  test("blocks neither overlap nor leave the pane, whatever their sizes", () => {
    for (const counts of [[3], [12, 500, 500, 7], [1, 1, 1, 4000], waves(5000, 250), [0, 12], [4977]]) {
      for (const [width, height] of [
        [960, 440],
        [620, 300],
        [1600, 900],
      ] as const) {
        const { boxes } = layOut(counts, width, height);
        expect(boxes.map((b) => b.count)).toEqual(counts);
        for (const [i, a] of boxes.entries()) {
          expect(a.x + a.width).toBeLessThanOrEqual(width);
          for (const b of boxes.slice(i + 1)) {
            const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
            expect(apart).toBe(true);
          }
        }
      }
    }
  });

  test("ten equal waves stand in full rows, with the pilot above them", () => {
    const { boxes } = layOut(waves(5000, 500), 960, 440);
    const tops = [...new Set(boxes.map((b) => b.y))];
    expect(tops.map((y) => boxes.filter((b) => b.y === y).length)).toEqual([1, 5, 5]);
  });

  test("under 6 px each block has room for its counts in words", () => {
    const small = layOut(waves(20_000, 2000), 960, 440);
    expect(small.pitch).toBeLessThan(6);
    expect(small.words).toBe(true);
    expect(layOut([100], 960, 440).words).toBe(false);
  });

  test("nobody at all", () => {
    expect(layOut([], 960, 440)).toMatchObject({ height: 0, boxes: [] });
  });
});

describe("squareAt", () => {
  test("finds every person again at the middle of their square", () => {
    const counts = [12, 250, 250, 117];
    const layout = layOut(counts, 700, 300);
    for (const [block, count] of counts.entries()) {
      for (let person = 0; person < count; person++) {
        const at = cornerOf(layout, block, person);
        expect(at).not.toBeNull();
        if (at) expect(squareAt(layout, at.x + layout.pitch / 2, at.y + layout.pitch / 2)).toEqual({ block, person });
      }
    }
  });

  test("finds nobody in a title, in a gap, or after the last person", () => {
    const layout = layOut([30, 30], 400, 300);
    const [first] = layout.boxes;
    expect(first).toBeDefined();
    if (!first) return;
    expect(squareAt(layout, first.x + 2, first.y + 2)).toBeNull();
    expect(squareAt(layout, first.x + first.width + 4, first.top + 2)).toBeNull();
    expect(squareAt(layout, first.x + 2, first.y + first.height + 2)).toBeNull();
  });
});

test("an opened block is as wide as the pane, at the largest pitch", () => {
  const layout = layOutOpened(50_000, 950);
  expect(layout.pitch).toBe(LARGEST_PITCH);
  expect(layout.boxes).toHaveLength(1);
  expect(layout.boxes[0]?.perRow).toBe(Math.floor(950 / LARGEST_PITCH));
});

test("only the rows in sight are painted", () => {
  const layout = layOutOpened(50_000, 900);
  const [first, end] = peopleBetween(layout, 0, 1000, 1400);
  expect(end - first).toBeLessThan(5000);
  const top = cornerOf(layout, 0, first);
  const bottom = cornerOf(layout, 0, end - 1);
  expect(top && top.y).toBeLessThanOrEqual(1000);
  expect(bottom && bottom.y + LARGEST_PITCH).toBeGreaterThanOrEqual(1400);
  expect(peopleBetween(layout, 0, 90_000, 90_100)).toEqual([0, 0]);
});

test("changed squares", () => {
  expect(changed("ppaav", "ppavv")).toEqual([3]);
  expect(changed("ppp", "ppp")).toEqual([]);
  expect(changed("ppp", "pppp")).toBeNull();
});
