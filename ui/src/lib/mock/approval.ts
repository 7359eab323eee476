// A second admin's approval, on both sides. Never part of a release.
import { ProblemError, type Door, type ReviewRow, type SecondView } from "../door";
import { someone } from "./names";
import { northwind } from "./org";

const OWN = ["11590", "49842", "13307", "78876", "30539", "70167"];
const HERS = ["60218", "00934", "57711", "24096", "81350", "33902"];
const CODE = "04CHR9Q2-WB8FD0ZN-7K1XG5TE-3MSV6YJA-H40CPR9D-QN2W8KFB-1E7Z5XGT-VM3SYJ6A-04CHR9Q2-WB8FD0ZN-7K1XG5TE-3MSV6YJA-H40CPR9D-QN2W8KFB-1E7Z5XGT-VM3SYJ6A-04CHR9Q2-WB8FD0ZN-7K1XG5TE-3MSV6YJA-H40CPR9D-QN2W8";

export function approval(scene: string, changed: () => void): Partial<Door> {
  const second: SecondView = { required: scene !== "secondoff", offBecause: null, digest: "9f41c07be2a8", approved: null, own: OWN, kept: "in the keychain of this computer" };
  const rows: ReviewRow[] = Array.from({ length: 214 }, (_, n) => {
    const { name, login } = someone(n);
    const other = n % 9 === 4;
    return { name, login, oldUsername: other ? login.replace("northwind.example", "nw-legacy.example") : login, newUsername: login, wave: n < 12 ? "Pilot" : `Wave ${1 + Math.floor((n - 12) / 100)}`, route: n % 4 ? "one by one, then through Support Tier 1" : "with the whole group Zendesk Agents", body: n % 4 ? JSON.stringify({ id: `00u${n}`, scope: "USER", credentials: { userName: login }, profile: { role: "agent" } }) : null };
  });
  return {
    secondApproval: async () => ({ ...second }),
    requireSecond: async (_m, required, reason) => {
      Object.assign(second, { required, offBecause: required ? null : reason });
      changed();
    },
    exportPlan: async () => ({ path: "/home/ana/Documents/Rehome/rehome-plan-zendesk-suite-9f41c07be2a8.json", words: "" }),
    checkApproval: async (_m, code) => {
      if (code.length < 20) throw new ProblemError({ code: "badInput", what: "This is not a whole approval code", why: "Its check characters do not fit.", mend: "Copy all of it from your colleague's message, from the first group to the last, and paste it again.", link: null, detail: null });
      return { name: "Mia Chen", fingerprint: HERS, known: "new", words: "This key was not seen before: whether it is your colleague's, only a call tells." };
    },
    enterApproval: async () => {
      second.approved = { name: "Mia Chen", at: new Date().toISOString(), fingerprint: HERS };
      changed();
    },
    readPlanFile: async () => ({
      digest: "9f41c07be2a8", org: northwind, oldLabel: "Zendesk (2019)", newLabel: "Zendesk Suite", draftedBy: "Ana Müller", exportedAt: new Date(Date.now() - 18e5).toISOString(), fingerprint: OWN, own: HERS, isOwn: false,
      shape: "Parallel: the service accepts both apps at once, so people move wave by wave, and each can be proven before the next.",
      people: rows.length, calls: 188,
      routes: [{ title: "Whole group", words: "2 groups go on at once, and Okta gives the app to all members.", people: 54, calls: 2 }, { title: "Group later, converted", words: "Placed one by one, then the group goes on and each is converted: two calls a person.", people: 160, calls: 186 }],
      waves: [{ title: "Pilot", people: 12, groups: [] }, { title: "Wave 1", people: 100, groups: ["Zendesk Agents"] }, { title: "Wave 2", people: 102, groups: ["Support Tier 1", "Light agents DACH"] }],
      leftOut: [{ name: "Jonas Weber", reason: "Left the company, account kept for a legal hold" }],
      remarks: ["costCenter is not sent for 3 people (13 characters, Zendesk Suite allows 10): Ada Byron, Lee Wu, Kim Sato."],
      willNotChange: ["Nobody loses the old app before step 5, which has a gate of its own.", "Passwords, profiles in Okta and memberships of your own groups stay as they are.", "Settings of both apps stay as they are."],
    }),
    reviewPeople: async (search, offset, limit) => {
      const found = rows.filter((r) => `${r.name} ${r.login} ${r.oldUsername}`.toLowerCase().includes(search.trim().toLowerCase()));
      return { total: found.length, rows: found.slice(offset, offset + limit) };
    },
    makeApproval: async (digest, name) => ({ code: CODE, name, digest, fingerprint: HERS, kept: "in the keychain of this computer" }),
    closePlanFile: async () => {},
  };
}
