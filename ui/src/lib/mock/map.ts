// Made-up data of step 2 beside usernames and attributes: gaps, differences, suspects, files, the service's own list.
import type { Door, DownstreamView, DriftView, ExpressionTrial, FindingView, LineView, MapView, PeopleGroup, PersonRow, UsernameChoice, UsernameClass } from "../door";

type Deeds = {
  changed: () => void;
  people: PersonRow[];
  rules: Map<UsernameClass, string>;
  choices: Map<UsernameClass, UsernameChoice>;
  lines: () => LineView[];
};

const group = (set: string, title: string, words: string, people: number, tone: PeopleGroup["tone"], excluded = 0): PeopleGroup => ({ set, title, words, people, excluded, tone });

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

/** Whether a person is in a set that a view names: made up, but the same each time. */
export function inSet(set: string, n: number): boolean {
  const steps: Record<string, number> = { "suspect:serviceAccount": 500, "suspect:deactivated": 260, "suspect:unused": 38, "gap:role:notInList": 420, "gap:costCenter:tooLong": 24, "difference:role": 23, mispredicted: 250 };
  return n % (steps[set] ?? 97) === 5;
}

export function mapping(scene: string, deeds: Deeds) {
  let list: DownstreamView | null = null;
  const calm = scene === "settled";
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
        { set: "downstream:caseOnly", title: "Matched but for case", words: "Zendesk takes upper and lower case for one account.", tone: "info", count: 14, accounts: ["Ana.Mueller@northwind.example"] },
        { set: "downstream:none", title: "No account yet", words: "Zendesk would make an account for them at their first sign-in.", tone: "review", count: 8, accounts: [] },
        { set: "", title: "Accounts that nobody has", words: "Nobody's planned username is one of them: shared mailboxes, people who left.", tone: "review", count: 22, accounts: ["support-bot@northwind.example", "billing@northwind.example", "eva.alt@nw-legacy.example"] },
      ],
    };
  }

  return {
    own,
    extras(): Pick<MapView, "findings" | "folding" | "gaps" | "differences" | "suspects" | "lastUse" | "drift" | "downstream" | "lines" | "excluded" | "fixes" | "missing"> {
      return {
        findings: calm ? [] : [finding],
        folding: "Zendesk takes upper and lower case for one account (card read on 2026-11-25).",
        gaps: calm ? [] : [group("gap:role:notInList", "Role: not in the list", "The new app does not know “legacy_agent”.", size("gap:role:notInList"), "bad", out("gap:role:notInList")), group("gap:costCenter:tooLong", "Cost center: too long", "The new app takes at most 10 characters.", size("gap:costCenter:tooLong"), "review", out("gap:costCenter:tooLong"))],
        differences: calm
          ? []
          : [
              { set: "difference:role", attribute: "role", kind: "renamed", old: "light_agent", new: "agent_light", people: size("difference:role"), weighty: true, tone: "review" },
              { set: "difference:role:lost", attribute: "role", kind: "lost", old: "admin", new: "", people: 3, weighty: true, tone: "bad" },
              { set: "difference:locale", attribute: "locale", kind: "changed", old: "de-DE", new: "en-US", people: 412, weighty: false, tone: "info" },
            ],
        suspects: [
          group("suspect:deactivated", "Deactivated in Okta", "They cannot sign in to anything. Moving them gives a licence to nobody.", size("suspect:deactivated"), "review", out("suspect:deactivated")),
          group("suspect:unused", "Not used for 90 days", "No sign-in to the old app in the System Log.", size("suspect:unused"), "info", out("suspect:unused")),
          group("suspect:serviceAccount", "Look like service accounts", "Names such as “svc-” or “noreply”. Ask who owns them before they move.", size("suspect:serviceAccount"), "info", out("suspect:serviceAccount")),
        ],
        lastUse: "Last use is known back to 27 August 2026.",
        drift: scene === "drift" ? drift : null,
        downstream: list ? { words: `Zendesk export matched: 4,951 accounts`, tone: "good" } : null,
        lines: deeds.lines(),
        excluded: deeds.people.filter((one) => one.state === "excluded").length,
        fixes: deeds.people.filter((one) => one.class === "blank" || one.class === "collision").length,
        missing: ["legacyId", "organization"],
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
