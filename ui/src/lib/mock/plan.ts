// Made-up parts of a plan: reasons, waves, limits, choices, the dry run. Never part of a release.
import type { Door, DryRunRow, PlanChoices, PlanView } from "../door";
import type { World } from "./late-scenes";

type Parts = Pick<PlanView, "reasons" | "waveGroups" | "waveLines" | "end" | "buckets" | "leastCalls">;

export function planParts(w: World): Parts {
  const n = w.rows.length;
  const share = (of: number): number => Math.round(n * of);
  const waves = Math.ceil((n - 12) / w.size);
  return {
    reasons: [
      { words: "Wave group: their group is larger than a wave; this spares the apps' limit two calls a person", people: share(0.58) },
      { words: "One by one: they need a username that the new app's template does not give", people: share(0.05) },
      { words: "One by one: their group holds somebody who must not get the new app", people: share(0.03) },
      { words: "One by one: in the pilot, so that nobody else comes with them", people: 12 },
    ],
    waveGroups: [{ name: "Rehome m1 wave group 1", people: share(0.58), standsFor: ["Zendesk Agents", "Zendesk Agents EMEA"] }],
    waveLines: [
      { number: 0, title: "Pilot", people: 12, writes: 12, words: "" },
      ...Array.from({ length: waves }, (_, i) => ({ number: i + 1, title: `Wave ${i + 1}`, people: Math.min(w.size, n - 12 - i * w.size), writes: w.size, words: i === 2 ? "2 groups go on" : "" })),
      { number: waves + 1, title: `Wave ${waves + 1}`, people: 0, writes: 16, words: "2 groups go on, 1 wave group comes off and is deleted" },
    ],
    end: { equal: n - share(0.03), differences: ["151 people (Aoife Murphy, Ravi Gupta, Mei Chen, ...): assigned individually in the end, through Light agents DACH on the old app, because it holds Jonas Weber, who must not get the new app. Who leaves that group keeps the new app."] },
    buckets: [
      { title: "Below the apps", writes: share(0.2), least: share(0.2) + 96, allowed: 37 },
      { title: "Groups and members", writes: share(0.58) + 1, least: share(0.58) + 240, allowed: 187 },
      { title: "One group", writes: 1, least: 1, allowed: 187 },
      { title: "Mappings", writes: 0, least: 24, allowed: null },
    ],
    leastCalls: share(0.78) + 374,
  };
}

const choices: PlanChoices = {
  neverWaveGroups: false,
  unavailable: null,
  groups: [
    { id: "g1", name: "Zendesk Agents", members: 2210, chosen: null, planned: "takes the wave group's place in wave 11" },
    { id: "g2", name: "Zendesk Agents EMEA", members: 660, chosen: "waveGroup", planned: "takes the wave group's place in wave 11" },
    { id: "g3", name: "Light agents DACH", members: 152, chosen: null, planned: "cannot be put on the new app" },
    { id: "g4", name: "Zendesk Admins", members: 14, chosen: null, planned: "goes whole in wave 1" },
  ],
  shaping: { by: "count", percent: 10, attribute: "", together: "nobody", togetherAttribute: "", inGroupOrder: false },
  attributes: ["user.costCenter", "user.department", "user.manager", "role"],
  named: 0,
  sets: 0,
  changed: false,
};

export function planDoor(w: World, does: (deed: () => void) => Promise<void>): Partial<Door> {
  const row = (i: number): DryRunRow => {
    const person = w.rows[i % w.rows.length]!;
    return i % 3 === 0
      ? { words: "Assign individually", who: person.name, method: "POST", path: "/api/v1/apps/0oa9x1new/users", body: JSON.stringify({ id: person.id, scope: "USER", credentials: { userName: person.oldUsername } }, null, 2), undo: `DELETE /api/v1/apps/0oa9x1new/users/${person.id}?sendEmail=false` }
      : { words: "Add to the wave group", who: `${person.name}, Rehome m1 wave group 1`, method: "PUT", path: `/api/v1/groups/{Rehome m1 wave group 1}/users/${person.id}`, body: null, undo: `DELETE /api/v1/groups/{Rehome m1 wave group 1}/users/${person.id}` };
  };
  return {
    planChoices: async () => ({ ...choices, groups: choices.groups.map((g) => ({ ...g })) }),
    setShaping: (_m, shaping) => does(() => (choices.shaping = shaping)),
    setRoute: (_m, subject, choice) => does(() => choices.groups.filter((g) => g.id === subject.id).forEach((g) => (g.chosen = choice))),
    setNeverWaveGroups: (_m, never) => does(() => (choices.neverWaveGroups = never)),
    moveToWave: (_m, people) => does(() => (choices.shaping = { ...choices.shaping, by: "named" }, choices.named += people.length)),
    loadWaveFile: async () => {
      choices.named = 2;
      return { people: 2, waves: 2, sets: 0, refused: [{ line: 3, why: "Nobody on the old app is called that.", row: "zoe@example.com, 1" }] };
    },
    dryRun: async (_m, wave, offset, limit) => {
      const total = wave === 0 ? 12 : w.size;
      return { total, rows: Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, i) => row(offset + i)) };
    },
    saveDryRun: async (_m, format) => ({ path: `/home/robin/Documents/Rehome/rehome-dry-run-zendesk.${format}`, words: "3,862 calls" }),
  };
}
