import { asProblem, door, type Action, type ConnectionView, type MigrationView, type PersonState, type Problem, type RunView, type StartView, type Step } from "./door";

/** What lies over the screen. */
export type Panel = "activity" | "report" | "recoveryCode" | "credential" | "close" | "second" | "palette" | { people: { state: PersonState } };

type Notice = { id: number; words: string };

/** `Changed` may come several times a second; views are asked again at most this often (ms). */
const PAUSE = 400;

/** The state of the window. Truth is in the core: this holds what is shown and where the admin is. */
class App {
  start = $state.raw<StartView>();
  /** Made by connecting; leads to the choice of the two apps. */
  connection = $state.raw<ConnectionView>();
  /** "connect": the admin is connecting an org; else the start screen or the open migration. */
  connecting = $state(false);
  /** A colleague's plan is being looked at. */
  reviewing = $state(false);
  /** Id of the open migration. */
  id = $state<string>();
  /** The frame of the open migration. */
  migration = $state.raw<MigrationView>();
  /** A reading or run that is going on; fresher than the one in `migration`. */
  run = $state.raw<RunView | null>(null);
  step = $state<Step>("compare");
  panel = $state<Panel>();
  /** An offer that a screen has to carry out; see `onIntent`. */
  intent = $state.raw<Action>();
  /** The newest refusal of something that the admin did. Shown above the work until dismissed or until the next deed. */
  trouble = $state.raw<Problem>();
  notices = $state<Notice[]>([]);
  /** Grows with every `Changed`; `live` views hang on it. */
  version = $state(0);

  /** Views that are being read just now; see `live`. */
  reading = $state(0);
  #due = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last = 0;
  #notice = 0;
  #asked = false;

  /** Call once, when the window opens. */
  async open(): Promise<void> {
    try {
      await door.onChanged((migration) => {
        if (migration === null || migration === this.id || !this.id) this.touch();
      });
      await door.onRun((run) => this.hearRun(run));
    } catch (error) {
      this.trouble = asProblem(error);
      return;
    }
    await this.refresh();
  }

  /** Something has changed that is not shown yet: an offer on the screen may be about what was. */
  get stale(): boolean {
    return this.#due || this.reading > 0;
  }

  /** Until what is shown is what is; at most for a moment, for a busy run changes all the time. */
  async settled(): Promise<void> {
    for (let waited = 0; this.stale && waited < 1500; waited += 30) await new Promise((go) => setTimeout(go, 30));
  }

  /** Something has changed: read what is shown again, soon. */
  touch(): void {
    this.#due = true;
    if (this.#timer) return;
    const wait = Math.max(0, this.#last + PAUSE - Date.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#last = Date.now();
      void this.refresh();
    }, wait);
  }

  /** Once: an admin who only wants to look is left alone until a credential has been good again. */
  private askForCredential(migration: MigrationView): void {
    if (!migration.credential.needed) this.#asked = false;
    else if (!this.#asked && this.panel === undefined) {
      this.#asked = true;
      this.panel = "credential";
    }
  }

  private hearRun(run: RunView): void {
    if (run.migration !== this.id) return;
    this.run = run;
    if (run.state === "finished") this.touch();
  }

  private async refresh(): Promise<void> {
    try {
      if (this.id) {
        const id = this.id;
        const migration = await door.migration(id);
        if (this.id !== id) return;
        this.migration = migration;
        // A finished run with a problem stays in sight until the next one; the core no longer knows it.
        if (migration.run || !this.run?.problem) this.run = migration.run;
        this.askForCredential(migration);
      } else {
        this.start = await door.start();
      }
    } catch (error) {
      this.trouble = asProblem(error);
    }
    this.version++;
    if (!this.#timer) this.#due = false;
  }

  /** Opens a migration where its work stands. */
  async openMigration(id: string): Promise<boolean> {
    this.trouble = undefined;
    try {
      const migration = await door.migration(id);
      this.id = id;
      this.migration = migration;
      this.run = migration.run;
      this.step = migration.current;
      this.connecting = false;
      this.connection = undefined;
      this.panel = undefined;
      this.#asked = false;
      this.askForCredential(migration);
      this.version++;
      return true;
    } catch (error) {
      this.trouble = asProblem(error);
      return false;
    }
  }

  /** How the last run ended was seen to; unasked, the core would tell it again with the next reading. */
  async dismiss(): Promise<void> {
    if (this.id) await door.dismissRun(this.id).catch(() => undefined);
    this.run = null;
  }

  /** Back to the first screen; the migration goes on by itself. */
  async leave(): Promise<void> {
    this.id = undefined;
    this.migration = undefined;
    this.run = null;
    this.panel = undefined;
    this.intent = undefined;
    this.trouble = undefined;
    this.connecting = false;
    this.reviewing = false;
    this.connection = undefined;
    await this.refresh();
  }

  go(step: Step): void {
    if (this.step !== step) this.trouble = undefined;
    this.step = step;
    this.panel = undefined;
  }

  /**
   * Does something that the core may refuse: a refusal becomes `trouble`. Gives whether it was done. Views are read again
   * afterwards without waiting for the core to say so.
   */
  async attempt(deed: () => Promise<unknown>, tell: (problem?: Problem) => void = (problem) => (this.trouble = problem)): Promise<boolean> {
    tell();
    try {
      await deed();
      return true;
    } catch (error) {
      tell(asProblem(error));
      return false;
    } finally {
      this.touch();
    }
  }

  /** A short word that something went well; goes away by itself. */
  say(words: string): void {
    const id = ++this.#notice;
    this.notices = [...this.notices.slice(-2), { id, words }];
    setTimeout(() => this.hush(id), 6000);
  }

  hush(id: number): void {
    this.notices = this.notices.filter((notice) => notice.id !== id);
  }
}

export const app = new App();
