// The people and views of the late scenes.
import type { DeleteView, FailuresView, NextStep, OutcomeCounts, PersonRow, PersonState, PilotCoverage, PilotPerson, PilotView, PlanView, RetireView, RunSettings, RunView, ScriptCheck, ScriptResult, WavesView, WaveView } from "../door";
import { roll, someone } from "./names";

export type World = {
  rows: PersonRow[];
  size: number;
  wave: number;
  run: RunView | null;
  approved: string | null;
  settings: RunSettings;
  runOf: (wave: number, people: number, counts: OutcomeCounts) => RunView;
};

const zero = (): OutcomeCounts => ({ planned: 0, assigned: 0, proven: 0, signedIn: 0, failed: 0, unknown: 0, excluded: 0, retired: 0, held: 0 });
export const tally = (rows: readonly PersonRow[]): OutcomeCounts => {
  const counts = zero();
  for (const row of rows) {
    counts[row.state]++;
    if (row.state === "signedIn") counts.proven++;
  }
  return counts;
};
const SETTINGS: RunSettings = {
  sharePercent: 75,
  errorBudget: { kind: "usual" },
  gate: { provenPercent: 100, signedInPercent: null },
  offHours: { zone: "Europe/Berlin", windows: [{ days: ["monday", "tuesday", "wednesday", "thursday"], from: "20:00", until: "23:30" }], holidays: ["2026-12-24", "2026-12-25"] },
  peoplePerMinute: null,
  keepAwake: true,
  notify: true,
};
const PILOT = 12;
export const count = (n: number): string => n.toLocaleString("en-US");
const ago = (minutes: number): string => new Date(Date.now() - minutes * 6e4).toISOString();

const FAULTS = [
  "Okta refused: the username is taken by another account on Zendesk Suite (E0000001, login: already exists). Choose another username, or mend the other account.",
  "Okta refused: costCenter is 13 characters long, Zendesk Suite allows 10.",
  "Okta answered three times that it could not reach Zendesk. Try again when Zendesk answers.",
];

/** A tall story in numbers: how each person stands in a scene. */
function stateOf(scene: string, n: number, wave: number, size: number, place: number): PersonState {
  if (roll(n * 13 + 2) < 0.0073) return "excluded";
  if (scene === "done" || scene === "delete") return "retired";
  if (scene.startsWith("cutover")) return scene === "cutoverdone" && n < 8 ? "signedIn" : "proven";
  if (scene.startsWith("retire")) return "signedIn";
  if (scene === "nopilot") return "planned";
  if (scene === "pilot" || scene === "keys" || scene === "stale") return wave > 0 ? "planned" : (["signedIn", "signedIn", "proven", "signedIn", "failed", "proven", "signedIn", "signedIn", "assigned", "signedIn", "unknown", "signedIn"] as const)[place] ?? "planned";
  if (wave === 0) return "signedIn";
  const at = wave - 5 + place / size;
  if (wave < 5 || (wave === 5 && place < size * 0.4)) {
    if (roll(n * 17 + 9) < 0.0035) return "failed";
    return wave < 4 && roll(n * 19) < 0.78 ? "signedIn" : "proven";
  }
  if (wave === 5 && at < 0.64) return place % 97 < 1 ? "unknown" : "assigned";
  return "planned";
}

export function crew(scene: string, total: number): World {
  const size = Math.max(50, Math.ceil(total / 10 / 50) * 50) > 2500 ? 2500 : Math.max(50, Math.ceil((total - PILOT) / 10 / 50) * 50);
  const rows = Array.from({ length: total }, (_, n): PersonRow => {
    const who = someone(n);
    const wave = n < PILOT ? 0 : 1 + Math.floor((n - PILOT) / size);
    const state = stateOf(scene, n, wave, size, wave === 0 ? n : (n - PILOT) % size);
    const different = roll(n * 3 + 1) > 0.97;
    const placed = ["proven", "signedIn", "retired"].includes(state);
    return {
      ...who,
      oldUsername: different ? who.login.replace("northwind.example", "nw-legacy.example") : who.login,
      newUsername: who.login,
      class: different ? "different" : "same",
      path: roll(n * 5) < 0.88 ? `through ${["Support Tier 1", "Zendesk Agents", "Kundenbetreuung Österreich und Schweiz (Light Agents)"][n % 3] ?? ""}` : "individual",
      wave: scene === "nopilot" ? null : wave,
      inPilot: wave === 0 && scene !== "nopilot",
      state,
      placed,
      sameAccount: placed ? (n === 5 ? null : true) : null,
      signedIn: state === "signedIn" || state === "retired",
      note: state === "excluded" ? "Left the company, account kept for a legal hold" : state === "failed" ? (FAULTS[n % 3] ?? null) : state === "unknown" ? "No answer came: the connection was cut after the call was sent." : null,
    };
  });
  const runOf: World["runOf"] = (wave, people, counts) => ({
    migration: "m1",
    title: wave === 0 ? "Pilot" : `Wave ${wave}`,
    state: "running",
    done: people - counts.planned,
    total: people,
    counts,
    now: "Leonie Baptiste-Okafor",
    waiting: null,
    remark: null,
    callsPerMinute: 218,
    endsAt: new Date(Date.now() + 52 * 6e4).toISOString(),
    canPause: true,
    problem: null,
  });
  const world: World = { rows, size, wave: 5, run: null, settings: SETTINGS, approved: scene === "nopilot" ? null : ago(300), runOf };
  if (scene === "waves" || scene === "failed") {
    const running = rows.filter((r) => r.wave === 5);
    world.run = runOf(5, running.length, tally(running));
    if (scene === "failed")
      Object.assign(world.run, {
        state: "paused",
        problem: { code: "okta", what: "Wave 5 has paused itself.", why: "Ten people failed in a row with the same answer: Zendesk Suite does not take any more agents.", mend: "Buy or free seats in Zendesk, then resume. Nobody has lost anything.", link: { label: "Open the Provisioning tab", url: "https://northwind-admin.okta.com" }, detail: null },
      });
  }
  return world;
}

const step = (title: string, words: string, tone: NextStep["tone"], primary: NextStep["primary"] = null, secondary: NextStep["secondary"] = null): NextStep => ({ title, words, tone, primary, secondary });

const CHECKS: [ScriptCheck, string, string][] = [
  ["opens", "Opens", "Open the new tile: it opens without asking for another password."],
  ["rightAccount", "Right account", "Look around: it is their account, with everything that was theirs."],
  ["rightRole", "Right role", "They can do what they could do before, and nothing more."],
  ["signOut", "Sign-out", "Sign out of the service, then open the tile once more."],
  ["mobile", "Mobile", "Open it on the phone, where they use it there."],
];
export const told = new Map<string, { result: ScriptResult; note: string }>();

export function scriptOf(person: string): PilotPerson["script"] {
  return CHECKS.map(([check, title, words]) => {
    const one = told.get(`${person} ${check}`);
    return { check, title, words, result: one?.result ?? null, note: one?.note ?? "", at: one ? new Date().toISOString() : null };
  });
}

const COVERED: [string, [string, number][]][] = [
  ["Ways to the new app", [["individually", 564], ["through a group alone", 3988], ["through a group, with a username or values of their own", 412]]],
  ["Groups", [["Support Tier 1", 1604], ["Zendesk Agents", 1652], ["Kundenbetreuung Österreich und Schweiz (Light Agents)", 1690], ["Contractors", 36]]],
  ["Kinds of username", [["the same as before", 4830], ["another domain", 118], ["different", 34]]],
  ["Roles and licences", [["role: Agent", 3010], ["role: Light Agent", 1890], ["role: Admin", 12], ["role: Auditor", 4]]],
  ["Attributes", [["Cost centre: is empty", 210], ["Cost centre: own value, sent for the person", 18], ["Manager: gets another value than today", 77]]],
  ["User types", [["the default type", 4700], ["Contractor", 282]]],
  ["Kinds of account", [["provisioned", 4950], ["never provisioned", 32]]],
];

/** Each person covers a few things, made up by their number. */
export function coverageOf(people: readonly PersonRow[], all: readonly PersonRow[]): PilotCoverage {
  const who = (n: number): PersonRow | undefined => people.find((p) => [0, 5, 11].some((k) => (Number(p.id.replace(/\D/g, "")) * 7 + k) % 24 === n));
  let n = -1;
  const kinds = COVERED.map(([title, items]) => {
    const out = items.map(([name, count]) => {
      const by = who(++n) ?? null;
      return { name, people: count, by: by?.name ?? null, best: by || name === "never provisioned" ? null : (all[(n * 37 + 5) % all.length] ?? null) };
    });
    const able = out.filter((i) => i.by !== null || i.best !== null);
    return { title, covered: able.filter((i) => i.by !== null).length, total: able.length, items: out.sort((a, b) => Number(a.by !== null) - Number(b.by !== null)), more: 0 };
  });
  const covered = kinds.reduce((sum, k) => sum + k.covered, 0);
  const total = kinds.reduce((sum, k) => sum + k.total, 0);
  const open = kinds.flatMap((k) => k.items).filter((i) => i.by === null && i.best !== null).map((i) => i.name);
  return { covered, total, words: open.length === 0 ? `Everything is covered: ${total} things.` : `${covered} of ${total} covered: ${open.slice(0, 2).join(" and ")}${open.length > 2 ? ` and ${open.length - 2} more` : ""} are in nobody.`, kinds };
}

export function pilotScene(scene: string, w: World, counts: OutcomeCounts, plan: PlanView): PilotView {
  const people = w.rows.filter((r) => r.inPilot).sort((a, b) => a.name.localeCompare(b.name));
  const stale = scene === "stale";
  return {
    next:
      people.length === 0
        ? step("Choose who goes first", "Five to fifteen people who differ from each other. Rehome suggests some.", "info", { label: "Choose people", action: { kind: "choosePilot" } })
        : scene === "keys"
          ? step("Fatima Nowak is on another account", "Okta shows another account id on the new app than on the old one for Fatima Nowak. Either the new app made a second account, or the two apps know accounts by different keys.", "bad", { label: "Say what you found", action: { kind: "stateOtherKeys" } }, { label: "Show them", action: { kind: "showPeople", state: "failed" } })
          : scene === "wayback"
          ? step("Try the way back on one person", "Everybody of the pilot has signed in. Before hundreds follow, one person goes back and forth: Fatima Nowak.", "info", { label: "Try the way back", action: { kind: "rehearseUndo", person: people[0]?.id ?? "" } }, { label: "Skip it by name", action: { kind: "skipRehearsal" } })
          : stale
          ? step("Look at the plan again", "Okta has changed since you approved it. Nothing was sent.", "bad", { label: "Look at what differs", action: { kind: "reviewPlan" } })
          : counts.planned === people.length
            ? step("Make the plan", "Then you read it, approve it, and the pilot runs.", "info", { label: "Make the plan", action: { kind: "draftPlan" } })
            : step("Ask the pilot people to sign in to Zendesk Suite", "8 of 12 have. Rehome looks in the System Log when you read proofs again.", "review", { label: "Read proofs now", action: { kind: "prove" } }, { label: "Go to Waves", action: { kind: "goTo", step: "waves" } }),
    people: people.map((row, n) => {
      const script = scriptOf(row.id);
      return { row, refused: n === 3 && !row.signedIn ? "Certificate mismatch" : null, accountWords: row.sameAccount === null ? "Not applicable: Okta shows no account id on the old app." : "Both apps point at the same account in the service.", script, passed: script.filter((l) => l.result === "pass" || l.result === "notApplicable").length };
    }),
    counts,
    plan: people.length === 0 ? null : plan,
    open: scene === "nopilot" && counts.planned === people.length,
    coverage: people.length === 0 ? null : coverageOf(people, w.rows),
    ask: people.length === 0 ? null : { addresses: people.map((p) => p.login).join("; "), table: people.map((p) => `${p.name}\t${p.login}`).join("\n"), message: "Hello,\n\nwe are moving Zendesk (2019) to a new tile on your Okta dashboard, Zendesk Suite. You are among the first, and your help decides whether everybody else can follow. Nothing is taken away from you: the old tile stays where it is.\n\nWhen you see the new tile, please take five minutes:\n1. Open Zendesk Suite. Does it open without asking for another password?\n2. Look around. Is it your account, with everything that was yours?\n3. Can you do what you could do before?\n4. Sign out of Zendesk Suite, then open it once more.\n5. If you use it on your phone, open it there, too.\n\nThen answer with yes or no for each of the five.\n\nThank you!\n" },
    stops: [],
    otherKeys: null,
    rehearsal: {
      state: scene === "pilot" ? "refused" : people.length === 0 || counts.signedIn === 0 ? "notYet" : "done",
      words: scene === "pilot" ? "Zendesk Suite has Deactivate Users ticked: taking somebody off it would switch off the account that both apps use. Untick it under Provisioning, To App, and save. Tick it again when the last wave is done." : "Once somebody of the pilot is proven, Rehome takes one person off the new app and gives it again. Nobody loses the old app by that.",
      person: people[0] ? { id: people[0].id, name: people[0].name } : null,
      others: people.slice(1, 5).map((p) => ({ id: p.id, name: p.name })),
      by: null,
      reason: null,
      at: null,
      link: scene === "pilot" ? { label: "Open the Provisioning tab", url: "https://northwind-admin.okta.com" } : null,
    },
    proofWords: people.length === 0 ? "" : "Proven means: read back on the new app with the planned username, and the same Zendesk account on both apps (both instances use the same key). The pilot also needs a sign-in of everybody. 4 people have not signed in yet.",
  };
}

export function wavesScene(scene: string, w: World, counts: OutcomeCounts, waves: WaveView[], plan: PlanView): WavesView {
  const due = waves.find((x) => x.state === "planned" || x.state === "stopped")?.number ?? 5;
  const held: Record<string, NextStep> = {
    budget: step("11 people failed in wave 5, 10 may", "Mend the cause, then try these people again. Or approve exactly so many exceptions: they stay on the old app, and the wave goes on.", "bad", { label: "Try the 11 again", action: { kind: "retryFailed", wave: 5 } }, { label: "Approve 11 exceptions", action: { kind: "approveExceptions", wave: 5, number: 11 } }),
    gate: step("3 people are not proven yet in wave 4", "On the new app, but not as planned. Reading Okta again has changed nothing. Wave 4 has 99 % of its people proven, 100 % are asked for before wave 5 opens.", "review", { label: "Try again", action: { kind: "runWave", wave: 4 } }, { label: "Open wave 5 anyway", action: { kind: "openWave", wave: 5 } }),
    foreign: step("Somebody else changed the new app", "Leonie Baptiste-Okafor lost the new app. And 1 more change. Nothing goes on before somebody has looked at them.", "bad", { label: "Look at the changes", action: { kind: "acceptForeign" } }),
    swap: step("Go on with wave 5", "It was stopped before its end. Everybody who is placed stays placed.", "info", { label: "Go on with wave 5", action: { kind: "runWave", wave: 5 } }, { label: "Roll back", action: { kind: "rollBack" } }),
  };
  return {
    next: held[scene] ?? (w.run ? step("Wave 5 is running", "You can leave Rehome open and do something else.", "info") : scene === "nopilot" || scene === "pilot" ? step("Finish the pilot first", "The waves open when everybody of the pilot has signed in.", "review", { label: "Go to Pilot", action: { kind: "goTo", step: "pilot" } }) : step(`Run wave ${due}`, `${count(w.size)} people, about 4 minutes. Nobody notices anything but a second tile.`, "info", { label: `Run wave ${due}`, action: { kind: "runWave", wave: due } })),
    truth: w.run ? "Wave 5 is running. Nobody has lost anything: the old app stays until step 5." : `${count(counts.proven)} of ${count(w.rows.length)} people are proven on the new app. The old app stays until step 5.`,
    how: "Today's window 20:00 to 23:30 (Berlin). The computer stays awake; closing the lid pauses cleanly.",
    people: w.rows.length,
    counts,
    waves,
    plan,
    waveSize: w.size,
    errorBudget: 10,
    failedInWave: scene === "failed" ? 10 : 2,
    endsAt: w.run?.endsAt ?? null,
    floorEndsAt: w.run ? new Date(Date.now() + 51 * 6e4).toISOString() : null,
    callsPerMinute: w.run ? 218 : 0,
    callsAllowed: 225,
    refusedByOkta: 0,
    callsHistory: w.run ? [150, 205, 212, 214, 210, 218, 220, 216, 208, 211, 214, 222, 160, 201, 215, 219, 214, 217, 213, 218] : [],
  };
}

const CAUSES = [
  { cause: "values", title: "Okta found something wrong with the values", mend: "Read what Okta says of the value, correct it in Map or in Okta, then try again.", help: "mend", link: { label: "Open the new app's people", url: "https://northwind-admin.okta.com" } },
  { cause: "provisioning", title: "The service did not take the account", mend: "Okta lists each as a task with the service's own words. Mend it there, retry the task, then read the proofs again.", help: "mend", link: { label: "Open Okta's tasks", url: "https://northwind-admin.okta.com" } },
  { cause: "server", title: "Okta could not answer", mend: "It has passed, more often than not: try again.", help: "retry", link: null },
] as const;

export function failuresScene(w: World): FailuresView {
  const failed = w.rows.filter((r) => r.state === "failed");
  const groups = CAUSES.map((cause, i) => {
    const people = failed.filter((r) => FAULTS.indexOf(r.note ?? "") === i);
    const waves = [...new Set(people.map((r) => r.wave ?? 0))].map((wave) => {
      const n = people.filter((r) => r.wave === wave).length;
      return { wave, title: wave === 0 ? "Pilot" : `Wave ${wave}`, people: n, failed: n };
    });
    return { ...cause, count: people.length, waves, people };
  });
  const named = (row: PersonRow | undefined, reason: string) => (row ? [{ row, name: "Ana Müller", reason, at: ago(300) }] : []);
  return {
    groups: groups.filter((g) => g.count > 0),
    excepted: named(failed[0], "Leaves the company on Friday; keeps the old app until then."),
    held: named(w.rows.find((r) => r.state === "planned"), "On parental leave, asked to be moved when back."),
  };
}

export function retireScene(scene: string, w: World): RetireView {
  const open = scene === "retireopen" || scene === "delete" || scene === "done";
  const everyone = w.rows.filter((r) => r.state !== "excluded").length;
  const counts: OutcomeCounts = { ...tally(w.rows), ...(open ? { retired: 1, signedIn: everyone - 1, proven: everyone - 1 } : {}) };
  const late = w.rows.filter((_, i) => i % 700 === 40).map((r) => r.id);
  return {
    next: open
      ? step("Look at Jonas Weber's account in Zendesk", "He no longer has the old app. Is his account still active? Only you can see that.", "review", { label: "Answer by name", action: { kind: "attestCanary" } })
      : step("Switch off Deactivate Users on the old app", "Okta has no API for this app: open its Provisioning tab, To App, and untick Deactivate Users. Rehome is watching and opens the gate by itself.", "bad", { label: "Open the Provisioning tab", action: { kind: "open", url: "https://northwind-admin.okta.com" } }),
    gate: {
      open,
      readAt: ago(0.2),
      checks: [
        { id: "everyone-proven", title: `All ${count(everyone)} people are proven on the new app`, words: `${count(w.rows.length - everyone)} left out by name, with reasons`, outcome: "passed", link: null, people: [] },
        open
          ? { id: "deactivate-users", title: "The old app no longer deactivates accounts", words: "Deactivate Users is off; read again before every batch", outcome: "passed", link: null, people: [] }
          : { id: "deactivate-users", title: "The old app still deactivates accounts in Zendesk", words: `Deactivate Users is on. Unassigning would switch off ${count(everyone)} Zendesk accounts that your colleagues use through the new app.`, outcome: "blocked", link: { label: "Open in Okta", url: "https://northwind-admin.okta.com" }, people: [] },
        { id: "attestation", title: "You have looked at the box yourself", words: open ? "Ana Müller, today" : "Okta does not tell this box reliably: somebody has to look", outcome: open ? "passed" : "attest", link: null, people: [] },
        { id: "push-groups", title: "No push groups are left on the old app", words: "6 moved, linked to the same Zendesk groups", outcome: "passed", link: null, people: [] },
        { id: "profile-source", title: "The old app is not a profile source", words: "read just now", outcome: "passed", link: null, people: [] },
        { id: "sign-ins", title: "Sign-ins still reach the old app", words: `${late.length} people in the last 24 hours, 41 the day before`, outcome: "needsReview", link: null, people: late },
      ],
    },
    attestation: open ? { name: "Ana Müller", at: ago(50), expires: new Date(Date.now() + 83e6).toISOString(), fresh: true } : null,
    canary: { who: "Jonas Weber", state: open ? "watching" : "chosen", words: open ? "Unassigned 14 minutes ago, watched since." : "Has the old app one by one, in no assigned group. Goes first, alone.", evidence: open ? ["no deactivation in the System Log", "new app user unchanged", "still a member of 4 groups"] : [], attestedBy: null },
    stages: [
      { number: 1, title: "Canary", words: "Jonas Weber, then the smallest group (9 people). 15 minutes of watching log and accounts each.", tone: open ? "info" : "neutral", done: false, current: true },
      { number: 2, title: "Groups", words: `3 groups off the old app: approve exactly ${count(4368)} people; nobody loses Zendesk.`, tone: "neutral", done: false, current: false },
      { number: 3, title: "Individuals", words: "564 people in 6 batches, at most 100 an hour.", tone: "neutral", done: false, current: false },
    ],
    groups: [
      { id: "g1", name: "Light agents DACH", members: 9, words: "the smallest, taken off first and watched", done: open },
      { id: "g2", name: "Zendesk Agents", members: 1204, words: "everybody has the new app through it", done: false },
      { id: "g3", name: "Support Tier 1", members: 3155, words: "everybody has the new app through it", done: false },
    ],
    membersToApprove: 4368,
    individualsLeft: 564,
    counts,
    canGiveBack: open ? 9 : 0,
    exceptions: [{ person: w.rows[300]?.id ?? "", name: w.rows[300]?.name ?? "", reason: "On parental leave until March; the account is kept", at: ago(200) }],
  };
}

export function deleteScene(scene: string): DeleteView {
  const done = scene === "done";
  return {
    next: step("Deactivate the old app", "Nobody has it any more, and nobody has signed in through it for 7 days.", "info", { label: "Deactivate the old app", action: { kind: "deactivateOld" } }),
    gate: {
      open: true,
      readAt: ago(1),
      checks: [
        { id: "nobody-left", title: "No person and no group is left on the old app", words: "counted twice, a minute apart", outcome: "passed", link: null, people: [] },
        { id: "soak", title: "No sign-in for 7 days", words: "the last one was 8 days ago", outcome: "passed", link: null, people: [] },
        { id: "deactivate-users", title: "The old app cannot deactivate accounts", words: "Deactivate Users is off", outcome: "passed", link: null, people: [] },
      ],
    },
    oldStatus: done ? "deleted" : "ACTIVE",
    nameToType: "Zendesk (2019)",
    deactivatedAt: done ? ago(60 * 30) : null,
    deletedAt: done ? ago(3) : null,
    lostForGood: ["Its signing certificate and SAML settings", "Its attribute mappings and 14 custom attributes", "Its System Log target: searches by this app find its name only"],
    report: done ? { html: "/home/ana/Documents/Rehome/Zendesk (2019) to Zendesk Suite.html", csv: "/home/ana/Documents/Rehome/Zendesk (2019) to Zendesk Suite.csv" } : null,
  };
}
