// The cut-over in its phases. Scenes: cutover, cutoverready, cutoverrun, cutoverdone, cutoverback. Never part of a release.
import type { CutOverCheck, CutOverPhase, CutOverView, NextStep, PersonRow, Signed } from "../door";

const ago = (minutes: number): string => new Date(Date.now() - minutes * 6e4).toISOString();
const by = (name: string, minutes: number, note = ""): Signed => ({ name, at: ago(minutes), note });
const OLD = "Zendesk (2019)";
const NEW = "Zendesk Suite";

export function cutOverScene(scene: string, rows: PersonRow[]): CutOverView {
  const phase = (({ cutoverrun: "running", cutoverdone: "done", cutoverback: "goneBack" }) as Record<string, CutOverPhase>)[scene] ?? "before";
  const ready = scene !== "cutover" && scene !== "cutoverback";
  const [running, done] = [phase === "running", phase === "done"];
  const check = (id: string, title: string, words: string, mend: string, holds: boolean, signed: Signed | null): CutOverCheck => ({ id, title, words, mend, outcome: holds ? "passed" : "attest", signed: holds ? signed : null });
  const next: NextStep = running
    ? { title: "The cut-over is under way", words: "The service's admin puts the new values in and tries them. Then say so, or go back.", tone: "review", primary: { label: "The new values are put in", action: { kind: "finishCutOver" } }, secondary: { label: "Go back", action: { kind: "goBackCutOver" } } }
    : done
      ? { title: "Waiting for 4 people of the pilot to sign in", words: "Ask them to open the service once. If nobody gets in, go back: the old values are below.", tone: "info", primary: { label: "Read proofs again", action: { kind: "prove" } }, secondary: { label: "Go back", action: { kind: "goBackCutOver" } } }
      : ready
        ? { title: "Everything is ready for the hour that was agreed", words: `At that moment everybody's sign-in switches to ${NEW}. Start when the service's admin is there.`, tone: "info", primary: { label: "Start the cut-over", action: { kind: "startCutOver" } }, secondary: null }
        : { title: "Nobody has tried the break-glass account", words: "If the new values are wrong, everybody is locked out, the service's admins too. One admin must be able to sign in without Okta.", tone: "review", primary: { label: "Say who has tried it", action: { kind: "attestCutOver", word: "breakGlass" } }, secondary: null };
  const line = (who: string, what: string, words: string, isDone: boolean, now: boolean) => ({ who, what, words, done: isDone, now });
  const item = (id: string, label: string, old: string, now: string) => ({ id, label, hint: "", old, new: now, mustChange: true });
  const pem = "-----BEGIN CERTIFICATE-----\nMIIDqDCCApCgAwIBAgIGAYw\n-----END CERTIFICATE-----\n";
  const certificate = (sha1: string) => ({ subject: "CN=northwind", serial: "018c", validFrom: "2024-01-01T00:00:00Z", validTo: "2034-01-01T00:00:00Z", daysLeft: 2600, key: "RSA, 2,048 bits", signedWith: "SHA-256", sha1, sha256: sha1, pem, tone: "good" as const });
  const admin = "The service's admin";
  return {
    next,
    phase,
    agreed: scene === "cutover" ? null : new Date(Date.now() + (running || done ? -12 : 190) * 6e4).toISOString(),
    checks: [
      { id: "everybody-placed", title: `Everybody is on ${NEW}`, words: "proven one by one; 3 people left out by name cannot sign in to the service from that moment on", mend: "", outcome: "passed", signed: null },
      check("hand-over", "The service's admin has the sheet, says Mia Chen", "issuer, sign-on URL and certificate, old beside new", "", true, by("Mia Chen", 1500)),
      check("settings", ready ? "Both settings are noted, says Mia Chen" : "The way back is not noted yet", ready ? "kept here: printed, on Jonas's desk; and by Rehome, old and new" : "If sign-in fails, the old values go in again. They must be at hand where Okta is not needed.", "Save the sheet where both admins can read it without signing in through Okta, then say so by name.", ready, by("Mia Chen", 1400)),
      check("break-glass", ready ? "The break-glass account works, says Mia Chen" : "Nobody has tried the break-glass account", ready ? "ops@northwind.example; holds 24 hours from then" : "If the new values are wrong, everybody is locked out, the service's admins too. One admin must be able to sign in without Okta.", "Sign in to the service with an admin account that has its own password, in a private window, then say so by name.", ready, by("Mia Chen", 40)),
    ],
    ready,
    runbook: [
      line(admin, "Sign in with the break-glass account, and stay signed in", "In a private window, by its own password. It is the way in if everything else fails.", done, ready && !running && !done),
      line("You", "Start the cut-over here", "Rehome reads once more who is on both apps, and writes the time down. From now on sign-ins may fail.", running || done, ready && !running && !done),
      line(admin, "Put the new values in, and save", `All of those below, at once: the service then knows ${NEW} and no longer ${OLD}.`, done, running),
      line(admin, "Open the service in another private window and sign in", "It must lead to Okta and end in the right account. If not: put the old values in again, and go back here.", done, running),
      line("You", "Say that the new values are put in", `Rehome shows the tile of ${NEW}, and hides that of ${OLD}, which leads nowhere any more.`, done, running),
      line("The people of the pilot", `Open ${NEW} once`, "They try it first. Rehome finds their sign-ins in Okta's log.", false, done),
    ],
    values: [
      item("issuer", "Issuer", "http://www.okta.com/exk1f9sd2Lq8Xk2", "http://www.okta.com/exk8a77Ts0pVb41"),
      item("sso-url-post", "Sign-on URL (POST)", "https://northwind.okta.com/app/zendesk/exk1f9sd2Lq8Xk2/sso/saml", "https://northwind.okta.com/app/zendesk/exk8a77Ts0pVb41/sso/saml"),
      item("slo-url", "Sign-out URL", "https://northwind.okta.com/app/zendesk/exk1f9sd2Lq8Xk2/slo/saml", "https://northwind.okta.com/app/zendesk/exk8a77Ts0pVb41/slo/saml"),
    ],
    oldCertificate: certificate("3C:8A:91:0E:5F:11:0D:24:9A:7B:CC:01:93:4E:D8:02:6B:EE:10:47"),
    newCertificate: certificate("A1:40:7D:6B:22:F0:98:31:5C:AA:0B:EE:72:19:C3:D4:55:06:8F:1A"),
    started: running || done || phase === "goneBack" ? by("Ana Müller", running ? 4.3 : 31) : null,
    putIn: done ? by("Ana Müller", 19) : null,
    wentBack: phase === "goneBack" ? by("Ana Müller", 12, "Zendesk refused the certificate.") : null,
    seconds: done ? 724 : null,
    decideMinutes: 30,
    pilot: 12,
    pilotSignedIn: done ? 8 : 0,
    silent: done ? rows.slice(0, 4).map((row, n) => ({ ...row, note: n ? "No sign-in seen yet." : "Tried and failed: User is not assigned to the client app." })) : [],
    exceptions: [],
    people: rows.length - 3,
    signedIn: done ? 41 : 0,
    leftOut: 3,
    tilesOpen: false,
    wayBack: [`The service's admin puts the old values in again: Issuer, Sign-on URL (POST), Sign-out URL and the old certificate.`, "They sign in with the break-glass account if nothing else works.", `Rehome shows the tile of ${OLD} again and hides that of ${NEW}.`, "Everybody stays on both apps. Sign-ins that were proven count no more, and the cut-over can be made again."],
    canGoBack: running || done,
  };
}
