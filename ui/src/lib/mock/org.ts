import type { AppChoice, MigrationView, OrgView, ProbeView, Problem, StartView } from "../door";

export const northwind: OrgView = { id: "00o1", name: "Northwind Traders", host: "northwind.okta.com", url: "https://northwind.okta.com", kind: "production", engine: "identityEngine" };
const preview: OrgView = { ...northwind, id: "00o2", host: "northwind.oktapreview.com", url: "https://northwind.oktapreview.com", kind: "preview" };
export const practice: OrgView = { id: "00o3", name: "Practice org", host: "127.0.0.1:41873", url: "http://127.0.0.1:41873", kind: "practice", engine: "classic" };

const minutesAgo = (n: number) => new Date(Date.now() - n * 60_000).toISOString();

export const problem = (code: Problem["code"], what: string, why: string, mend: string, detail: string | null = null): Problem => ({ code, what, why, mend, detail, link: null });

export function startView(scene: string): StartView {
  const none = scene === "empty" || scene === "recover" || scene === "unusable";
  return {
    version: "0.1.0",
    keychain:
      scene === "nokeychain"
        ? { state: "unavailable", why: "This computer offers no keychain to Rehome.", advice: "Your token is kept in memory until you close Rehome. On Linux, start a Secret Service such as GNOME Keyring." }
        : { state: "available" },
    journal:
      scene === "recover"
        ? { state: "needsRecoveryCode", problem: problem("journalLocked", "The journal is here, but the keychain of this computer does not open it.", "The keychain was emptied, or you have signed in as somebody else.", "Enter the recovery code that you wrote down. Nothing is lost.") }
        : scene === "unusable"
          ? { state: "unusable", problem: problem("journalUnwritable", "The journal cannot be written.", "The disk that holds it is full.", "Free some space, then start Rehome again. Nothing runs without the journal, so nothing was changed.", "/home/ana/.local/share/rehome/journal.db: database or disk is full") }
          : { state: "open" },
    migrations: none
      ? []
      : [
          { id: "m1", org: northwind, oldLabel: "Zendesk (2019)", newLabel: "Zendesk Suite", started: minutesAgo(60 * 27), words: "Wave 5 of 10", hasCredential: true, practiceGone: false },
          { id: "m2", org: preview, oldLabel: "Salesforce", newLabel: "Salesforce (governed)", started: minutesAgo(60 * 24 * 6), words: "Compare: 3 to review", hasCredential: false, practiceGone: false },
          { id: "m3", org: practice, oldLabel: "Zendesk (2019)", newLabel: "Zendesk Suite", started: minutesAgo(60 * 24 * 9), words: "The practice org ended with the window that started it", hasCredential: false, practiceGone: true },
        ],
  };
}

export const probes: ProbeView[] = [
  { title: "Read apps", tone: "good", words: "83 apps" },
  { title: "Read app users", tone: "good", words: "allowed" },
  { title: "Read groups", tone: "good", words: "allowed" },
  { title: "Read the System Log", tone: "good", words: "allowed; goes back 90 days" },
  { title: "Read access policies", tone: "review", words: "needs the role Read-only Admin or the scope okta.policies.read; the policy row will say so" },
  { title: "Assign people to apps", tone: "info", words: "shown by the pilot, where one person is assigned first" },
];

const app = (id: string, label: string, name: string, signOn: string, colour: number, active = true, created = "2025-10-30T09:00:00Z"): AppChoice => ({
  id, label, name, signOn, active, created, badge: { letter: label[0]!, colour },
});

export const apps: AppChoice[] = [
  app("0oa1f9sd2Lq8Xk2", "Zendesk (2019)", "zendesk", "SAML 2.0", 0, true, "2019-03-14T09:00:00Z"),
  app("0oa8a77Ts0pVb41", "Zendesk Suite", "zendesk", "SAML 2.0", 0),
  app("0oa2", "Salesforce", "salesforce", "SAML 2.0", 1, true, "2017-06-01T09:00:00Z"),
  app("0oa3", "Salesforce (governed)", "salesforce", "SAML 2.0", 1),
  app("0oa4", "Miro", "miro", "SAML 2.0", 6, true, "2021-02-11T09:00:00Z"),
  app("0oa5", "Jira Service Management for Customer Operations EMEA and APAC", "atlassian", "SAML 2.0", 5, true, "2020-09-23T09:00:00Z"),
  app("0oa6", "Workday", "workday", "SAML 2.0", 3, false, "2018-01-08T09:00:00Z"),
  app("0oa7", "Internal wiki", "oidc_client", "OpenID Connect", 7, true, "2022-12-01T09:00:00Z"),
];

export function frame(id: string): MigrationView {
  return {
    id,
    org: northwind,
    old: { id: "0oa1f9sd2Lq8Xk2", label: "Zendesk (2019)", badge: { letter: "Z", colour: 0 }, status: "ACTIVE", url: "https://northwind-admin.okta.com/admin/app/zendesk/instance/0oa1f9sd2Lq8Xk2" },
    new: { id: "0oa8a77Ts0pVb41", label: "Zendesk Suite", badge: { letter: "Z", colour: 0 }, status: "ACTIVE", url: "https://northwind-admin.okta.com/admin/app/zendesk/instance/0oa8a77Ts0pVb41" },
    credential: { tone: "good", words: "Credential healthy", needed: false, clientId: null },
    steps: [
      { number: 1, step: "compare", title: "Compare", words: "1 blocked, 5 to review", tone: "bad", done: false, reachable: true },
      { number: 2, step: "map", title: "Map", words: "5 people need you", tone: "review", done: false, reachable: true },
      { number: 3, step: "pilot", title: "Pilot", words: "a few people first", tone: "neutral", done: false, reachable: true },
      { number: 4, step: "waves", title: "Waves", words: "everyone else", tone: "neutral", done: false, reachable: true },
      { number: 5, step: "retire", title: "Retire", words: "unassign the old app", tone: "neutral", done: false, reachable: true },
      { number: 6, step: "delete", title: "Delete", words: "remove the old app", tone: "neutral", done: false, reachable: true },
    ],
    current: "compare",
    calls: { used: 12, allowed: 37, refused: 0 },
    run: null,
    readAt: minutesAgo(2),
    untouched: true,
    recoveryCodeConfirmed: false,
    finished: false,
  };
}
