/**
 * Where every square of the people map stands. Pure: numbers in, numbers out, so that it can be tested without a canvas.
 *
 * All lengths are CSS pixels.
 */

/** The pitch (a square and its gap) that is tried first: two hundred people should fill the pane as well. */
export const LARGEST_PITCH = 20;
/** The smallest pitch; when even this does not fit, the map scrolls. */
export const SMALLEST_PITCH = 3;
/** Under this pitch marks are drawn larger than their square, and blocks carry their counts in words. */
export const MARKED_PITCH = 6;

const GAP_X = 16;
const GAP_Y = 16;
const TITLE = 20;
const WORDS = 16;
/** A block narrower than this could not hold its title. */
const LEAST_WIDTH = 112;

export interface BlockBox {
  x: number;
  /** Top of the title. */
  y: number;
  width: number;
  /** Title, words and squares. */
  height: number;
  /** Top of the first row of squares. */
  top: number;
  /** Squares in a row. */
  perRow: number;
  count: number;
}

export interface MapLayout {
  pitch: number;
  /** Height of everything; more than the pane when even the smallest pitch does not fit. */
  height: number;
  /** Every block carries a line with its counts in words. */
  words: boolean;
  boxes: BlockBox[];
}

/** How many blocks lead the map in rows of their own: a pilot of twelve would leave a hole among waves of five hundred. */
function leaders(counts: readonly number[], width: number, pitch: number): number {
  const [first, second] = counts;
  return first !== undefined && second !== undefined && first * 8 <= second && first * pitch <= width ? 1 : 0;
}

/** Blocks beside each other in `columns` columns, at one pitch. */
function flow(counts: readonly number[], width: number, columns: number, pitch: number, words: boolean): MapLayout {
  const head = TITLE + (words ? WORDS : 0);
  const boxes: BlockBox[] = [];
  let y = 0;
  const lead = leaders(counts, width, pitch);
  for (let first = 0; first < counts.length;) {
    const beside = first < lead ? 1 : columns;
    const column = Math.floor((width - GAP_X * (beside - 1)) / beside);
    const perRow = Math.max(1, Math.floor(column / pitch));
    let tallest = 0;
    for (const [i, count] of counts.slice(first, first + beside).entries()) {
      const height = head + Math.ceil(count / perRow) * pitch;
      boxes.push({ x: i * (column + GAP_X), y, width: column, height, top: y + head, perRow, count });
      tallest = Math.max(tallest, height);
    }
    y += tallest + GAP_Y;
    first += beside;
  }
  return { pitch, height: Math.max(0, y - GAP_Y), words, boxes };
}

/**
 * How far a layout is from a pleasant one: its usual block a little taller than wide, and no holes in the last row.
 */
function distortion(layout: MapLayout, columns: number): number {
  const usual = [...layout.boxes].sort((a, b) => a.count - b.count)[Math.floor(layout.boxes.length / 2)];
  if (!usual) return 0;
  const tall = Math.max(layout.pitch, usual.height - (usual.top - usual.y));
  const inColumns = layout.boxes.filter((box) => box.width === usual.width).length;
  const holes = (columns - (inColumns % columns)) % columns;
  return Math.abs(Math.log(usual.width / tall / 0.85)) + (1.2 * holes) / columns;
}

/**
 * The largest pitch at which all blocks fit into the pane, in the number of columns that gives the best shaped blocks.
 * Where nothing fits, the smallest pitch in the lowest layout: the pane scrolls.
 */
export function layOut(counts: readonly number[], width: number, height: number): MapLayout {
  const room = Math.max(width, LEAST_WIDTH);
  const most = Math.max(1, Math.min(counts.length, Math.floor((room + GAP_X) / (LEAST_WIDTH + GAP_X))));
  let lowest: MapLayout | undefined;
  for (let pitch = LARGEST_PITCH; pitch >= SMALLEST_PITCH; pitch--) {
    let best: MapLayout | undefined;
    let least = Infinity;
    for (let columns = 1; columns <= most; columns++) {
      const candidate = flow(counts, room, columns, pitch, pitch < MARKED_PITCH);
      if (candidate.height <= height && distortion(candidate, columns) < least) {
        best = candidate;
        least = distortion(candidate, columns);
      };
      if (pitch === SMALLEST_PITCH && (!lowest || candidate.height < lowest.height)) lowest = candidate;
    }
    if (best) return best;
  }
  return lowest ?? { pitch: LARGEST_PITCH, height: 0, words: false, boxes: [] };
}

/** One block alone, at the largest pitch, as wide as the pane. */
export function layOutOpened(count: number, width: number): MapLayout {
  return flow([count], Math.max(width, LEAST_WIDTH), 1, LARGEST_PITCH, true);
}

/** The square under a point of the map; `null` between squares' blocks. */
export function squareAt(layout: MapLayout, x: number, y: number): { block: number; person: number } | null {
  for (const [block, box] of layout.boxes.entries()) {
    const column = Math.floor((x - box.x) / layout.pitch);
    const row = Math.floor((y - box.top) / layout.pitch);
    if (column < 0 || column >= box.perRow || row < 0) continue;
    const person = row * box.perRow + column;
    if (person < box.count) return { block, person };
  }
  return null;
}

/** Top left corner of a person's square. */
export function cornerOf(layout: MapLayout, block: number, person: number): { x: number; y: number } | null {
  const box = layout.boxes[block];
  if (!box || person < 0 || person >= box.count) return null;
  return {
    x: box.x + (person % box.perRow) * layout.pitch,
    y: box.top + Math.floor(person / box.perRow) * layout.pitch,
  };
}

/** The people of a block that stand between two heights of the map: `[first, end)`. */
export function peopleBetween(layout: MapLayout, block: number, top: number, bottom: number): [number, number] {
  const box = layout.boxes[block];
  if (!box) return [0, 0];
  const first = Math.max(0, Math.floor((top - box.top) / layout.pitch)) * box.perRow;
  const end = Math.min(box.count, Math.max(0, Math.ceil((bottom - box.top) / layout.pitch)) * box.perRow);
  return first < end ? [first, end] : [0, 0];
}

/** Positions at which two strings of states differ; `null` when the people are not the same many. */
export function changed(before: string, after: string): number[] | null {
  if (before.length !== after.length) return null;
  const positions: number[] = [];
  if (before === after) return positions;
  for (let i = 0; i < after.length; i++) if (before.charCodeAt(i) !== after.charCodeAt(i)) positions.push(i);
  return positions;
}
