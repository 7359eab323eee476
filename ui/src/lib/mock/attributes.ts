import type { AttributeRow, AttributeState, Fill, Span, Tone } from "../door";

const row = (
  name: string,
  title: string,
  facts: string,
  fill: Fill,
  state: AttributeState,
  value: Span[],
  againstOld: string,
  more: Partial<AttributeRow> = {},
): AttributeRow => ({
  name,
  title,
  facts,
  required: facts === "required",
  fill,
  filledBy: shown(fill),
  how: how(fill, name),
  state,
  reason: "",
  tone: tones[state],
  value,
  againstOld,
  candidates: ["role", "groupNames", "locale", "timeZone", "legacyId", "organization"],
  kind: facts === "list" ? "array" : "string",
  whoWins: "",
  choices: [],
  values: [],
  worst: [],
  confidence: null,
  mappingOffer: null,
  ...more,
});

const tones: Record<AttributeState, Tone> = { byOkta: "info", guessed: "review", confirmed: "good", excluded: "neutral" };
const t = (text: string): Span[] => (text ? [{ text, differs: false }] : []);

export function shown(fill: Fill): string {
  if (fill.by === "okta") return fill.expression;
  if (fill.by === "oldAttribute") return `old: ${fill.name}`;
  if (fill.by === "expression") return fill.text;
  return fill.by === "constant" ? `"${fill.value}"` : "left empty";
}

export function how(fill: Fill, name: string): string {
  if (fill.by === "okta") return name === "userName" ? "template" : "mapping";
  if (fill.by === "oldAttribute") return "copied";
  return fill.by === "constant" || fill.by === "expression" ? fill.by : "";
}

export function attributes(): AttributeRow[] {
  return [
    row("userName", "Username", "required", { by: "okta", expression: "String.toLowerCase(user.email)" }, "byOkta", t("ana.mueller@northwind.example"), "same as old", { confidence: { words: "right for 99.6 % of what Okta stored on the old app (4,962 of 4,982)", tone: "good" } }),
    row("email", "Email", "required", { by: "okta", expression: "user.email" }, "byOkta", t("ana.mueller@northwind.example"), "same as old"),
    row("displayName", "Display name", "string", { by: "okta", expression: 'user.firstName + " " + user.lastName' }, "byOkta", t("Ana Müller"), "same as old"),
    row("role", "Role", "enum, 4 values", { by: "oldAttribute", name: "role" }, "guessed", [{ text: "light_agent → ", differs: false }, { text: "agent_light", differs: true }], "value renamed", {
      reason: "Both apps have an attribute of this name. One of its 4 values is spelt otherwise on the new app.",
      whoWins: "also through groups: the first group by priority wins",
      choices: [{ value: "agent", title: "Agent" }, { value: "agent_light", title: "Light agent" }, { value: "admin", title: "Administrator" }, { value: "billing", title: "Billing" }],
      values: [
        { old: "agent", oldTitle: "Agent", new: "agent", how: "same value", people: 3_120 },
        { old: "light_agent", oldTitle: "Light agent", new: "agent_light", how: "same title", people: 1_640 },
        { old: "admin", oldTitle: "Admin", new: "admin", how: "same value", people: 14 },
        { old: "legacy_agent", oldTitle: "Legacy agent", new: null, how: "no match", people: 208 },
      ],
      worst: [{ set: "gap:role:notInList", words: "not in the list", people: 208, tone: "bad", examples: [{ id: "00u1", name: "Ana Müller", login: "ana.mueller@northwind.example" }] }],
      confidence: { words: "right for 92.0 % of what Okta stored on the old app (4,583 of 4,982)", tone: "review" },
    }),
    row("groups", "Groups", "list", { by: "oldAttribute", name: "groupNames" }, "guessed", t("Tier 1, Billing"), "same as old", {
      reason: "“groupNames” on the old app holds the same kind of values for 4,978 of 4,982 people.",
    }),
    row("costCenter", "Cost center", "string, at most 10", { by: "okta", expression: "user.costCenter" }, "byOkta", [{ text: "CC-0004711-EU", differs: true }], "13 characters, limit 10", {
      tone: "review",
      reason: "The new app takes at most 10 characters. 212 people have more; Okta would refuse them.",
      worst: [{ set: "gap:costCenter:tooLong", words: "too long", people: 212, tone: "bad", examples: [{ id: "00u1", name: "Ana Müller", login: "ana.mueller@northwind.example" }] }],
    }),
    row("locale", "Locale", "string", { by: "constant", value: "en-US" }, "confirmed", t("en-US"), "was de-DE"),
    row("legacyId", "Legacy id", "string", { by: "nothing" }, "excluded", [], "dropped", { mappingOffer: "user.employeeNumber" }),
  ];
}
