// The one door to the core. Screens never see a `Result`: a refusal is thrown as `ProblemError`.
import { commands, events } from "./bindings";
import type {
  ActivityView,
  AppChoice,
  CompareView,
  ConnectionView,
  DeleteView,
  Fill,
  MapView,
  MigrationView,
  OrgEngine,
  PairView,
  PeopleFilter,
  PeopleMap,
  PeoplePage,
  PersonRow,
  PersonView,
  PilotView,
  PlanView,
  Problem,
  RawPair,
  ReportView,
  RetireView,
  RunView,
  ServiceAppSetup,
  StartView,
  UsernameChoice,
  UsernameClass,
  WavesView,
} from "./bindings";

export type * from "./bindings";

/** A refusal by the core, in words for the admin. */
export class ProblemError extends Error {
  override name = "ProblemError";
  constructor(readonly problem: Problem) {
    super(problem.what);
  }
}

/** Everything that the window can ask of the core. */
export interface Door {
  start(): Promise<StartView>;
  openJournal(code: string): Promise<StartView>;
  connect(url: string, token: string): Promise<ConnectionView>;
  startPractice(people: number, engine: OrgEngine): Promise<ConnectionView>;
  listApps(connection: string, search: string): Promise<AppChoice[]>;
  checkPair(connection: string, old: string, new_: string): Promise<PairView>;
  serviceAppSetup(anew: boolean): Promise<ServiceAppSetup>;
  connectServiceApp(url: string, clientId: string): Promise<ConnectionView>;
  startMigration(connection: string, old: string, new_: string): Promise<string>;
  provideCredential(migration: string, token: string): Promise<MigrationView>;
  provideServiceApp(migration: string, clientId: string): Promise<MigrationView>;
  removeMigration(migration: string): Promise<void>;
  migration(migration: string): Promise<MigrationView>;
  readApps(migration: string): Promise<void>;
  compare(migration: string): Promise<CompareView>;
  raw(migration: string): Promise<RawPair[]>;
  reviewFinding(migration: string, finding: string, reviewed: boolean): Promise<void>;
  skipFinding(migration: string, finding: string, reason: string | null): Promise<void>;
  map(migration: string, preview: string | null): Promise<MapView>;
  setUsernameChoice(migration: string, class_: UsernameClass, choice: UsernameChoice): Promise<void>;
  setFill(migration: string, attribute: string, fill: Fill): Promise<void>;
  confirmGuesses(migration: string): Promise<void>;
  people(migration: string, filter: PeopleFilter, offset: number, limit: number): Promise<PeoplePage>;
  person(migration: string, person: string): Promise<PersonView>;
  excludePerson(migration: string, person: string, reason: string | null): Promise<void>;
  pilot(migration: string): Promise<PilotView>;
  suggestPilot(migration: string, count: number): Promise<PersonRow[]>;
  setPilot(migration: string, people: string[]): Promise<void>;
  draftPlan(migration: string, waveSize: number): Promise<PlanView>;
  approvePlan(migration: string, digest: string): Promise<void>;
  recoveryCode(): Promise<string>;
  confirmRecoveryCode(code: string): Promise<void>;
  runWave(migration: string, wave: number): Promise<void>;
  pause(migration: string): Promise<void>;
  resume(migration: string): Promise<void>;
  stop(migration: string): Promise<void>;
  prove(migration: string): Promise<void>;
  waves(migration: string): Promise<WavesView>;
  peopleMap(migration: string): Promise<PeopleMap>;
  retire(migration: string): Promise<RetireView>;
  retireReadGate(migration: string): Promise<void>;
  attest(migration: string, name: string): Promise<void>;
  attestCanary(migration: string, name: string, stillActive: boolean): Promise<void>;
  exceptPerson(migration: string, person: string, reason: string | null): Promise<void>;
  retireCanary(migration: string): Promise<void>;
  retireGroups(migration: string, members: number): Promise<void>;
  retireIndividuals(migration: string): Promise<void>;
  undoRetire(migration: string): Promise<void>;
  deleteStep(migration: string): Promise<DeleteView>;
  deactivateOld(migration: string): Promise<void>;
  deleteOld(migration: string, typed: string): Promise<void>;
  saveReport(migration: string): Promise<ReportView>;
  activity(migration: string, offset: number, limit: number): Promise<ActivityView>;
  closeMigration(migration: string, revokeToken: boolean): Promise<void>;
  openLink(url: string): Promise<void>;
  reveal(path: string): Promise<void>;
  /** Something that a view shows has changed (`null`: the first screen): read it again. Gives the way to stop listening. */
  onChanged(hear: (migration: string | null) => void): Promise<() => void>;
  /** How far a reading or run has come. */
  onRun(hear: (run: RunView) => void): Promise<() => void>;
}

type Answer<T> = { status: "ok"; data: T } | { status: "error"; error: Problem };

function unwrap<T>(answer: Answer<T>): T {
  if (answer.status === "ok") return answer.data;
  throw new ProblemError(answer.error);
}

const core: Door = {
  start: async () => unwrap(await commands.start()),
  openJournal: async (code) => unwrap(await commands.openJournal(code)),
  connect: async (url, token) => unwrap(await commands.connect(url, token)),
  startPractice: async (people, engine) => unwrap(await commands.startPractice(people, engine)),
  listApps: async (connection, search) => unwrap(await commands.listApps(connection, search)),
  checkPair: async (connection, old, new_) => unwrap(await commands.checkPair(connection, old, new_)),
  serviceAppSetup: async (anew) => unwrap(await commands.serviceAppSetup(anew)),
  connectServiceApp: async (url, clientId) => unwrap(await commands.connectServiceApp(url, clientId)),
  startMigration: async (connection, old, new_) => unwrap(await commands.startMigration(connection, old, new_)),
  provideCredential: async (migration, token) => unwrap(await commands.provideCredential(migration, token)),
  provideServiceApp: async (migration, clientId) => unwrap(await commands.provideServiceApp(migration, clientId)),
  removeMigration: async (migration) => void unwrap(await commands.removeMigration(migration)),
  migration: async (migration) => unwrap(await commands.migration(migration)),
  readApps: async (migration) => void unwrap(await commands.readApps(migration)),
  compare: async (migration) => unwrap(await commands.compare(migration)),
  raw: async (migration) => unwrap(await commands.raw(migration)),
  reviewFinding: async (migration, finding, reviewed) => void unwrap(await commands.reviewFinding(migration, finding, reviewed)),
  skipFinding: async (migration, finding, reason) => void unwrap(await commands.skipFinding(migration, finding, reason)),
  map: async (migration, preview) => unwrap(await commands.map(migration, preview)),
  setUsernameChoice: async (migration, class_, choice) => void unwrap(await commands.setUsernameChoice(migration, class_, choice)),
  setFill: async (migration, attribute, fill) => void unwrap(await commands.setFill(migration, attribute, fill)),
  confirmGuesses: async (migration) => void unwrap(await commands.confirmGuesses(migration)),
  people: async (migration, filter, offset, limit) => unwrap(await commands.people(migration, filter, offset, limit)),
  person: async (migration, person) => unwrap(await commands.person(migration, person)),
  excludePerson: async (migration, person, reason) => void unwrap(await commands.excludePerson(migration, person, reason)),
  pilot: async (migration) => unwrap(await commands.pilot(migration)),
  suggestPilot: async (migration, count) => unwrap(await commands.suggestPilot(migration, count)),
  setPilot: async (migration, people) => void unwrap(await commands.setPilot(migration, people)),
  draftPlan: async (migration, waveSize) => unwrap(await commands.draftPlan(migration, waveSize)),
  approvePlan: async (migration, digest) => void unwrap(await commands.approvePlan(migration, digest)),
  recoveryCode: async () => unwrap(await commands.recoveryCode()),
  confirmRecoveryCode: async (code) => void unwrap(await commands.confirmRecoveryCode(code)),
  runWave: async (migration, wave) => void unwrap(await commands.runWave(migration, wave)),
  pause: async (migration) => void unwrap(await commands.pause(migration)),
  resume: async (migration) => void unwrap(await commands.resume(migration)),
  stop: async (migration) => void unwrap(await commands.stop(migration)),
  prove: async (migration) => void unwrap(await commands.prove(migration)),
  waves: async (migration) => unwrap(await commands.waves(migration)),
  peopleMap: async (migration) => unwrap(await commands.peopleMap(migration)),
  retire: async (migration) => unwrap(await commands.retire(migration)),
  retireReadGate: async (migration) => void unwrap(await commands.retireReadGate(migration)),
  attest: async (migration, name) => void unwrap(await commands.attest(migration, name)),
  attestCanary: async (migration, name, stillActive) => void unwrap(await commands.attestCanary(migration, name, stillActive)),
  exceptPerson: async (migration, person, reason) => void unwrap(await commands.exceptPerson(migration, person, reason)),
  retireCanary: async (migration) => void unwrap(await commands.retireCanary(migration)),
  retireGroups: async (migration, members) => void unwrap(await commands.retireGroups(migration, members)),
  retireIndividuals: async (migration) => void unwrap(await commands.retireIndividuals(migration)),
  undoRetire: async (migration) => void unwrap(await commands.undoRetire(migration)),
  deleteStep: async (migration) => unwrap(await commands.deleteStep(migration)),
  deactivateOld: async (migration) => void unwrap(await commands.deactivateOld(migration)),
  deleteOld: async (migration, typed) => void unwrap(await commands.deleteOld(migration, typed)),
  saveReport: async (migration) => unwrap(await commands.saveReport(migration)),
  activity: async (migration, offset, limit) => unwrap(await commands.activity(migration, offset, limit)),
  closeMigration: async (migration, revokeToken) => void unwrap(await commands.closeMigration(migration, revokeToken)),
  openLink: async (url) => void unwrap(await commands.openLink(url)),
  reveal: async (path) => void unwrap(await commands.reveal(path)),
  onChanged: (hear) => events.changed.listen((event) => hear(event.payload.migration)),
  onRun: (hear) => events.runProgress.listen((event) => hear(event.payload)),
};

/** In the shell: the core. In a plain browser or a test: made-up data, which no release carries. */
export let door: Door = core;

export async function openDoor(): Promise<void> {
  if ("__TAURI_INTERNALS__" in window) return;
  if (import.meta.env.DEV) door = (await import("./mock/mock")).mock();
}

/** For tests: another door. */
export function useDoor(other: Door): void {
  door = other;
}

/** Any failure as a problem that can be shown. */
export function asProblem(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  return {
    code: "unexpected",
    what: "Rehome ran into something it did not expect.",
    why: "This is a fault of Rehome, not yours.",
    mend: "Try again. If it comes back, send the detail below to whoever looks after Rehome for you.",
    link: null,
    detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}
