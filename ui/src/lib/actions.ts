import { tick } from "svelte";
import { app } from "./app.svelte";
import { door, type Action, type Step } from "./door";

/** The step whose screen carries an action out in a dialog of its own. */
const HOME: Partial<Record<Action["kind"], Step>> = {
  attestCutOver: "cutOver",
  startCutOver: "cutOver",
  finishCutOver: "cutOver",
  goBackCutOver: "cutOver",
  answerIdentity: "compare",
  showUnsettled: "map",
  showSet: "map",
  showAttribute: "map",
  fixByFile: "map",
  loadDownstream: "map",
  choosePilot: "pilot",
  rollBack: "waves",
  stateOtherKeys: "pilot",
  settleScript: "pilot",
  askPilot: "pilot",
  rehearseUndo: "pilot",
  skipRehearsal: "pilot",
  approveExceptions: "waves",
  openWave: "waves",
  acceptForeign: "waves",
  attest: "retire",
  attestCanary: "retire",
  retireGroups: "retire",
  deactivateOld: "delete",
  deleteOld: "delete",
};

/** Compare and map have findings and lines alike: the one of the two that has this one. */
async function earlyHome(id: string, has: (view: Awaited<ReturnType<typeof door.compare>>) => boolean): Promise<Step> {
  try {
    return has(await door.compare(id)) ? "compare" : "map";
  } catch {
    return app.step === "map" ? "map" : "compare";
  }
}

/** Carries out what a next step offers. Actions that need a question first are handed to the screen that asks it. */
export async function act(action: Action): Promise<void> {
  const id = app.id;
  if (!id) return;
  switch (action.kind) {
    case "readApps":
      await app.attempt(() => door.readApps(id));
      return;
    case "goTo":
      return app.go(action.step);
    case "showFinding":
    case "attestFinding":
      return hand(action, await earlyHome(id, (view) => view.findings.some((one) => one.id === action.finding)));
    case "showLine":
      return hand(action, await earlyHome(id, (view) => view.lines.some((one) => one.id === action.line && one.step === "compare")));
    case "runLines":
      // What writes to Okta is asked for once more, on whichever of the two screens is shown.
      return hand(action, app.step === "map" ? "map" : "compare");
    case "handOver":
      return hand(action, app.step === "cutOver" ? "cutOver" : "compare");
    case "setTiles":
      await app.attempt(() => door.setTiles(id));
      return;
    case "confirmGuesses":
      if (await app.attempt(() => door.confirmGuesses(id))) app.say("Every guess is confirmed as it stands.");
      return;
    case "recoveryCode":
      app.panel = "recoveryCode";
      return;
    case "secondApproval":
      app.panel = "second";
      return;
    case "runWave":
      await app.attempt(() => door.runWave(id, action.wave));
      return;
    case "retryFailed":
      await app.attempt(() => door.retryFailed(id, action.wave, null));
      return;
    case "releaseWave":
      await app.attempt(() => door.holdWave(id, action.wave, null));
      return;
    case "prove":
      await app.attempt(() => door.prove(id));
      return;
    case "pause":
      await app.attempt(() => door.pause(id));
      return;
    case "resume":
      await app.attempt(() => door.resume(id));
      return;
    case "readGate":
      await app.attempt(() => door.retireReadGate(id));
      return;
    case "open":
      await app.attempt(() => door.openLink(action.url));
      return;
    case "runCanary":
      await app.attempt(() => door.retireCanary(id));
      return;
    case "retireIndividuals":
      await app.attempt(() => door.retireIndividuals(id));
      return;
    case "saveReport":
      app.panel = "report";
      return;
    case "closeMigration":
      app.panel = "close";
      return;
    case "draftPlan":
    case "reviewPlan":
      // Both belong to pilot and waves alike: whichever is shown.
      return hand(action, app.step === "waves" ? "waves" : "pilot");
    case "showPeople":
      await hand(action, app.step === "pilot" || app.step === "retire" ? app.step : "waves");
      await tick();
      await tick();
      // No screen took it: a list over the screen.
      if (app.intent === action) {
        app.intent = undefined;
        app.panel = { people: { state: action.state } };
      }
      return;
    default:
      return hand(action, HOME[action.kind] ?? app.step);
  }
}

async function hand(action: Action, step: Step): Promise<void> {
  app.go(step);
  app.trouble = undefined;
  app.intent = action;
}
