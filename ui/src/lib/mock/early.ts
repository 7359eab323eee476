// Made-up data for everything up to the map, with the deeds that change it. Never part of a release.
import { ProblemError, type ActivityRow, type Door, type MigrationView, type PersonRow, type RunView, type UsernameChoice, type UsernameClass } from "../door";
import { attributes, how, shown } from "./attributes";
import { raws, settling } from "./compare";
import { findings, sections } from "./findings";
import { inSet, mapping } from "./map";
import { roll, someone } from "./names";
import { appProbes, notAccepted, setup } from "./service-app";
import { apps, frame, northwind, practice, probes, problem, startView } from "./org";

export type Stage = {
  scene: string;
  people: number;
  changed: () => void;
  progress: (run: RunView) => void;
};

const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));
const no = (...args: Parameters<typeof problem>): never => {
  throw new ProblemError(problem(...args));
};

function everybody(total: number): PersonRow[] {
  return Array.from({ length: total }, (_, n) => {
    const { id, name, login, department } = someone(n);
    const r = roll(n * 3 + 1);
    const kind: UsernameClass = n % 1661 === 3 ? "blank" : n % 2490 === 7 ? "collision" : r < 0.9438 ? "same" : r < 0.986 ? "caseOnly" : "different";
    const old = kind === "caseOnly" ? login.replace(/^./, (c) => c.toUpperCase()) : kind === "different" ? login.replace("northwind.example", "nw-legacy.example") : login;
    return {
      id, name, login, department,
      oldUsername: old,
      newUsername: kind === "blank" ? "" : login,
      class: kind,
      path: roll(n * 5) < 0.88 ? `through ${["Support Tier 1", "Zendesk Agents", "Light agents DACH"][n % 3]}` : "individual",
      wave: null,
      inPilot: false,
      state: n % 140 === 9 ? ("excluded" as const) : ("planned" as const),
      placed: false,
      sameAccount: null,
      signedIn: false,
      note: n % 140 === 9 ? "Left the company, account kept for a legal hold" : kind === "collision" ? "ana.mueller@northwind.example is predicted for two people" : kind === "blank" ? "The template gives nothing: user.email is empty" : null,
    };
  }).sort((a, b) => a.name.localeCompare(b.name));
}

export function early(stage: Stage) {
  const { scene } = stage;
  let start = startView(scene);
  const view: MigrationView = frame("m1");
  const found = findings();
  const filled = attributes();
  const people = everybody(stage.people);
  const choices = new Map<UsernameClass, UsernameChoice>([["caseOnly", "takePredicted"], ["different", "open"]]);
  const rules = new Map<UsernameClass, string>();
  let read = scene !== "unread";
  const settled = settling(scene, { changed: stage.changed, fail: no });
  const mapped = mapping(scene, { changed: stage.changed, people, rules, choices, lines: settled.mapLines, read: () => read });
  let code = "";
  if (scene === "unread") Object.assign(view, { readAt: null });
  if (scene === "expired") view.credential = { tone: "bad", words: "Credential refused by Okta", needed: true, clientId: null };
  if (scene === "long") {
    view.old.label = "Jira Service Management for Customer Operations EMEA and APAC (2017)";
    view.new.label = "Jira Service Management für Kundenbetreuung und Zusammenarbeit (DACH)";
    view.org = { ...northwind, host: "identity.international-northwind-traders.example" };
  }
  if (scene === "practice") view.org = practice;

  const settledClass = (row: PersonRow) => row.class === "same" || (row.class !== "blank" && row.class !== "collision" && (choices.get(row.class) ?? "open") !== "open");
  const unsettled = (row: PersonRow) => row.state !== "excluded" && !settledClass(row);
  const open = () => people.filter(unsettled);
  const stillTo = () => found.filter((f) => f.tone === "review" && !f.reviewed && !f.skipped);

  const activity: ActivityRow[] = Array.from({ length: 340 }, (_, n) => ({
    at: new Date(Date.now() - n * 4100).toISOString(),
    method: n % 9 === 4 ? "POST" : "GET",
    path: ["/api/v1/apps/0oa1f9sd2Lq8Xk2/users?limit=500&after=opaque", "/api/v1/apps/0oa8a77Ts0pVb41", "/api/v1/mappings?sourceId=oty1", "/api/v1/groups/00g4/users?limit=200", `/api/v1/apps/0oa8a77Ts0pVb41/users/${someone(n).id}`][n % 5]!,
    status: n % 57 === 20 ? 429 : n % 91 === 50 ? null : 200,
    milliseconds: 60 + Math.round(roll(n) * 340),
    requestId: n % 91 === 50 ? null : `aRq${(n * 99991).toString(36)}`,
    write: n % 9 === 4,
  }));

  async function readApps(): Promise<void> {
    const run: RunView = { migration: "m1", title: "Reading both apps", state: "running", done: 0, total: null, now: "Settings of Zendesk (2019)", waiting: null, callsPerMinute: 31, endsAt: null, canPause: false, problem: null, remark: null, counts: { planned: 0, assigned: 0, proven: 0, signedIn: 0, failed: 0, unknown: 0, excluded: 0, retired: 0, held: 0 } };
    void (async () => {
      for (let done = 0; done <= people.length; done += 250) {
        await wait(scene === "unread" ? 300 : 60);
        view.run = { ...run, done, total: people.length, now: `App users of the old app, page ${done / 250 + 1}` };
        stage.progress(view.run);
      }
      read = true;
      view.run = null;
      view.readAt = new Date().toISOString();
      stage.progress({ ...run, state: "finished", done: people.length, total: people.length });
      stage.changed();
    })();
  }

  function done<T>(deed: () => T): Promise<T> {
    const answer = deed();
    stage.changed();
    return Promise.resolve(answer);
  }

  return {
    start: async () => start,
    openJournal: async (given) => {
      await wait(500);
      if (given.replace(/\W/g, "").length < 24) no("wrongRecoveryCode", "This code does not open the journal.", "A group may be missing or mistyped.", "Compare it with what you wrote down, group by group.");
      start = { ...start, journal: { state: "open" } };
      return start;
    },
    connect: async (url, token) => {
      await wait(700);
      if (!url.startsWith("https://")) no("badAddress", "This address does not begin with https://.", "Rehome sends your token only over an encrypted connection.", "Copy the address of your org from the browser, such as https://northwind.okta.com.");
      if (token.length < 8) no("credentialRejected", "Okta does not accept this token.", "It was mistyped, revoked, or belongs to another org.", "Make a new token under Security, API, Tokens, and paste it here.", "E0000011 Invalid token provided · 401 · request aRq8k2Lw");
      return { connection: "c1", org: northwind, admin: "Ana Müller", clientId: null, probes, canRead: true, canWrite: null, kept: "in the keychain of this computer" };
    },
    serviceAppSetup: async (anew) => setup(anew),
    connectServiceApp: async (_url, clientId) => {
      await wait(900);
      if (!clientId.startsWith("0oa")) notAccepted();
      return { connection: "c3", org: northwind, admin: null, clientId, probes: appProbes, canRead: false, canWrite: false, kept: "in the keychain of this computer" };
    },
    startPractice: async (_people, engine) => {
      await wait(900);
      return { connection: "c2", org: { ...practice, engine }, admin: "Practice admin", clientId: null, probes: probes.filter((p) => p.tone === "good"), canRead: true, canWrite: true, kept: "in memory until you close Rehome, because a practice org ends with it" };
    },
    listApps: async (_connection, search) => {
      await wait(120);
      const part = search.toLowerCase();
      return apps.filter((a) => a.label.toLowerCase().includes(part) || a.name.includes(part));
    },
    checkPair: async (_connection, old, new_) => {
      await wait(150);
      const [a, b] = [apps.find((x) => x.id === old)!, apps.find((x) => x.id === new_)!];
      if (a.id === b.id) return { problems: [problem("badPair", "Old and new app are the same app.", "People move from one instance to another.", "Choose the new instance on the right.")], remarks: [], link: null };
      if (a.name !== b.name) return { problems: [problem("badPair", `${a.label} and ${b.label} are not instances of one integration.`, "Accounts of one service cannot be carried into another.", `Choose another instance of ${a.label}.`)], remarks: [], link: null };
      return { problems: [], remarks: ["12 people are on the new app already. Rehome leaves them as they are.", "The new app is hidden from the dashboard. That is good until the first wave."], link: null };
    },
    startMigration: async () => "m1",
    provideCredential: async (_id, token) => {
      await wait(600);
      if (token.length < 8) no("credentialRejected", "Okta does not accept this token.", "It was mistyped or revoked.", "Make a new token under Security, API, Tokens.");
      view.credential = { tone: "good", words: "Credential healthy", needed: false, clientId: null };
      stage.changed();
      return { ...view };
    },
    provideServiceApp: async (_id, clientId) => {
      await wait(600);
      if (!clientId.startsWith("0oa")) notAccepted();
      view.credential = { tone: "good", words: "Credential healthy", needed: false, clientId };
      stage.changed();
      return { ...view };
    },
    removeMigration: async (id) => {
      start = { ...start, migrations: start.migrations.filter((m) => m.id !== id) };
      stage.changed();
    },
    migration: async (id) => {
      if (id === "m2") return { ...view, id, credential: { tone: "bad", words: "Credential needed", needed: true, clientId: null } };
      const left = open().length;
      return {
        ...view,
        id,
        steps: view.steps.map((s) => {
          if (!read) return { ...s, reachable: s.step === "compare", words: s.step === "compare" ? "not read yet" : s.words, tone: "neutral" as const };
          if (s.step === "compare") return { ...s, words: `1 blocked, ${stillTo().length} to review` };
          if (s.step === "map") return left ? { ...s, words: `${left.toLocaleString("en-US")} people need you` } : { ...s, words: "all settled", tone: "good" as const, done: true };
          return s;
        }),
      };
    },
    readApps,
    compare: async () => {
      await wait(80);
      if (!read) return { next: { title: "Read both apps", words: "Rehome reads settings, people and groups of both apps. It changes nothing.", tone: "info", primary: { label: "Read both apps", action: { kind: "readApps" } }, secondary: null }, sections: [], findings: [], matters: 0, all: 0, always: [], identity: null, vendor: null, handOver: { available: false, signed: null, outdated: false, cutOver: false }, lines: [] };
      const rows = sections().flatMap((s) => s.rows);
      const first = stillTo()[0];
      return {
        next: first
          ? { title: "Review the certificate difference", words: `${stillTo().length} to review, 1 that blocks step 5 only. You can go on to Map meanwhile.`, tone: "review", primary: { label: "Review next", action: { kind: "showFinding", finding: first.id } }, secondary: { label: "Go to Map", action: { kind: "goTo", step: "map" } } }
          : { title: "Go on to Map", words: "Everything is reviewed. What blocks step 5 can wait until then.", tone: "good", primary: { label: "Go to Map", action: { kind: "goTo", step: "map" } }, secondary: { label: "Read again", action: { kind: "readApps" } } },
        sections: sections(),
        findings: found.map((f) => ({ ...f })),
        matters: rows.filter((r) => r.matters).length,
        all: rows.length,
        ...settled.extras(),
      };
    },
    raw: async () => raws,
    reviewFinding: (_m, id, reviewed) => done(() => void found.forEach((f) => f.id === id && (f.reviewed = reviewed))),
    skipFinding: (_m, id, reason) => done(() => void found.forEach((f) => f.id === id && (f.skipped = reason))),
    attestFinding: (_m, id, name) => done(() => void found.forEach((f) => f.id === id && (f.attested = name ? { name, at: new Date().toISOString(), note: "" } : null))),
    map: async (_m, preview) => {
      await wait(60);
      const left = open();
      const guesses = filled.filter((a) => a.state === "guessed").length;
      const who = people.find((p) => p.id === preview) ?? people.find((p) => p.name === "Ana Müller") ?? people[2]!;
      return {
        next: left.length
          ? { title: `Settle ${left.length.toLocaleString("en-US")} usernames`, words: "A collision gives one person another person's Zendesk account. Rehome will not assign them until it is settled.", tone: "review", primary: { label: `Show the ${left.length.toLocaleString("en-US")} people`, action: { kind: "showUnsettled" } }, secondary: null }
          : guesses
            ? { title: `Confirm ${guesses} guesses`, words: "Rehome guessed how these attributes are filled. Look at each, or confirm all.", tone: "review", primary: { label: "Confirm as they stand", action: { kind: "confirmGuesses" } }, secondary: null }
            : { title: "Choose the pilot", words: "Usernames and attributes are settled.", tone: "good", primary: { label: "Go to Pilot", action: { kind: "goTo", step: "pilot" } }, secondary: null },
        people: people.length,
        unsettled: left.length,
        attributes: filled.map((a) => ({ ...a })),
        guesses,
        preview: { id: who.id, name: who.name, login: who.login },
        frozen: scene === "frozen",
        ...mapped.extras(),
      };
    },
    setUsernameChoice: (_m, class_, choice) => done(() => void choices.set(class_, choice)),
    setFill: async (_m, attribute, fill) => {
      if (fill.by === "constant" && fill.value.length > 60) no("badInput", "This value is longer than the attribute takes.", "Okta would refuse it for everybody.", "Shorten it.");
      const row = filled.find((a) => a.name === attribute)!;
      Object.assign(row, { fill, filledBy: shown(fill), how: how(fill, attribute), state: fill.by === "nothing" ? "excluded" : "confirmed", tone: fill.by === "nothing" ? "neutral" : "good", value: fill.by === "constant" ? [{ text: fill.value, differs: true }] : fill.by === "nothing" ? [] : row.value });
      stage.changed();
    },
    confirmGuesses: () => done(() => filled.forEach((a) => a.state === "guessed" && Object.assign(a, { state: "confirmed", tone: "good" }))),
    people: async (_m, filter, offset, limit) => {
      await wait(60);
      const part = filter.search.toLowerCase();
      const rows = people.filter(
        (p, n) =>
          (!filter.set || inSet(filter.set, n)) &&
          (!part || `${p.name} ${p.login} ${p.oldUsername}`.toLowerCase().includes(part)) &&
          (!filter.class || p.class === filter.class) && (!filter.state || p.state === filter.state) &&
          (filter.wave === null || p.wave === filter.wave) && (!filter.unsettled || unsettled(p)) && (filter.pilot === null || p.inPilot === filter.pilot),
      );
      return { total: rows.length, offset, rows: rows.slice(offset, offset + limit) };
    },
    person: async (_m, id) => {
      await wait(80);
      const row = people.find((p) => p.id === id) ?? people[0]!;
      return {
        row,
        route: "The group Support Tier 1 is put on the new app in wave 2; Okta gives it to all 312 members.",
        values: [
          { attribute: "userName", old: row.oldUsername, new: row.newUsername, differs: row.oldUsername !== row.newUsername, note: row.note ?? "", from: mapped.own.has(row.id) ? "set by hand" : "Okta's template String.toLowerCase(user.email)" },
          { attribute: "role", old: "light_agent", new: "agent_light", differs: true, note: "value renamed", from: "Support Tier 1, which wins over Everyone in Berlin" },
          { attribute: "groups", old: "Tier 1, Billing", new: "Tier 1, Billing", differs: false, note: "", from: "the old app's groupNames" },
        ],
        history: [{ at: new Date(Date.now() - 400_000).toISOString(), words: "Read from Okta", tone: "neutral" }],
        proofs: [],
        script: [],
        canHold: false, routeChosen: null, canChooseRoute: false, excepted: null, canExclude: true,
        canRetry: false,
        groups: row.path === "individual" ? [] : [{ name: row.path.replace("through ", ""), priority: 0, wins: true }, { name: "Everyone in Berlin", priority: 1, wins: false }],
        lastUse: roll(row.name.length) < 0.8 ? new Date(Date.now() - 3e8).toISOString() : null,
        suspect: null,
        ownUsername: mapped.own.get(row.id) ?? null,
        canSettle: scene !== "frozen",
      };
    },
    excludePerson: (_m, id, reason) => done(() => void people.forEach((p) => p.id === id && Object.assign(p, { state: reason ? "excluded" : "planned", note: reason }))),
    recoveryCode: async () => (code = "K7QF-2M9X-R4TD-8WHB-3NZC-V6PJ-A5EY-1G0S"),
    confirmRecoveryCode: async (given) => {
      await wait(300);
      if (given !== code) no("wrongRecoveryCode", "This is not the code that was shown.", "A group differs.", "Compare it with what you wrote down.");
      view.recoveryCodeConfirmed = true;
      stage.changed();
    },
    saveReport: async () => {
      await wait(500);
      return { html: "/home/ana/Documents/Rehome/zendesk-2019-to-zendesk-suite-2025-11-23.html", csv: "/home/ana/Documents/Rehome/zendesk-2019-to-zendesk-suite-2025-11-23.csv" };
    },
    activity: async (_m, offset, limit) => ({ total: activity.length, writes: activity.filter((a) => a.write).length, rows: activity.slice(offset, offset + limit) }),
    closeMigration: async (id) => {
      await wait(400);
      start = { ...start, migrations: start.migrations.filter((m) => m.id !== id) };
    },
    ...settled.door,
    ...mapped.door,
    openLink: async (url) => console.info("open", url),
    reveal: async (path) => console.info("reveal", path),
  } satisfies Partial<Door>;
}
