// Icons, colours and words of states, so that every screen says them alike. Never colour alone.
import PauseIcon from "@lucide/svelte/icons/pause";
import BuildingIcon from "@lucide/svelte/icons/building-2";
import CheckIcon from "@lucide/svelte/icons/check";
import CircleAlertIcon from "@lucide/svelte/icons/circle-alert";
import CircleDashedIcon from "@lucide/svelte/icons/circle-dashed";
import CircleQuestionMarkIcon from "@lucide/svelte/icons/circle-question-mark";
import EqualNotIcon from "@lucide/svelte/icons/equal-not";
import EyeIcon from "@lucide/svelte/icons/eye";
import FlaskIcon from "@lucide/svelte/icons/flask-conical";
import InfoIcon from "@lucide/svelte/icons/info";
import LogInIcon from "@lucide/svelte/icons/log-in";
import MinusIcon from "@lucide/svelte/icons/minus";
import OctagonXIcon from "@lucide/svelte/icons/octagon-x";
import PenLineIcon from "@lucide/svelte/icons/pen-line";
import SplitIcon from "@lucide/svelte/icons/split";
import UndoIcon from "@lucide/svelte/icons/undo-2";
import UserCheckIcon from "@lucide/svelte/icons/user-check";
import UserMinusIcon from "@lucide/svelte/icons/user-minus";
import UserPlusIcon from "@lucide/svelte/icons/user-plus";
import WandIcon from "@lucide/svelte/icons/wand-sparkles";
import WorkflowIcon from "@lucide/svelte/icons/workflow";
import type { Component } from "svelte";
import type { AttributeState, CheckOutcome, LineState, OrgEngine, OrgKind, PersonState, RouteChoice, RowOutcome, ScriptResult, Tone, UsernameChoice, UsernameClass } from "./door";

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- Lucide's components share no narrower type
export type Icon = Component<any>;

/** Class of a pill. */
export const toneClass: Record<Tone, string> = { neutral: "", good: "ok", info: "accent", review: "warn", bad: "bad" };

export const toneIcon: Record<Tone, Icon> = {
  neutral: MinusIcon,
  good: CheckIcon,
  info: InfoIcon,
  review: EyeIcon,
  bad: OctagonXIcon,
};

export const rowTone: Record<RowOutcome, Tone> = {
  same: "good",
  differsAsItMust: "neutral",
  needsReview: "review",
  blocked: "bad",
  onlyInOld: "review",
  onlyInNew: "review",
  couldNotBeRead: "review",
};

export const rowIcon: Record<RowOutcome, Icon> = {
  same: CheckIcon,
  differsAsItMust: EqualNotIcon,
  needsReview: EyeIcon,
  blocked: OctagonXIcon,
  onlyInOld: SplitIcon,
  onlyInNew: SplitIcon,
  couldNotBeRead: CircleQuestionMarkIcon,
};

export const checkTone: Record<CheckOutcome, Tone> = {
  passed: "good",
  needsReview: "review",
  blocked: "bad",
  attest: "review",
  unknown: "review",
};

export const checkIcon: Record<CheckOutcome, Icon> = {
  passed: CheckIcon,
  needsReview: EyeIcon,
  blocked: OctagonXIcon,
  attest: PenLineIcon,
  unknown: CircleQuestionMarkIcon,
};

export const personWords: Record<PersonState, string> = {
  planned: "Planned",
  assigned: "Assigned",
  proven: "Proven",
  signedIn: "Signed in",
  failed: "Failed",
  unknown: "Unknown",
  excluded: "Excluded",
  retired: "Retired",
  held: "Held back",
};

export const personTone: Record<PersonState, Tone> = {
  planned: "neutral",
  assigned: "info",
  proven: "good",
  signedIn: "good",
  failed: "bad",
  unknown: "review",
  excluded: "neutral",
  retired: "good",
  held: "review",
};

export const personIcon: Record<PersonState, Icon> = {
  planned: CircleDashedIcon,
  assigned: UserPlusIcon,
  proven: UserCheckIcon,
  signedIn: LogInIcon,
  failed: OctagonXIcon,
  unknown: CircleQuestionMarkIcon,
  excluded: MinusIcon,
  retired: UserMinusIcon,
  held: PauseIcon,
};

/** Custom property that holds the colour of a state. */
export const personColour: Record<PersonState, string> = {
  planned: "var(--planned)",
  assigned: "var(--assigned)",
  proven: "var(--proven)",
  signedIn: "var(--proven)",
  failed: "var(--failed)",
  unknown: "var(--unknown)",
  excluded: "var(--excluded)",
  retired: "var(--retired)",
  held: "var(--planned)",
};

export const classWords: Record<UsernameClass, string> = {
  same: "Same",
  caseOnly: "Case only",
  unicodeForm: "Unicode form",
  domain: "Domain only",
  different: "Different",
  blank: "Blank",
  tooLong: "Too long",
  collision: "Collides",
  unknown: "Not predictable",
};

export const classTone: Record<UsernameClass, Tone> = {
  same: "good",
  caseOnly: "info",
  unicodeForm: "review",
  domain: "review",
  different: "review",
  blank: "bad",
  tooLong: "bad",
  collision: "bad",
  unknown: "review",
};

export const classColour: Record<UsernameClass, string> = {
  same: "var(--proven)",
  caseOnly: "var(--assigned)",
  unicodeForm: "var(--assigned)",
  domain: "var(--unknown)",
  different: "var(--unknown)",
  blank: "var(--failed)",
  tooLong: "var(--failed)",
  collision: "var(--failed)",
  unknown: "var(--excluded)",
};

export const choiceWords: Record<UsernameChoice, string> = {
  open: "Not decided",
  takePredicted: "Take the predicted username",
  keepOld: "Keep the old username",
  rule: "Send what a rule gives",
};

export const scriptWords: Record<ScriptResult, string> = { pass: "Pass", fail: "Fail", notApplicable: "Not applicable" };

export const attributeWords: Record<AttributeState, string> = {
  byOkta: "By Okta",
  guessed: "Guessed",
  confirmed: "Confirmed",
  excluded: "Excluded",
};

export const attributeTone: Record<AttributeState, Tone> = { byOkta: "info", guessed: "review", confirmed: "good", excluded: "neutral" };

export const attributeIcon: Record<AttributeState, Icon> = {
  byOkta: WorkflowIcon,
  guessed: WandIcon,
  confirmed: CheckIcon,
  excluded: MinusIcon,
};

export const lineWords: Record<LineState, string> = {
  offered: "Offered",
  approved: "Approved",
  done: "Made",
  failed: "Refused by Okta",
  unknown: "Answer lost",
  undone: "Made back",
};

export const lineIcon: Record<LineState, Icon> = {
  offered: CircleDashedIcon,
  approved: PenLineIcon,
  done: CheckIcon,
  failed: OctagonXIcon,
  unknown: CircleQuestionMarkIcon,
  undone: UndoIcon,
};

export const orgWords: Record<OrgKind, string> = { production: "Production", preview: "Preview", practice: "Practice", other: "Okta org" };
export const orgClass: Record<OrgKind, string> = { production: "warn", preview: "blue", practice: "violet", other: "" };
export const orgIcon: Record<OrgKind, Icon> = { production: BuildingIcon, preview: EyeIcon, practice: FlaskIcon, other: BuildingIcon };
export const engineWords: Record<OrgEngine, string> = { classic: "Classic Engine", identityEngine: "Identity Engine", unknown: "Engine unknown" };

export const alertIcon: Icon = CircleAlertIcon;

/** Routes as they can be asked for; "" leaves it to the planner. */
export const routeWishes: { value: RouteChoice | ""; label: string }[] = [
  { value: "", label: "Rehome decides" },
  { value: "whole", label: "In one go" },
  { value: "waveGroup", label: "Wave group" },
  { value: "oneByOne", label: "One by one" },
];
