import type { CompareSection, FindingView, RowOutcome, Span } from "../door";

const s = (text: string): Span[] => text.split("|").map((t, i) => ({ text: t, differs: i % 2 === 1 })).filter((p) => p.text);
const words: Record<RowOutcome, string> = {
  same: "Passed",
  differsAsItMust: "Differs as it must",
  needsReview: "Needs review",
  blocked: "Blocked",
  onlyInOld: "Only in old",
  onlyInNew: "Only in new",
  couldNotBeRead: "Could not be read",
};
const row = (label: string, old: string, now: string, outcome: RowOutcome, finding: string | null = null) => ({
  id: label,
  label,
  old: s(old),
  new: s(now),
  outcome,
  words: words[outcome],
  matters: outcome !== "same" && outcome !== "differsAsItMust",
  finding,
});

export function sections(): CompareSection[] {
  return [
    {
      title: "Sign-on",
      rows: [
        row("Sign-on mode", "SAML 2.0", "SAML 2.0", "same"),
        row("Audience (entity ID of the service)", "northwind.zendesk.com", "northwind.zendesk.com", "same"),
        row("Issuer (entity ID of Okta)", "http://www.okta.com/exk1f|9sd2Lq|", "http://www.okta.com/exk8a|77Ts0p|", "differsAsItMust"),
        row("Name ID format", "EmailAddress", "EmailAddress", "same"),
        row("Attribute statements", "email, name, organization", "email, name", "onlyInOld", "attribute-statements"),
        row("Assertion signed", "Yes", "Yes", "same"),
        row("Session lifetime", "PT8H", "PT8H", "same"),
      ],
    },
    {
      title: "Certificates",
      rows: [row("Signing certificate", "9A:41:7F:03…C2 to 2029-03-14", "|5E:08:2B:AA…7B| to |2036-11-02|", "needsReview", "signing-certificate")],
    },
    {
      title: "Provisioning",
      rows: [
        row("Deactivate users on unassign", "On", "On", "blocked", "deactivate-users"),
        row("Create users / update attributes", "On / On", "On / |Off|", "needsReview", "provisioning-to-app"),
        row("Import schedule", "Never", "Never", "same"),
        row("Profile source", "No", "No", "same"),
        row("Push groups", "6", "0", "onlyInOld", "push-groups"),
      ],
    },
    {
      title: "Policy",
      rows: [row("Access policy", "Workforce apps (3 rules)", "|Default policy| (1 rule)", "needsReview", "access-policy"), row("Network zones", "None", "None", "same")],
    },
    { title: "Portal", rows: [row("Hidden from dashboard", "No", "Yes, until the first wave", "same"), row("Notes for admins", "owned by support-platform@", "", "onlyInOld")] },
    { title: "Identity", rows: [row("Id", "0oa1f|9sd2Lq8Xk2|", "0oa8a|77Ts0pVb41|", "differsAsItMust"), row("Label", "Zendesk (2019)", "Zendesk Suite", "differsAsItMust"), row("Created", "2019-03-14", "|2025-10-30|", "differsAsItMust")] },
  ];
}

const common = { readAt: new Date(Date.now() - 130_000).toISOString(), canSkip: true, skipped: null, reviewed: false, evidence: "" };

export function findings(): FindingView[] {
  return [
    {
      ...common,
      id: "signing-certificate",
      title: "The two apps sign with different certificates",
      outcome: "needsReview",
      words: "Needs review",
      tone: "review",
      blocks: null,
      what: "Zendesk (2019) and Zendesk Suite each have their own signing certificate. Zendesk trusts the old one only.",
      why: "Until Zendesk's admin puts the new certificate in, everyone on the new app is refused at sign-in.",
      mend: "Send Zendesk's admin the hand-over sheet: issuer, sign-on URL and certificate all change. Sharing the old key spares the certificate only.",
      evidence: "GET /api/v1/apps/0oa8a77Ts0pVb41/credentials/keys · 2 calls",
      link: { label: "Open the Sign On tab", url: "https://northwind-admin.okta.com/admin/app/zendesk/instance/0oa8a77Ts0pVb41/#tab-signon" },
    },
    {
      ...common,
      id: "deactivate-users",
      title: "The old app deactivates people when they are unassigned",
      outcome: "blocked",
      words: "Blocked",
      tone: "bad",
      blocks: "retire",
      what: "Deactivate Users is on for Zendesk (2019).",
      why: "Unassigning would switch off 4,941 Zendesk accounts that your colleagues use through the new app.",
      mend: "Open the Provisioning tab of the old app, To App, and untick Deactivate Users. Rehome reads it again before it takes anything away.",
      evidence: "features of GET /api/v1/apps/0oa1f9sd2Lq8Xk2: PUSH_USER_DEACTIVATION",
      canSkip: false,
      link: { label: "Open the Provisioning tab", url: "https://northwind-admin.okta.com/admin/app/zendesk/instance/0oa1f9sd2Lq8Xk2/#tab-user-management" },
    },
    {
      ...common,
      id: "provisioning-to-app",
      title: "The new app does not update attributes",
      outcome: "needsReview",
      words: "Needs review",
      tone: "review",
      blocks: null,
      what: "Update User Attributes is on for the old app and off for the new one.",
      why: "Names and roles that change in Okta after the move no longer reach Zendesk.",
      mend: "Tick Update User Attributes on the new app, or note that this is meant.",
      evidence: "features of both apps",
      link: { label: "Open the Provisioning tab", url: "https://northwind-admin.okta.com/admin/app/zendesk/instance/0oa8a77Ts0pVb41/#tab-user-management" },
    },
    {
      ...common,
      id: "attribute-statements",
      title: "The new app sends one attribute less",
      outcome: "needsReview",
      words: "Only in old",
      tone: "review",
      blocks: null,
      what: "The assertion of the old app holds “organization”, that of the new app does not.",
      why: "Zendesk puts people without it into the default organization at their next sign-in.",
      mend: "Add the attribute statement “organization” with the value user.organization to the new app.",
      evidence: "settings.signOn.attributeStatements of both apps",
      link: { label: "Open the Sign On tab", url: "https://northwind-admin.okta.com/admin/app/zendesk/instance/0oa8a77Ts0pVb41/#tab-signon" },
    },
    {
      ...common,
      id: "push-groups",
      title: "6 push groups are on the old app only",
      outcome: "needsReview",
      words: "Only in old",
      tone: "review",
      blocks: "retire",
      what: "Six groups are pushed to Zendesk by the old app, none by the new one.",
      why: "Group members in Zendesk stop following Okta once the old app goes.",
      mend: "Push the same groups from the new app and link each to the Zendesk group that is there already.",
      evidence: "GET /api/v1/apps/0oa1f9sd2Lq8Xk2/group-push/mappings · 1 call",
      link: { label: "Open Push Groups", url: "https://northwind-admin.okta.com/admin/app/zendesk/instance/0oa8a77Ts0pVb41/#tab-group-push" },
    },
    {
      ...common,
      id: "access-policy",
      title: "The new app has another access policy",
      outcome: "needsReview",
      words: "Needs review",
      tone: "review",
      blocks: null,
      what: "The old app is under “Workforce apps” with 3 rules, the new one under “Default policy” with 1 rule.",
      why: "People who sign in to the new app may be asked for less, or for more, than they are used to.",
      mend: "Put the new app under “Workforce apps”, or note that this is meant.",
      evidence: "accessPolicy link of both apps",
      link: { label: "Open the access policies", url: "https://northwind-admin.okta.com/admin/authn/policies" },
    },
  ];
}
