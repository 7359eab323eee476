// Made-up data of step 2 beside usernames and attributes: gaps, differences, suspects, files, the service's own list.
import type { DifferenceView, Door, DownstreamView, DriftView, ExpressionTrial, FindingView, LineView, MapView, NextStep, PeopleGroup, PersonRow, Tone, UsernameChoice, UsernameClass, UsernameClassView } from "../door";

type Deeds = {
  changed: () => void;
  people: PersonRow[];
  rules: Map<UsernameClass, string>;
  choices: Map<UsernameClass, UsernameChoice>;
  lines: () => LineView[];
  read: () => boolean;
};

const group = (set: string, title: string, words: string, people: number, tone: PeopleGroup["tone"], excluded = 0): PeopleGroup => ({ set, title, words, people, excluded, tone });

const differs = (set: string, attribute: string, kind: string, old: string, new_: string, weighty: boolean, tone: Tone): DifferenceView => ({ set: `difference:${set}`, attribute, kind, old, new: new_, people: 0, weighty, tone });

const finding: FindingView = {
  id: "predictor",
  title: "The template was wrong for 20 people of the old app",
  outcome: "needsReview",
  words: "Needs review",
  tone: "review",
  blocks: null,
  what: "For 20 of 4,982 people the old app has another username than its template gives today.",
  why: "Their address may have changed since. What is predicted for the new app may be wrong for them as well.",
  mend: "Look at them and set what is right by hand or by file.",
  evidence: "app users of Zendesk (2019) against user.email",
  readAt: new Date(Date.now() - 130_000).toISOString(),
  link: null,
  canSkip: true,
  skipped: null,
  reviewed: false,
  attested: null,
  offers: [{ label: "Show the 20 people", action: { kind: "showSet", set: "mispredicted" } }],
  source: null,
};

/** One in so many people, for sets that are about people and not about their username. */
const STEPS: Record<string, number> = {
  "suspect:serviceAccount": 1100, "suspect:breakGlass": 2490, "suspect:deactivated": 415, "suspect:suspended": 2400, "suspect:neverActivated": 1240, "suspect:neverSignedIn": 262, "suspect:unused": 38,
  "gap:role:notInList": 24, "gap:costCenter:tooLong": 23, "gap:phone:format": 710, "gap:email:required": 1660,
  "difference:role": 3, "difference:role:lost": 1660, "difference:license": 120, "difference:locale": 12, "difference:locale:fr": 90, "difference:groups": 300, "difference:timeZone": 2400,
  "downstream:matched": 1, "downstream:none": 240, "downstream:double": 2480, "downstream:inactive": 700,
  mispredicted: 250,
};
/** Whether a person is in a set that a view names: made up, but the same each time. */
export function inSet(set: string, n: number): boolean {
  const step = STEPS[set] ?? 97;
  return n % step === Math.min(5, step - 1);
}

type Given = "people" | "attributes" | "unsettled" | "guesses" | "preview" | "next" | "frozen";

/** Before the first reading. */
const unread: MapView = {
  next: { title: "Read both apps", words: "Rehome reads settings, people and groups of both apps. It changes nothing.", tone: "info", primary: { label: "Read both apps", action: { kind: "readApps" } }, secondary: null },
  truth: "Not read yet. Nothing has been changed in Okta.",
  people: 0, usernames: [], unsettled: 0, attributes: [], guesses: 0, preview: null, frozen: false, findings: [], folding: "", gaps: [], differences: [], suspects: [],
  lastUse: "", drift: null, downstream: null, lines: [], excluded: 0, fixes: 0, missing: [],
};

export function mapping(scene: string, deeds: Deeds) {
  let list: DownstreamView | null = null;
  const calm = scene === "settled";
  const long = scene === "long";
  // As a rule only the domain differs, and that is decided; "classes" shows every class there is.
  const kinds: UsernameClass[] = ["domain", "unicodeForm", "tooLong", "unknown", "different"];
  deeds.people.filter((one) => one.class === "different").forEach((one, n) => (one.class = scene === "classes" ? kinds[n % 5]! : "domain"));
  if (scene !== "classes") deeds.choices.set("domain", "takePredicted");
  if (calm) deeds.people.forEach((one) => { if (one.class === "blank" || one.class === "collision") one.class = "same"; });
  const size = (set: string) => deeds.people.filter((_, n) => inSet(set, n)).length;
  const out = (set: string) => deeds.people.filter((one, n) => inSet(set, n) && one.state === "excluded").length;
  const drift: DriftView = { since: new Date(Date.now() - 864e5).toISOString(), changes: ["Zendesk (2019) has 3 people more: Aoife Murphy, Ravi Gupta, Mei Chen.", "The group Support Tier 1 has 2 members less."] };
  const own = new Map<string, string>();

  function listOf(file: string, column: string): DownstreamView {
    return {
      file,
      readAt: new Date().toISOString(),
      accounts: 4_973,
      format: "Semicolons, Windows-1252, with a header",
      columns: [
        { name: "email", matches: 4_951, chosen: column === "email" },
        { name: "alias", matches: 12, chosen: column === "alias" },
      ],
      groups: [
        { set: "downstream:matched", title: "Matched", words: "Their planned username is an account of Zendesk.", tone: "good", count: 4_951, accounts: [] },
        { set: "downstream:none", title: "No such account", words: "Zendesk would make an account for them at their first sign-in.", tone: "review", count: size("downstream:none"), accounts: [] },
        { set: "downstream:double", title: "Two accounts for one username", words: "Zendesk has it in upper and lower case. Which one the new app finds is not known.", tone: "bad", count: size("downstream:double"), accounts: ["Ana.Mueller@northwind.example", "ana.mueller@northwind.example"] },
        { set: "downstream:inactive", title: "Suspended in Zendesk", words: "They find their account and still cannot work with it.", tone: "review", count: size("downstream:inactive"), accounts: [] },
        { set: "", title: "Accounts that nobody has", words: "Nobody's planned username is one of them: shared mailboxes, people who left.", tone: "neutral", count: 122, accounts: Array.from({ length: 100 }, (_, i) => `${["support-bot", "billing", "eva.alt", "noreply"][i % 4]!}${i}@nw-legacy.example`) },
      ],
    };
  }

  return {
    own,
    extras(): Omit<MapView, Given> & Partial<Pick<MapView, Given>> {
      if (!deeds.read()) return unread;
      const undecided = (kind: UsernameClass) => deeds.people.filter((one) => one.class === kind && one.state !== "excluded" && (deeds.choices.get(kind) ?? "open") === "open").length;
      const [blank, collides] = [undecided("blank"), undecided("collision")];
      const left = deeds.people.filter((one) => one.class !== "same" && one.state !== "excluded" && (deeds.choices.get(one.class) ?? "open") === "open").length;
      const of = (c: UsernameClass) => deeds.people.filter((p) => p.class === c);
      const cls = (c: UsernameClass, title: string, words: string, tone: Tone, more: UsernameChoice[] = ["takePredicted", "keepOld", "rule"]): UsernameClassView => ({
        class: c, title, words, tone, people: of(c).length, choice: deeds.choices.get(c) ?? "open", choices: more, rule: deeds.rules.get(c) ?? null,
        examples: c === "same" ? [] : of(c).slice(0, 3).map((p) => `${p.oldUsername} → ${p.newUsername || "nothing"}`),
      });
      const next: NextStep = {
        title: blank + collides === left ? `Settle ${left} usernames: ${blank} blank, ${collides} that would collide` : `Settle ${left} usernames`,
        words: "A collision gives one person another person's Zendesk account. Rehome will not assign them until it is settled.",
        tone: "review",
        primary: { label: `Show the ${left} people`, action: { kind: "showUnsettled" } },
        secondary: { label: "Fix by CSV", action: { kind: "fixByFile" } },
      };
      return {
        ...(left ? { next } : {}),
        truth: `${deeds.people.length.toLocaleString("en-US")} people. The predictor was right for 99.6 % of what Okta stored for the old app; role is predicted with 92 %.`,
        usernames: [
          cls("same", "Same", "The new app gives them the username that they have.", "good", []),
          cls("caseOnly", "Case only", "Zendesk does not tell upper from lower case, so both find the same account.", "info"),
          cls("unicodeForm", "Unicode form", "The same letters, stored in another form. Whether Zendesk takes both for one account is not known.", "review"),
          cls("domain", "Domain differs", "Only the part after @ differs. Zendesk could make a second account for them.", "review"),
          cls("different", "Different", "The new app would give them another username. Zendesk could make a second account.", "review"),
          cls("blank", "Blank", "The template gives nothing for them. Keep the old username or leave them out.", "bad", ["keepOld", "rule"]),
          cls("tooLong", "Too long", "Okta takes at most 100 characters.", "bad", ["keepOld", "rule"]),
          cls("collision", "Collides", "Two people would get one username, and with it one account.", "bad", ["keepOld", "rule"]),
          cls("unknown", "Not predictable", "The template asks something that only Okta knows. The reason stands at each person.", "review"),
        ].filter((one) => one.people),
        findings: calm ? [] : [finding],
        folding: "Zendesk takes upper and lower case for one account (card read on 2026-11-25).",
        gaps: calm
          ? []
          : [
              group("gap:role:notInList", "role: not in the list of the new app", "“legacy_agent” has no match. Choose what it becomes, or leave it out.", size("gap:role:notInList"), "bad", out("gap:role:notInList")),
              group("gap:email:required", "email: required, but blank", "Okta refuses to assign somebody without it.", size("gap:email:required"), "bad", out("gap:email:required")),
              group("gap:costCenter:tooLong", "costCenter: too long", "The new app takes at most 10 characters. “CC-0004711-EU” has 13.", size("gap:costCenter:tooLong"), "review", out("gap:costCenter:tooLong")),
              group("gap:phone:format", long ? "dienstlicheMobilfunknummerDerKundenbetreuung: not in the format that the new app asks for" : "phone: another format", "The new app asks for + and digits.", size("gap:phone:format"), "review", out("gap:phone:format")),
            ],
        differences: calm
          ? []
          : [
              differs("role:lost", "role", "lost", "admin", "", true, "bad"),
              differs("role", "role", "renamed", "light_agent", "agent_light", true, "review"),
              differs("license", long ? "lizenzstufeFürDieKundenbetreuungImDeutschsprachigenRaum" : "license", "changed", long ? "Zendesk Suite Professional (jährliche Abrechnung, Kundenbetreuung DACH)" : "Suite Professional", long ? "Zendesk Suite Enterprise Plus (monatliche Abrechnung, alle Regionen)" : "Suite Team", true, "review"),
              differs("locale", "locale", "changed", "de-DE", "en-US", false, "info"),
              differs("locale:fr", "locale", "changed", "fr-FR", "en-US", false, "info"),
              differs("groups", "groups", "gained", "Tier 1", "Tier 1, Billing", false, "info"),
              differs("timeZone", "timeZone", "not known", "Europe/Berlin", "", false, "neutral"),
            ].map((one) => ({ ...one, people: size(one.set) })),
        suspects: calm
          ? []
          : [
              group("suspect:serviceAccount", "Look like service accounts", "Names such as “svc-” or “noreply”. Ask who owns them before they move.", size("suspect:serviceAccount"), "review", out("suspect:serviceAccount")),
              group("suspect:breakGlass", "Look like break-glass accounts", "Names such as “emergency”. They must work when Okta does not.", size("suspect:breakGlass"), "bad", out("suspect:breakGlass")),
              group("suspect:deactivated", "Deactivated in Okta", "They cannot sign in to anything. Moving them gives a licence to nobody.", size("suspect:deactivated"), "review", out("suspect:deactivated")),
              group("suspect:suspended", "Suspended in Okta", "They cannot sign in until somebody lifts it.", size("suspect:suspended"), "review", out("suspect:suspended")),
              group("suspect:neverActivated", "Never activated", "Invited, and never came.", size("suspect:neverActivated"), "info", out("suspect:neverActivated")),
              group("suspect:neverSignedIn", "Never signed in to the old app", "Neither Okta nor the log knows of a sign-in.", size("suspect:neverSignedIn"), "info", out("suspect:neverSignedIn")),
              group("suspect:unused", "Not used since 27 August 2026", "No sign-in to the old app as far back as the System Log reaches.", size("suspect:unused"), "info", out("suspect:unused")),
            ].filter((one) => one.people),
        lastUse: "Last use is known back to 27 August 2026.",
        drift: scene === "first" ? null : { ...drift, changes: calm ? [] : drift.changes },
        downstream: list ? { words: "Zendesk export matched: 4,951 accounts", tone: "good" } : null,
        lines: deeds.lines(),
        excluded: deeds.people.filter((one) => one.state === "excluded").length,
        fixes: calm ? 0 : left + size("gap:role:notInList") + size("gap:costCenter:tooLong"),
        missing: ["organization", "onCallRotation"],
      };
    },
    door: {
      setUsernameRule: async (_m, ofClass, expression) => {
        deeds.choices.set(ofClass, "rule");
        deeds.rules.set(ofClass, expression);
        deeds.changed();
      },
      setUsername: async (_m, person, username) => {
        const row = deeds.people.find((one) => one.id === person);
        if (username === null) own.delete(person);
        else own.set(person, username);
        if (row && username !== null) Object.assign(row, { newUsername: username, class: "same" });
        deeds.changed();
      },
      setValue: async () => deeds.changed(),
      setValueMatch: async () => deeds.changed(),
      tryExpression: async (_m, _attribute, text) => trial(text),
      saveFixes: async () => ({ path: "/home/ana/Documents/Rehome/zendesk-fixes.csv", words: "5 rows" }),
      loadFixes: async (_m, file) => {
        deeds.changed();
        return { usernames: 3, values: 11, unchanged: 4_961, refused: file.includes("bad") ? [{ line: 17, why: "“eva@” is not an address.", row: "00u4;eva@;agent" }] : [] };
      },
      loadDownstream: async (_m, file, _data, column) => {
        list = listOf(file, column ?? "email");
        deeds.changed();
        return list;
      },
      downstream: async () => list,
      chooseDownstreamColumn: async (_m, column) => {
        list = listOf(list?.file ?? "accounts.csv", column);
        deeds.changed();
        return list;
      },
      forgetDownstream: async () => {
        list = null;
        deeds.changed();
      },
      excludePeople: async (_m, ids, reason) => {
        deeds.people.forEach((one) => ids.includes(one.id) && Object.assign(one, { state: reason ? "excluded" : "planned", note: reason }));
        deeds.changed();
        return ids.length;
      },
      excludeSet: async (_m, set, reason) => {
        let n = 0;
        deeds.people.forEach((one, at) => {
          if (!inSet(set, at)) return;
          n++;
          Object.assign(one, { state: "excluded", note: reason });
        });
        deeds.changed();
        return n;
      },
    } satisfies Partial<Door>,
  };
}

function trial(text: string): ExpressionTrial {
  const at = text.search(/[^\w\s.()+,"'?:=!&|[\]{}$-]/);
  if (at >= 0) return { value: null, words: `“${text[at]}” is nothing that Okta can read here.`, tone: "bad", at, parts: [] };
  if (!text.trim()) return { value: null, words: "Type an expression, such as String.toLowerCase(user.email).", tone: "neutral", at: null, parts: [] };
  return {
    value: "ana.mueller@northwind.example",
    words: "29 characters, as the new app takes them.",
    tone: "good",
    at: null,
    parts: [
      { text, depth: 0, value: "ana.mueller@northwind.example", words: "" },
      { text: "user.email", depth: 1, value: "Ana.Mueller@northwind.example", words: "from the Okta profile" },
    ],
  };
}
