/**
 * Paints squares of the people map on a canvas. A square's state shows in its colour and in a mark, so that nobody needs to
 * tell colours apart: a cross for failed, an outline for unknown, a dot for signed in, a bar for excluded, a tick for retired,
 * two bars for held back.
 */

import { cornerOf, MARKED_PITCH, peopleBetween, type BlockBox, type MapLayout } from "./people-map-layout";
import { STATES } from "./people-states";

/** Size of a failed or unknown square where its own pitch is too small for the mark. */
const LEAST_MARK = 6;
/** Under this pitch there is no room for round corners; whole runs of one state are filled at once. */
const ROUND_PITCH = 6;

export interface Palette {
  surface: string;
  focus: string;
  /** Colour by letter. */
  fill: Record<string, string>;
}

/** The colours in force, from the CSS tokens of the theme. */
export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  return {
    surface: token("--surface"),
    focus: token("--ink"),
    fill: Object.fromEntries(STATES.map((s) => [s.letter, token(s.token)])),
  };
}

export interface Picture {
  layout: MapLayout;
  /** Letters, one string a block, in the order of the layout's boxes. */
  states: readonly string[];
  palette: Palette;
  /** Height of the map at which the canvas begins, and its size in CSS pixels. */
  top: number;
  width: number;
  height: number;
}

function wantsLargeMark(letter: string): boolean {
  return letter === "f" || letter === "u";
}

function mark(c: CanvasRenderingContext2D, p: Palette, letter: string, x: number, y: number, size: number): void {
  const u = size / 8;
  c.strokeStyle = c.fillStyle = p.surface;
  c.lineWidth = Math.max(1, 1.4 * u);
  c.beginPath();
  if (letter === "f") {
    const inset = 2.1 * u;
    c.moveTo(x + inset, y + inset);
    c.lineTo(x + size - inset, y + size - inset);
    c.moveTo(x + size - inset, y + inset);
    c.lineTo(x + inset, y + size - inset);
    c.stroke();
  } else if (letter === "u") {
    const inset = Math.max(1.5, 2 * u);
    c.fillRect(x + inset, y + inset, size - 2 * inset, size - 2 * inset);
  } else if (letter === "s") {
    c.arc(x + size / 2, y + size / 2, 1.45 * u, 0, Math.PI * 2);
    c.fill();
  } else if (letter === "h") {
    c.fillRect(x + 2.1 * u, y + 2 * u, 1.2 * u, size - 4 * u);
    c.fillRect(x + size - 3.3 * u, y + 2 * u, 1.2 * u, size - 4 * u);
  } else if (letter === "x") {
    c.fillRect(x + 2 * u, y + size / 2 - 0.6 * u, size - 4 * u, 1.2 * u);
  } else if (letter === "r") {
    c.moveTo(x + 2 * u, y + 4.2 * u);
    c.lineTo(x + 3.5 * u, y + 5.7 * u);
    c.lineTo(x + 6.2 * u, y + 2.6 * u);
    c.stroke();
  }
}

/** One square with its corner at `x`, `y` of the canvas. */
function square(c: CanvasRenderingContext2D, p: Palette, letter: string, x: number, y: number, pitch: number): void {
  const size = pitch - 1;
  c.fillStyle = p.fill[letter] ?? p.fill.p ?? p.surface;
  if (pitch >= ROUND_PITCH) {
    c.beginPath();
    c.roundRect(x, y, size, size, pitch >= 8 ? Math.max(1.5, size / 5) : 1);
    c.fill();
    mark(c, p, letter, x, y, size);
  } else {
    c.fillRect(x, y, size, size);
  }
}

/** Failed and unknown at a small pitch: larger than the square, over its neighbours, so that one of 50,000 is seen. */
function largeMark(c: CanvasRenderingContext2D, p: Palette, letter: string, x: number, y: number, pitch: number): void {
  const out = (LEAST_MARK - (pitch - 1)) / 2;
  c.fillStyle = p.surface;
  c.fillRect(x - out - 1, y - out - 1, LEAST_MARK + 2, LEAST_MARK + 2);
  c.fillStyle = p.fill[letter] ?? p.surface;
  c.fillRect(x - out, y - out, LEAST_MARK, LEAST_MARK);
  mark(c, p, letter, x - out, y - out, LEAST_MARK);
}

/** A whole block, run by run: one rectangle for neighbours of one state, then the gaps ruled over them. */
function paintRuns(c: CanvasRenderingContext2D, picture: Picture, block: number, first: number, end: number): void {
  const { layout, palette, top } = picture;
  const box = layout.boxes[block];
  const states = picture.states[block];
  if (!box || states === undefined) return;
  const { pitch } = layout;
  for (let row = first; row < end; row += box.perRow) {
    const y = box.top + Math.floor(row / box.perRow) * pitch - top;
    const last = Math.min(row + box.perRow, end);
    for (let i = row; i < last;) {
      let j = i + 1;
      while (j < last && states.charCodeAt(j) === states.charCodeAt(i)) j++;
      c.fillStyle = palette.fill[states.charAt(i)] ?? palette.surface;
      c.fillRect(box.x + (i - row) * pitch, y, (j - i) * pitch - 1, pitch - 1);
      i = j;
    }
  }
  c.fillStyle = palette.surface;
  const from = box.top + Math.floor(first / box.perRow) * pitch - top;
  const rows = Math.ceil((end - first) / box.perRow);
  for (let column = 1; column < box.perRow; column++) {
    c.fillRect(box.x + column * pitch - 1, from, 1, rows * pitch);
  }
}

/** Everything that the canvas shows. */
export function paintAll(c: CanvasRenderingContext2D, picture: Picture): void {
  const { layout, states, palette, top, width, height } = picture;
  c.fillStyle = palette.surface;
  c.fillRect(0, 0, width, height);
  const { pitch } = layout;
  for (const block of layout.boxes.keys()) {
    const [first, end] = peopleBetween(layout, block, top - LEAST_MARK, top + height + LEAST_MARK);
    const letters = states[block];
    if (first === end || letters === undefined) continue;
    if (pitch < ROUND_PITCH) {
      paintRuns(c, picture, block, first, end);
      continue;
    }
    for (let i = first; i < end; i++) {
      const at = cornerOf(layout, block, i);
      if (at) square(c, palette, letters.charAt(i), at.x, at.y - top, pitch);
    }
  }
  if (pitch >= MARKED_PITCH) return;
  for (const block of layout.boxes.keys()) {
    const [first, end] = peopleBetween(layout, block, top - LEAST_MARK, top + height + LEAST_MARK);
    paintLargeMarks(c, picture, block, first, end);
  }
}

function paintLargeMarks(
  c: CanvasRenderingContext2D,
  picture: Picture,
  block: number,
  first: number,
  end: number,
): void {
  const letters = picture.states[block] ?? "";
  for (let i = first; i < end; i++) {
    const letter = letters.charAt(i);
    if (!wantsLargeMark(letter)) continue;
    const at = cornerOf(picture.layout, block, i);
    if (at) largeMark(c, picture.palette, letter, at.x, at.y - picture.top, picture.layout.pitch);
  }
}

/** The people of a block at most `reach` rows and columns away from one of these, in their order. */
function around(box: BlockBox, people: readonly number[], reach: number): number[] {
  const found = new Set<number>();
  for (const person of people) {
    const column = person % box.perRow;
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) {
        const i = person + dy * box.perRow + dx;
        if (column + dx >= 0 && column + dx < box.perRow && i >= 0 && i < box.count) found.add(i);
      }
    }
  }
  return [...found].sort((a, b) => a - b);
}

/**
 * Only these people of one block. At a small pitch a mark reaches over the next squares: these are painted again too, and
 * then the marks that reach over them.
 */
export function paintSome(c: CanvasRenderingContext2D, picture: Picture, block: number, people: readonly number[]): void {
  const { layout, palette, top, height } = picture;
  const box = layout.boxes[block];
  const letters = picture.states[block];
  if (!box || letters === undefined) return;
  const { pitch } = layout;
  const small = pitch < MARKED_PITCH;
  const over = small ? (LEAST_MARK - (pitch - 1)) / 2 + 1 : 0;
  for (const i of people) {
    const at = cornerOf(layout, block, i);
    c.fillStyle = palette.surface;
    if (at) c.fillRect(at.x - over, at.y - top - over, pitch + 2 * over, pitch + 2 * over);
  }
  for (const i of small ? around(box, people, 2) : people) {
    const at = cornerOf(layout, block, i);
    if (at && at.y + pitch >= top && at.y <= top + height) square(c, palette, letters.charAt(i), at.x, at.y - top, pitch);
  }
  if (!small) return;
  for (const i of around(box, people, 4)) {
    const letter = letters.charAt(i);
    const at = wantsLargeMark(letter) ? cornerOf(layout, block, i) : null;
    if (at) largeMark(c, palette, letter, at.x, at.y - top, pitch);
  }
}

/** A frame around the square that the keyboard stands on. */
export function paintCursor(c: CanvasRenderingContext2D, picture: Picture, block: number, person: number): void {
  const at = cornerOf(picture.layout, block, person);
  if (!at) return;
  const size = Math.max(picture.layout.pitch - 1, LEAST_MARK);
  const out = (size - (picture.layout.pitch - 1)) / 2;
  c.strokeStyle = picture.palette.focus;
  c.lineWidth = 1.5;
  c.strokeRect(at.x - out - 1.25, at.y - picture.top - out - 1.25, size + 2.5, size + 2.5);
}
