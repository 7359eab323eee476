// Made-up data of step 1 beside rows and findings: identity question, vendor card, hand-over sheet, changes on the new app.
import type { AlwaysView, CertificateView, CompareView, Door, HandOverView, IdentityProviders, LineState, LineView, RawPair, Signed, Tone } from "../door";

export type Did = { changed: () => void; fail: (code: "badInput", what: string, why: string, mend: string) => never };

export const always: AlwaysView[] = [
  { id: "app-id", title: "Id, label and dates", words: "Every instance has its own id and its own dates. Deep links to the old app stop working once it is gone; the hand-over sheet names them." },
  { id: "issuer", title: "Issuer and sign-on URL", words: "Okta builds both from the id of the app. The service has to be told the new ones: they stand in the hand-over sheet." },
  { id: "schema", title: "Profile schema and mappings", words: "Each instance has its own copy of both. The copies are compared attribute by attribute in step 2, not by their ids." },
];

const pem = (seed: string) =>
  `-----BEGIN CERTIFICATE-----\n${Array.from({ length: 14 }, (_, n) => btoa(`${seed} ${n} made up, no certificate at all ${seed}`).slice(0, 64).padEnd(64, "Q")).join("\n")}\n-----END CERTIFICATE-----\n`;

const certificate = (seed: string, validTo: string, daysLeft: number, tone: Tone): CertificateView => ({
  subject: "CN=northwind, O=Okta, L=San Francisco, ST=California, C=US",
  serial: "01:69:7C:5B:0F:51",
  validFrom: new Date(Date.parse(validTo) - 10 * 365.25 * 864e5).toISOString(),
  validTo,
  daysLeft,
  key: "RSA, 2,048 bits",
  signedWith: "SHA-256",
  sha1: seed === "old" ? "9A:41:7F:03:5C:E2:11:8B:AA:70:4D:93:0E:6C:51:27:DB:3F:88:C2" : "5E:08:2B:AA:91:37:C6:4F:0D:E8:72:B3:15:9C:60:AF:48:D1:26:7B",
  sha256:
    seed === "old"
      ? "3C:9F:02:7A:41:B8:E5:66:1D:90:2E:CB:57:F3:08:A4:6B:D2:19:7C:E0:35:8F:4A:B1:63:DC:0E:92:47:F8:2D"
      : "A7:14:6E:D9:03:5B:82:F1:4C:C8:30:97:EA:2F:65:BD:18:70:D4:9B:5E:01:C3:86:3A:F7:29:E4:50:8D:B2:6F",
  pem: pem(seed),
  tone,
});

export const raws: RawPair[] = [
  { title: "Settings", old: settings("0oa1f9sd2Lq8Xk2", "Zendesk (2019)", true), new: settings("0oa8a77Ts0pVb41", "Zendesk Suite", false) },
  { title: "Provisioning", old: JSON.stringify({ status: "ENABLED", capabilities: { create: "ENABLED", update: { profile: "ENABLED", lifecycleDeactivate: "ENABLED" } } }, null, 2), new: JSON.stringify({ status: "ENABLED", capabilities: { create: "ENABLED", update: { profile: "DISABLED", lifecycleDeactivate: "ENABLED" } } }, null, 2) },
  { title: "Mappings", old: JSON.stringify({ email: { expression: "user.email" } }, null, 2), new: JSON.stringify({ email: { expression: "user.email" }, costCenter: { expression: "user.costCenter" } }, null, 2) },
];

function settings(id: string, label: string, old: boolean): string {
  return JSON.stringify(
    {
      id,
      name: "zendesk",
      label,
      status: "ACTIVE",
      created: old ? "2019-03-14T09:00:00.000Z" : "2025-10-30T09:00:00.000Z",
      features: old ? ["PUSH_NEW_USERS", "PUSH_PROFILE_UPDATES", "PUSH_USER_DEACTIVATION", "GROUP_PUSH"] : ["PUSH_NEW_USERS", "PUSH_USER_DEACTIVATION"],
      visibility: { autoSubmitToolbar: false, hide: { iOS: !old, web: !old }, appLinks: { login: true } },
      credentials: { userNameTemplate: { template: old ? "${source.email}" : "String.toLowerCase(user.email)", type: old ? "BUILT_IN" : "CUSTOM" }, signing: { kid: old ? "SIMcCQNY3uwXoW3y0vf6VxiBb5n9pf8L2fK8d-FIbm4" : "m2Qe8Tt1vYpK0aRjXnLwZc5uBd7sGf4HiO9yEk3NxVI" } },
      settings: {
        app: { subdomain: "northwind", apiToken: "(redacted)" },
        signOn: {
          audience: "northwind.zendesk.com",
          ssoAcsUrl: "https://northwind.zendesk.com/access/saml",
          subjectNameIdFormat: "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
          assertionSigned: true,
          attributeStatements: ["email", "name", ...(old ? ["organization"] : [])].map((name) => ({ type: "EXPRESSION", name, values: [`user.${name}`] })),
        },
        notes: { admin: old ? "owned by support-platform@northwind.example" : null },
      },
    },
    null,
    2,
  );
}

const shapes: Record<IdentityProviders, string> = {
  one: "The service then trusts either the old app or the new one. Everybody moves at once, when Zendesk's admin puts the new values in: a cut-over, best at a quiet hour.",
  several: "Both apps can sign people in at the same time. People move in waves, and nobody waits for anybody.",
  unknown: "Rehome plans as if Zendesk held one: everybody moves at once. Ask Zendesk's admin; with several, people can move in waves.",
};

/** The old key shared, the username template, an attribute that is missing. */
function offered(): LineView[] {
  const base = { warnings: [], approved: null, undoWords: "", canUndo: false, state: "offered" as LineState, words: "Offered; nobody has asked for it", tone: "neutral" as Tone };
  return [
    {
      ...base,
      id: "share-key",
      step: "compare",
      title: "Sign with the old app's key",
      what: "Zendesk Suite signs with the key and certificate of Zendesk (2019).",
      buys: "Zendesk's admin need not put a new certificate in. Issuer and sign-on URL still change, so the hand-over sheet is still needed.",
      warnings: ["The certificate of the old app ends on 14 March 2029. It then has to be renewed on the new app.", "Whoever downloads the metadata of the new app before this change has the other certificate."],
      calls: [
        { method: "POST", path: "/api/v1/apps/0oa1f9sd2Lq8Xk2/credentials/keys/SIMcCQNY3uwXoW3y0vf6VxiBb5n9pf8L2fK8d-FIbm4/clone?targetAid=0oa8a77Ts0pVb41", body: null },
        { method: "PUT", path: "/api/v1/apps/0oa8a77Ts0pVb41", body: JSON.stringify({ name: "zendesk", label: "Zendesk Suite", signOnMode: "SAML_2_0", credentials: { signing: { kid: "SIMcCQNY3uwXoW3y0vf6VxiBb5n9pf8L2fK8d-FIbm4" } } }, null, 2) },
      ],
    },
    {
      ...base,
      id: "statement-organization",
      step: "compare",
      title: "Add the attribute statement “organization”",
      what: "The assertion of Zendesk Suite carries organization with the value user.organization, as that of the old app does.",
      buys: "Zendesk keeps people in their organization at the next sign-in.",
      calls: [{ method: "PUT", path: "/api/v1/apps/0oa8a77Ts0pVb41", body: JSON.stringify({ settings: { signOn: { attributeStatements: [{ type: "EXPRESSION", name: "organization", namespace: "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified", values: ["user.organization"] }] } } }, null, 2) }],
    },
  ];
}

const mapLines = (): LineView[] => [
  {
    id: "attribute-legacyId",
    step: "map",
    title: "Add the attribute legacyId to the new app",
    what: "Zendesk Suite gets the attribute legacyId (string), as Zendesk (2019) has it.",
    buys: "Its value can then be carried over for 1,204 people.",
    warnings: [],
    calls: [{ method: "POST", path: "/api/v1/meta/schemas/apps/0oa8a77Ts0pVb41/default", body: JSON.stringify({ definitions: { custom: { type: "object", properties: { legacyId: { title: "Legacy id", type: "string", scope: "NONE" } } } } }, null, 2) }],
    state: "offered",
    words: "Offered; nobody has asked for it",
    tone: "neutral",
    approved: null,
    undoWords: "",
    canUndo: false,
  },
];

export function settling(scene: string, did: Did) {
  let answer: IdentityProviders | null = null;
  let signed: Signed | null = scene === "outdated" ? { name: "Mia Chen", at: new Date(Date.now() - 9e7).toISOString(), note: "ticket ZD-4411" } : null;
  const lines = [...offered(), ...mapLines()];
  const long = scene === "long";
  const now = () => new Date().toISOString();
  const line = (id: string) => lines.find((one) => one.id === id)!;
  const set = (id: string, state: LineState, words: string, tone: Tone, more: Partial<LineView> = {}) => {
    Object.assign(line(id), { state, words, tone, ...more });
    did.changed();
  };
  const handState = () => ({ available: true, signed, outdated: scene === "outdated" && signed !== null, cutOver: scene.startsWith("cutover") });

  const sheet = (): HandOverView => ({
    title: "What Zendesk's admin has to put in",
    protocol: "SAML 2.0",
    intro: ["Okta signs people in to Zendesk through a new app. Zendesk has to trust it: please put the values under “New” in, at the hour that you have agreed on.", "Keep the old values until then. They are the way back."],
    items: [
      { id: "issuer", label: long ? "Aussteller (Entitäts-ID des Identitätsanbieters, Identity Provider Issuer)" : "Issuer (entity ID of Okta)", hint: "Zendesk calls it “Issuer”", old: "http://www.okta.com/exk1f9sd2Lq8Xk2", new: "http://www.okta.com/exk8a77Ts0pVb41", mustChange: true },
      { id: "sso", label: "Sign-on URL", hint: "Zendesk calls it “SAML SSO URL”", old: "https://northwind.okta.com/app/zendesk/exk1f9sd2Lq8Xk2/sso/saml", new: "https://northwind.okta.com/app/zendesk/exk8a77Ts0pVb41/sso/saml", mustChange: true },
      { id: "slo", label: "Sign-out URL", hint: "Optional", old: null, new: null, mustChange: false },
      { id: "audience", label: "Audience (entity ID of the service)", hint: "Zendesk expects it in the assertion", old: "northwind.zendesk.com", new: "northwind.zendesk.com", mustChange: false },
      { id: "metadata", label: "Metadata", hint: "Holds all of it, for services that read it from an address", old: "https://northwind.okta.com/app/exk1f9sd2Lq8Xk2/sso/saml/metadata", new: "https://northwind.okta.com/app/exk8a77Ts0pVb41/sso/saml/metadata", mustChange: true },
    ],
    oldCertificate: certificate("old", "2029-03-14T09:00:00Z", 840, "good"),
    newCertificate: line("share-key").state === "done" ? certificate("old", "2029-03-14T09:00:00Z", 840, "good") : certificate("new", "2036-11-02T09:00:00Z", 3629, "good"),
    sharesKey: line("share-key").state === "done",
    warnings: ["Zendesk keeps one certificate fingerprint. From the moment that it is changed, people on the old app are refused."],
    text: "What Zendesk's admin has to put in\n\nIssuer\n  new: http://www.okta.com/exk8a77Ts0pVb41\n",
    state: handState(),
  });

  return {
    extras(): Pick<CompareView, "always" | "identity" | "vendor" | "handOver" | "lines"> {
      return {
        always,
        identity: { answer, card: "one", cardWords: "The vendor card says: one. Zendesk keeps a single SAML configuration for team members.", source: { label: "Zendesk help: single sign-on", url: "https://support.zendesk.com/hc/en-us/articles/4408887505690" }, shape: shapes[answer ?? "unknown"] },
        vendor: scene === "novendor" ? null : { vendor: "Zendesk", read: "2026-11-25", usernames: "Accounts are matched by email address; upper and lower case are the same account.", traps: 2, source: { label: "Zendesk help: single sign-on", url: "https://support.zendesk.com/hc/en-us/articles/4408887505690" } },
        handOver: handState(),
        lines: lines.filter((one) => one.step === "compare").map((one) => ({ ...one })),
      };
    },
    /** Lines of step 2, for the mock of the map. */
    mapLines: () => lines.filter((one) => one.step === "map").map((one) => ({ ...one })),
    door: {
      handOver: async () => sheet(),
      saveHandOver: async () => ({ path: "/home/ana/Documents/Rehome/zendesk-hand-over.html", words: "one page, with both certificates" }),
      signHandOver: async (_m, name, note) => {
        signed = name ? { name, at: now(), note } : null;
        did.changed();
      },
      answerIdentityProviders: async (_m, given) => {
        answer = given;
        did.changed();
      },
      proposeLine: async (_m, wish) => {
        const id = wish.change === "mapping" ? `mapping-${wish.attribute}` : wish.change === "attribute" ? `attribute-${wish.name}` : "template";
        if (!lines.some((one) => one.id === id))
          lines.push({
            ...mapLines()[0]!,
            id,
            title: wish.change === "mapping" ? `Let Okta fill ${wish.attribute} with ${wish.expression ?? "nothing"}` : wish.change === "attribute" ? `Add the attribute ${wish.name} to the new app` : `Make ${wish.template} the username template`,
            what: wish.change === "mapping" ? "Okta's mapping of the new app gets this expression, for every user type." : "The new app is changed as asked.",
            calls: [{ method: "POST", path: "/api/v1/mappings/prm1k47ghydIQOTBW0g4", body: JSON.stringify(wish, null, 2) }],
          });
        did.changed();
        return id;
      },
      approveLine: async (_m, id, name) => set(id, "approved", `Approved by ${name}, not made yet`, "info", { approved: { name, at: now(), note: "" } }),
      withdrawLine: async (_m, id) => set(id, "offered", "Offered; nobody has asked for it", "neutral", { approved: null }),
      runLines: async () => {
        for (const one of lines) if (one.state === "approved") set(one.id, "done", "Made just now", "good", { canUndo: true, undoWords: "Rehome can make it back: the new app then has what it had before." });
      },
      undoLine: async (_m, id) => set(id, "undone", "Made back just now", "neutral", { canUndo: false }),
    } satisfies Partial<Door>,
  };
}
