import { untrack } from "svelte";
import { app } from "./app.svelte";
import { asProblem, type Problem } from "./door";

type Page<Row> = { total: number; rows: Row[] };

/**
 * A long list that the core gives page by page. Call while a component is made. `key` says what is asked for: when it
 * changes the list begins anew. After a `Changed` the pages in sight are read again, the old rows stay until then.
 */
export function pages<Row>(size: number, key: () => string | undefined, load: (offset: number, limit: number) => Promise<Page<Row>>) {
  let total = $state(0);
  let known = $state(false);
  let problem = $state.raw<Problem>();
  let rows = $state.raw<Map<number, Row[]>>(new Map());
  let first = 0;
  let last = 0;
  let round = 0;
  const asked = new Map<number, number>();

  async function ask(page: number, mine: number): Promise<void> {
    if (asked.get(page) === mine) return;
    asked.set(page, mine);
    try {
      const answer = await load(page * size, size);
      if (asked.get(page) !== mine) return;
      total = answer.total;
      known = true;
      problem = undefined;
      rows = new Map(rows).set(page, answer.rows);
    } catch (error) {
      asked.delete(page);
      problem = asProblem(error);
    }
  }

  function askSeen(): void {
    for (let page = first; page <= last; page++) void ask(page, round);
  }

  $effect(() => {
    if (key() === undefined) return;
    untrack(() => {
      rows = new Map();
      known = false;
      asked.clear();
      first = last = 0;
      round++;
      askSeen();
    });
  });

  let seen = app.version;
  $effect(() => {
    if (app.version === seen) return;
    seen = app.version;
    untrack(() => {
      if (key() === undefined) return;
      round++;
      askSeen();
    });
  });

  return {
    get total() {
      return total;
    },
    /** The first answer has come. */
    get known() {
      return known;
    },
    get problem() {
      return problem;
    },
    row(index: number): Row | undefined {
      return rows.get(Math.floor(index / size))?.[index % size];
    },
    see(from: number, to: number): void {
      first = Math.floor(from / size);
      last = Math.floor(to / size);
      untrack(askSeen);
    },
  };
}
