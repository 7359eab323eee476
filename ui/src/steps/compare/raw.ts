// Two pretty-printed JSON texts beside each other: lines that both have stand in one row, and each line knows its place.

export type Line = { text: string; /** "settings.signOn.audience": what a pointer names. */ path: string };
export type Pair = { old?: Line; new?: Line; differs: boolean };

/** The place of each line of `JSON.stringify(value, null, 2)`. A closing bracket has the place of what it closes. */
export function places(text: string): Line[] {
  const path: string[] = [];
  const at: number[] = [];
  return text.split("\n").map((line) => {
    const depth = (/^ */.exec(line)?.[0].length ?? 0) / 2;
    const rest = line.trim();
    const closes = /^[\]}]/.test(rest);
    if (depth > 0 && !closes) {
      const key = /^"((?:[^"\\]|\\.)*)": /.exec(rest)?.[1];
      path.length = depth - 1;
      at[depth - 1] ??= 0;
      path[depth - 1] = key ?? String(at[depth - 1]!++);
    } else path.length = depth;
    if (/[[{]$/.test(rest)) at[depth] = 0;
    return { text: line, path: path.join(".") };
  });
}

const bare = (line: string) => line.replace(/,$/, "");
/** How far ahead a line is looked for on the other side. */
const AHEAD = 80;

/** Rows of both texts: equal lines in one row, others as close to each other as can be had without much ado. */
export function align(old: string, now: string): Pair[] {
  const [a, b] = [old ? places(old) : [], now ? places(now) : []];
  const rows: Pair[] = [];
  const equal = (i: number, j: number) => bare(a[i]!.text) === bare(b[j]!.text) && a[i]!.path === b[j]!.path;
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && equal(i, j)) {
      rows.push({ old: a[i++], new: b[j++], differs: false });
      continue;
    }
    // The nearest pair of equal lines ahead, the one that skips the fewest.
    let [to, from] = [a.length, b.length];
    search: for (let skip = 1; skip <= AHEAD; skip++) {
      for (let left = 0; left <= skip; left++) {
        if (i + left >= a.length || j + skip - left >= b.length || !equal(i + left, j + skip - left)) continue;
        [to, from] = [i + left, j + skip - left];
        break search;
      }
    }
    // Two values of one place share a row.
    while (i < to && j < from) {
      const [x, y] = [a[i]!, b[j]!];
      if (x.path === y.path || (to - i === from - j && x.path.split(".").length === y.path.split(".").length)) {
        rows.push({ old: x, new: y, differs: bare(x.text) !== bare(y.text) });
        i++;
        j++;
      } else if (b.slice(j, from).some((one) => one.path === x.path)) rows.push({ new: b[j++], differs: true });
      else rows.push({ old: a[i++], differs: true });
    }
    while (i < to) rows.push({ old: a[i++], differs: true });
    while (j < from) rows.push({ new: b[j++], differs: true });
  }
  return rows;
}

/** Whether a line stands at, or within, what a pointer names. */
export function within(line: Line | undefined, pointer: string): boolean {
  return line !== undefined && (pointer === "" || line.path === pointer || line.path.startsWith(`${pointer}.`));
}

export type Piece = { text: string; hit: boolean };

/** A line cut where the search hits. */
export function cut(text: string, search: string): Piece[] {
  if (!search) return [{ text, hit: false }];
  const [low, part] = [text.toLowerCase(), search.toLowerCase()];
  const pieces: Piece[] = [];
  let from = 0;
  for (let at = low.indexOf(part); at >= 0; at = low.indexOf(part, from)) {
    if (at > from) pieces.push({ text: text.slice(from, at), hit: false });
    from = at + part.length;
    pieces.push({ text: text.slice(at, from), hit: true });
  }
  if (from < text.length || !pieces.length) pieces.push({ text: text.slice(from), hit: false });
  return pieces;
}

/** How often it occurs, either case. */
export function hits(text: string, search: string): number {
  return search ? text.toLowerCase().split(search.toLowerCase()).length - 1 : 0;
}

export type Run = { from: number; to: number; folded: boolean };

/**
 * Long runs of rows that nobody looks for are folded, so that what differs is seen and a large piece stays quick.
 * Around each row that is kept, and at the very begin, some rows stay.
 */
export function fold(rows: Pair[], keep: (row: Pair) => boolean, around = 4, least = 24): Run[] {
  const runs: Run[] = [];
  const add = (from: number, to: number, folded: boolean) => {
    if (from >= to) return;
    const last = runs.at(-1);
    if (last && !last.folded && !folded) last.to = to;
    else runs.push({ from, to, folded });
  };
  let begin = 0;
  for (let i = 0; i <= rows.length; i++) {
    if (i < rows.length && !keep(rows[i]!)) continue;
    const [from, to] = [begin === 0 ? around : begin + around, i === rows.length ? i - 1 : i - around];
    if (to - from >= least) {
      add(begin, from, false);
      add(from, to, true);
      add(to, Math.min(i + 1, rows.length), false);
    } else add(begin, Math.min(i + 1, rows.length), false);
    begin = i + 1;
  }
  return runs;
}
