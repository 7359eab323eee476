// Frame times of the people map while squares change, and of an empty canvas in the same run: `cargo xtask bench --only map`.
import { flushSync, mount } from "svelte";
import type { MapBlock } from "../src/lib/door";
import Host from "./MapHost.svelte";

const query = new URLSearchParams(location.search);
const PEOPLE = Number(query.get("people") ?? 50_000);
const SECONDS = Number(query.get("seconds") ?? 10);
const WAVES = 100;
/** A run tells of changes once a second; here it is five times as often. */
const EVERY = 200;
/** Squares that change each time: a hundred a second is more than Okta lets anybody move. */
const CHANGES = 100;
const STATES = ["p", "a", "v", "s"];

function blocks(): MapBlock[] {
  const each = PEOPLE / WAVES;
  return Array.from({ length: WAVES }, (_, wave) => ({
    title: wave === 0 ? "Pilot" : `Wave ${String(wave)}`,
    wave,
    note: "",
    people: Array.from({ length: each }, (_, n) => `00u${String(wave * each + n)}`),
    states: "p".repeat(each),
  }));
}

/** Times between frames, in milliseconds, for so many seconds. */
function frames(): Promise<number[]> {
  return new Promise((done) => {
    const times: number[] = [];
    let last = performance.now();
    const ends = last + SECONDS * 1000;
    const frame = (): void => {
      const now = performance.now();
      times.push(now - last);
      last = now;
      if (now < ends) requestAnimationFrame(frame);
      else done(times.slice(1));
    };
    requestAnimationFrame(frame);
  });
}

function told(times: number[]): object {
  const sorted = [...times].sort((a, b) => a - b);
  return { frames: times.length, median: sorted[Math.floor(sorted.length / 2)], worst: sorted.at(-1), over50: times.filter((t) => t > 50).length };
}

/** A canvas of the same size that is wiped each time. */
async function empty(): Promise<object> {
  const canvas = document.createElement("canvas");
  canvas.width = innerWidth;
  canvas.height = innerHeight;
  document.body.append(canvas);
  const c = canvas.getContext("2d", { alpha: false });
  const timer = setInterval(() => c?.clearRect(0, 0, canvas.width, canvas.height), EVERY);
  const times = await frames();
  clearInterval(timer);
  canvas.remove();
  return told(times);
}

/** Milliseconds of our own between a telling and its picture: what a frame costs, however busy the machine is. */
const work: number[] = [];

/** Counts what is done before each frame. */
function countFrames(): void {
  const ask = globalThis.requestAnimationFrame.bind(globalThis);
  globalThis.requestAnimationFrame = (then) =>
    ask((at) => {
      const begun = performance.now();
      then(at);
      const took = performance.now() - begun;
      const last = work.length - 1;
      if (last >= 0) work[last] = (work[last] ?? 0) + took;
    });
}

async function map(): Promise<object> {
  countFrames();
  const all = blocks();
  const letters = all.map((b) => b.states.split(""));
  const host = mount(Host, { target: document.body, props: { first: all } });
  // The first picture is not a change.
  await new Promise((r) => setTimeout(r, 1000));
  let next = 0;
  const timer = setInterval(() => {
    for (let n = 0; n < CHANGES; n++, next++) {
      const wave = letters[Math.floor(next / 500) % WAVES];
      const person = next % 500;
      if (wave) wave[person] = STATES[(STATES.indexOf(wave[person] ?? "p") + 1) % STATES.length] ?? "p";
    }
    // As it comes through the door: everything anew, each time.
    const now = all.map((b, i) => ({ ...b, states: (letters[i] ?? []).join("") }));
    const begun = performance.now();
    flushSync(() => (host as { show: (now: MapBlock[]) => void }).show(now));
    work.push(performance.now() - begun);
  }, EVERY);
  const times = await frames();
  clearInterval(timer);
  work.sort((a, b) => a - b);
  return { ...told(times), changed: next, work: work[Math.floor(work.length / 2)], worstWork: work.at(-1) };
}

async function both(): Promise<void> {
  const measured = { empty: await empty(), map: await map() };
  console.log(`MAP ${JSON.stringify(measured)} MAP END`);
}

void both();
