// Made-up data from the pilot to the end, with a wave that runs before one's eyes. Scenes: nopilot, pilot, stale, waves, idle,
// failed, retire, retireopen, delete, done. Never part of a release.
import type { Door, MigrationView, PersonState, PlanView, RunView, Step, WaveView } from "../door";
import { cutOverScene } from "./cutover";
import { planDoor, planParts } from "./plan";
import { count, coverageOf, crew, deleteScene, failuresScene, pilotScene, retireScene, scriptOf, tally, told, wavesScene, type World } from "./late-scenes";

type Stage = { changed: () => void; progress: (run: RunView) => void };

const LATE = new Set(["nopilot", "pilot", "stale", "waves", "idle", "failed", "retire", "retireopen", "delete", "done", "cutover", "cutoverready", "cutoverrun", "cutoverdone", "cutoverback"]);
const STEP: Record<string, Step> = { nopilot: "pilot", pilot: "pilot", stale: "pilot", retire: "retire", retireopen: "retire", delete: "delete", done: "delete" };

let world: World | undefined;

export function frameOf(scene: string, base: MigrationView): MigrationView {
  if (!LATE.has(scene) || !world) return base;
  const cut = scene.startsWith("cutover");
  const current = cut ? "cutOver" : STEP[scene] ?? "waves";
  const order: Step[] = ["compare", "map", "pilot", "waves", "cutOver", "retire", "delete"];
  const words: Record<Step, [string, string]> = {
    compare: ["all settled", ""],
    map: ["all settled", ""],
    pilot: ["12 of 12 proven", scene === "nopilot" ? "choose a few people" : "8 of 12 signed in"],
    waves: [`${count(world.rows.length)} people`, "wave 5 of 10 is running"],
    cutOver: ["sign-in has switched", scene === "cutoverrun" ? "under way" : scene === "cutoverdone" ? "8 of 12 of the pilot signed in" : scene === "cutoverready" ? "ready to start" : "2 to settle first"],
    retire: ["4,941 off the old app", "gate closed: 1 blocks"],
    delete: ["deleted", "remove the old app"],
  };
  return {
    ...base,
    current,
    untouched: false,
    run: world.run,
    calls: { used: world.run ? 218 : 12, allowed: 225, refused: 0 },
    finished: scene === "done",
    steps: base.steps.flatMap((s) => (cut && s.step === "retire" ? [{ ...s, number: null, step: "cutOver" as const, title: "Cut-over" }, s] : [s])).map((s) => {
      const done = scene === "done" || order.indexOf(s.step) < order.indexOf(current);
      const now = s.step === current && !done;
      return { ...s, done, reachable: true, tone: done ? "good" : now && s.step === "retire" ? "bad" : now && (scene === "cutover" || scene === "cutoverrun") ? "review" : now ? "info" : "neutral", words: words[s.step][done ? 0 : now || s.step !== "waves" ? 1 : 0] };
    }),
  };
}

const letters: Record<PersonState, string> = { planned: "p", assigned: "a", proven: "v", signedIn: "s", failed: "f", unknown: "u", excluded: "x", retired: "r", held: "h" };

export function late(scene: string, people: number, stage?: Stage): Partial<Door> {
  if (!LATE.has(scene)) return {};
  const w: World = (world = crew(scene, people));
  const tell = (): void => stage?.changed();

  const plan = (): PlanView => ({
    digest: "9f41c07be2a8",
    chosenSince: false,
    approvedAt: w.approved,
    approvedBy: w.approved ? "Robin Example" : null,
    ...planParts(w),
    stale: scene === "stale" ? ["Zendesk Agents has 3 members more than when the plan was made: Aoife Murphy, Ravi Gupta, Mei Chen.", "The username template of Zendesk Suite was changed to user.login."] : [],
    people: w.rows.length - tally(w.rows).excluded,
    waves: Math.ceil((w.rows.length - 12) / w.size),
    waveSize: w.size,
    routes: [
      { title: "Whole group", words: "5 groups are put on the new app, each once; their members get it with them.", people: Math.round(w.rows.length * 0.22), calls: 5 },
      { title: "Group later, converted", words: "People of 2 large groups go through a group made for this migration, wave by wave; at the end the original groups take over.", people: Math.round(w.rows.length * 0.66), calls: Math.round(w.rows.length * 0.66) + 9 },
      { title: "One by one", words: "They have the old app one by one, and keep it so.", people: Math.round(w.rows.length * 0.12), calls: Math.round(w.rows.length * 0.12) },
    ],
    excluded: tally(w.rows).excluded,
    groupRemarks: ["Light agents DACH is not given whole: Jonas Weber, a member, is left out by name.", "Between runs, whoever leaves Zendesk Agents keeps the new app until the next wave begins."],
    willNotChange: ["The old app: nobody is unassigned before step 5.", "Group memberships of your own groups, group rules, push groups.", "Usernames and values in Zendesk."],
    calls: Math.round(w.rows.length * 0.78) + 14,
    minutes: Math.ceil((w.rows.length * 0.78) / 210),
    floorMinutes: Math.ceil((w.rows.length * 0.78) / 225),
    shape: "Parallel: both apps work until step 5, because Zendesk holds several identity providers.",
  });

  const waveOf = (number: number): WaveView => {
    const rows = w.rows.filter((r) => r.wave === number);
    const counts = tally(rows);
    const running = w.run !== null && w.wave === number;
    const begun = counts.planned + counts.excluded < rows.length;
    return {
      number,
      title: number === 0 ? "Pilot" : `Wave ${number}`,
      state: !begun && number === 8 ? "onHold" : running ? (w.run?.state === "paused" ? "paused" : "running") : !begun ? "planned" : counts.planned > 0 ? "stopped" : counts.failed + counts.unknown > 0 ? "unproven" : "done",
      people: rows.length,
      counts,
      groups: number === 3 ? ["Zendesk Agents EMEA", "Light agents DACH"] : [],
      started: begun ? new Date(Date.now() - (12 - number) * 36e5).toISOString() : null,
      excepted: number === 2 ? 1 : 0,
      onHold: number === 8 ? "The Vienna office is on a company trip that week." : null,
      gate: number === 7 ? "474 of 500 are proven; all of them must be" : null,
      errorBudget: 10,
      beginsAt: begun ? null : new Date(new Date().setHours(20, 0, 0, 0) + Math.ceil((number - 5) / 3) * 864e5).toISOString(),
      ended: begun && !running ? new Date(Date.now() - (12 - number) * 36e5 + 16 * 6e4).toISOString() : null,
    };
  };
  const numbers = (): number[] => [...new Set(w.rows.map((r) => r.wave ?? -1))].filter((n) => n >= 0).sort((a, b) => a - b);

  function advance(): void {
    const run = w.run;
    if (!run) return;
    if (run.state === "pausing") w.run = { ...run, state: "paused" };
    if (run.state === "stopping") {
      w.run = null;
      stage?.progress({ ...run, state: "finished" });
      tell();
      return;
    }
    if (w.run?.state === "running") {
      const rows = w.rows.filter((r) => r.wave === w.wave);
      for (const row of rows.filter((r) => r.state === "assigned").slice(0, 3)) Object.assign(row, { state: "proven", placed: true, sameAccount: true });
      const next = rows.filter((r) => r.state === "planned").slice(0, 3);
      for (const row of next) row.state = "assigned";
      const counts = tally(rows);
      w.run = { ...w.run, counts, done: rows.length - counts.planned, now: next.at(-1)?.name ?? "Reading proofs" };
      if (counts.planned + counts.assigned === 0) {
        stage?.progress({ ...w.run, state: "finished" });
        w.run = null;
      }
    }
    if (w.run) stage?.progress(w.run);
    tell();
  }
  if (stage) setInterval(advance, 600);

  const begin = (wave: number): Promise<void> => {
    const rows = w.rows.filter((r) => r.wave === wave);
    w.wave = wave;
    for (const row of rows) if (row.state === "failed" || row.state === "unknown") Object.assign(row, { state: "planned", note: null });
    w.run = w.runOf(wave, rows.length, tally(rows));
    stage?.progress(w.run);
    tell();
    return Promise.resolve();
  };
  const set = (change: Partial<RunView>): Promise<void> => {
    if (w.run) w.run = { ...w.run, ...change };
    if (w.run) stage?.progress(w.run);
    tell();
    return Promise.resolve();
  };
  const does = (deed: () => void): Promise<void> => {
    deed();
    tell();
    return Promise.resolve();
  };
  const retire = retireScene(scene, w);
  const last = deleteScene(scene);

  return {
    cutOver: async () => cutOverScene(scene, w.rows),
    agreeCutOver: () => does(() => {}),
    attestCutOver: () => does(() => {}),
    startCutOver: () => does(() => {}),
    finishCutOver: () => does(() => {}),
    undoCutOver: () => does(() => {}),
    pilot: async () => pilotScene(scene, w, tally(w.rows.filter((r) => r.inPilot)), plan()),
    suggestPilot: async (_m, chosen) => w.rows.slice(2, 12).filter((r) => !chosen.includes(r.id)).map((r, i) => ({ ...r, note: ["Contractors · role: Auditor", "role: Admin", "covers with others", "individually · Cost centre: is empty"][i % 4]! })),
    pilotCoverage: async (_m, people) => coverageOf(w.rows.filter((r) => people.includes(r.id)), w.rows),
    setScript: (_m, person, check, result, note) => does(() => (result ? told.set(`${person} ${check}`, { result, note }) : told.delete(`${person} ${check}`))),
    passScript: (_m, person) => does(() => scriptOf(person).forEach((l) => l.result ?? told.set(`${person} ${l.check}`, { result: "pass", note: "" }))),
    settleScript: () => does(() => undefined),
    stateOtherKeys: () => does(() => undefined),
    rehearseUndo: () => does(() => undefined),
    skipRehearsal: () => does(() => undefined),
    setPilot: (_m, ids) => does(() => w.rows.forEach((r) => Object.assign(r, { inPilot: ids.includes(r.id) }))),
    draftPlan: async (_m, size) => {
      await new Promise((r) => setTimeout(r, 500));
      w.size = size;
      w.approved = null;
      if (scene === "stale") scene = "pilot";
      tell();
      return plan();
    },
    ...planDoor(w, does),
    approvePlan: () => does(() => (w.approved = new Date().toISOString())),
    runWave: (_m, wave) => begin(wave),
    retryFailed: (_m, wave) => begin(wave),
    runSettings: async () => ({ settings: w.settings, zone: "Europe/Berlin", window: "Today's window 20:00 to 23:30 (Berlin)", open: true, advice: null, allowed: 225 }),
    setRunSettings: (_m, settings) => does(() => (w.settings = settings)),
    holdPerson: (_m, id, reason) => does(() => Object.assign(w.rows.find((r) => r.id === id) ?? {}, { state: reason ? "held" : "planned", note: reason })),
    failures: async () => failuresScene(w),
    foreignChanges: async () => [
      { id: "gone 1", words: "Leonie Baptiste-Okafor lost the new app.", seen: new Date().toISOString() },
      { id: "group on 2", words: "The group Zendesk Light Agents was put on the new app.", seen: new Date().toISOString() },
    ],
    holdWave: () => does(() => undefined),
    approveExceptions: () => does(() => undefined),
    openWave: () => does(() => undefined),
    acceptForeign: () => does(() => undefined),
    dismissRun: () => does(() => undefined),
    pause: () => set({ state: "pausing" }),
    resume: () => set({ state: "running" }),
    stop: () => set({ state: "stopping" }),
    prove: () => does(() => w.rows.forEach((r) => r.state === "unknown" && Object.assign(r, { state: "proven", placed: true, note: null }))),
    waves: async () => wavesScene(scene, w, tally(w.rows), numbers().map(waveOf), plan()),
    peopleMap: async () => ({
      counts: tally(w.rows),
      blocks: numbers().map((n) => {
        const rows = w.rows.filter((r) => r.wave === n);
        const { state } = waveOf(n);
        return { wave: n, title: n === 0 ? "Pilot" : `Wave ${n}`, note: state === "planned" ? "Thu 20:00" : state === "onHold" ? "on hold" : state === "unproven" ? "done" : state, people: rows.map((r) => r.id), states: rows.map((r) => letters[r.state]).join("") };
      }),
    }),
    people: async (_m, f, offset, limit) => {
      const part = f.search.toLowerCase();
      const rows = w.rows.filter((r) => (!f.state || r.state === f.state || (f.state === "proven" && r.state === "signedIn")) && (f.wave == null || r.wave === f.wave) && (!part || `${r.name} ${r.login} ${r.oldUsername}`.toLowerCase().includes(part)));
      return { total: rows.length, offset, rows: rows.slice(offset, offset + limit) };
    },
    person: async (_m, id) => {
      const row = w.rows.find((r) => r.id === id) ?? w.rows[0]!;
      return {
        row,
        route: row.path === "individual" ? "One by one, with the planned username." : "Through a group made for this migration; its own group takes over at the end.",
        values: [{ attribute: "userName", old: row.oldUsername, new: row.newUsername, differs: row.oldUsername !== row.newUsername, note: "", from: "Okta's template" }, { attribute: "role", old: "agent", new: "agent", differs: false, note: "", from: "the old app's role" }],
        history: row.state === "planned" ? [] : [{ at: new Date(Date.now() - 5e6).toISOString(), words: "Assigned to Zendesk Suite", tone: "info" }, { at: new Date(Date.now() - 4.9e6).toISOString(), words: row.state === "failed" ? (row.note ?? "Failed") : "Read back, as planned", tone: row.state === "failed" ? "bad" : "good" }],
        script: row.wave === 0 && scene !== "nopilot" ? scriptOf(row.id) : [],
        proofs: [
          { title: "Placed", words: row.placed ? "read back as planned" : "not yet", tone: row.placed ? "good" : "neutral" },
          { title: "Same account", words: row.sameAccount ? "externalId is equal on both apps" : "not yet", tone: row.sameAccount ? "good" : "neutral" },
          { title: "Signed in", words: row.signedIn ? "today" : "not yet", tone: row.signedIn ? "good" : "neutral" },
        ],
        canExclude: row.state === "planned",
        routeChosen: null, canChooseRoute: row.state === "planned",
        canHold: row.state === "planned" || row.state === "failed" || row.state === "held",
        excepted: null,
        canRetry: row.state === "failed",
        groups: row.path === "individual" ? [] : [{ name: row.path.replace("through ", ""), priority: 0, wins: true }],
        lastUse: new Date(Date.now() - 2.6e8).toISOString(),
        suspect: null,
        ownUsername: null,
        canSettle: false,
      };
    },
    retire: async () => structuredClone(retire),
    retireReadGate: () => does(() => (retire.gate.readAt = new Date().toISOString())),
    attest: (_m, name) => does(() => (retire.attestation = { name, at: new Date().toISOString(), expires: new Date(Date.now() + 864e5).toISOString(), fresh: true })),
    attestCanary: (_m, name, active) => does(() => retire.canary && Object.assign(retire.canary, { attestedBy: name, state: active ? "stayed" : "lost" })),
    exceptPerson: (_m, id, reason) =>
      does(() => {
        retire.exceptions = retire.exceptions.filter((e) => e.person !== id);
        if (reason) retire.exceptions.push({ person: id, name: w.rows.find((r) => r.id === id)?.name ?? id, reason, at: new Date().toISOString() });
      }),
    retireCanary: () => does(() => retire.canary && Object.assign(retire.canary, { state: "watching", evidence: ["no deactivation in the System Log", "new app user unchanged"] })),
    retireGroups: () => does(() => retire.groups.forEach((g) => (g.done = true))),
    retireIndividuals: () => does(() => (retire.individualsLeft = 0)),
    rollBackView: async () => ({
      possible: true,
      people: 3_412,
      lines: ["Rehome wave group 1 (Zendesk Suite) comes off the new app and is deleted: 3,306 people.", "The group Sales EMEA comes off the new app.", "106 people are unassigned from the new app."],
      keeps: "Everybody keeps the old app all the time. Changes of settings on the new app stay as they are; they have their own way back.",
      standing: ["Rehome wave group 1 (Zendesk Suite)"],
    }),
    share: async () => ({
      words: "Okta lets one token use 50 % of each limit of the org, at most. Half is what every token has by default. Rehome leaves a quarter of that to others.",
      takes: "While a wave runs, Rehome may take up to 90 % of every limit of the org, not only of the one for apps: other tokens and apps share what is left. As soon as the wave ends it is put back, and if Rehome is ended in the middle, at its next start.",
      candidates: [{ id: "00T1", name: "Rehome", kind: "SSWS_TOKEN", percentage: 50, atOnce: 50 }],
      unavailable: null,
      most: 90,
      approved: null,
      approvedBy: null,
      raised: null,
    }),
    undoRetire: () => does(() => (retire.canGiveBack = 0)),
    deleteStep: async () => structuredClone(last),
    deactivateOld: () => does(() => Object.assign(last, { oldStatus: "INACTIVE", deactivatedAt: new Date().toISOString() })),
    deleteOld: () => does(() => Object.assign(last, { oldStatus: "deleted", deletedAt: new Date().toISOString() })),
  };
}
