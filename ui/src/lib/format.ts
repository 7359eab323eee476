// Numbers, times and durations as a person reads them. The window speaks English; only the zone is the admin's.
const numbers = new Intl.NumberFormat("en-US");

/** 4982 → "4,982". */
export function count(n: number): string {
  return numbers.format(n);
}

/** `plural(1, "person", "people")` → "1 person". */
export function plural(n: number, one: string, many: string): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

const clockFormat = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const secondsFormat = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const dayFormat = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });

/** RFC 3339 → "21:14" in the admin's zone. */
export function clockTime(at: string): string {
  return clockFormat.format(new Date(at));
}

/** RFC 3339 → "21:14:07". */
export function clockSeconds(at: string): string {
  return secondsFormat.format(new Date(at));
}

/** RFC 3339 → "21:14" today, else "3 Nov 2025, 21:14". */
export function dateTime(at: string, now: Date = new Date()): string {
  const then = new Date(at);
  return then.toDateString() === now.toDateString() ? clockFormat.format(then) : `${dayFormat.format(then)}, ${clockFormat.format(then)}`;
}

/** "2026-11-25" or RFC 3339 → "25 Nov 2026". */
export function day(at: string): string {
  return dayFormat.format(new Date(at.length === 10 ? `${at}T12:00` : at));
}

/** "just now", "2 minutes ago", "3 hours ago", else the date. */
export function ago(at: string, now: Date): string {
  const seconds = Math.max(0, (now.getTime() - new Date(at).getTime()) / 1000);
  if (seconds < 45) return "just now";
  if (seconds < 3570) return `${plural(Math.max(1, Math.round(seconds / 60)), "minute", "minutes")} ago`;
  if (seconds < 86_400) return `${plural(Math.round(seconds / 3600), "hour", "hours")} ago`;
  return dateTime(at, now);
}

/** Minutes → "6 minutes", "1 hour 40 minutes". */
export function duration(minutes: number): string {
  if (minutes < 1) return "less than a minute";
  const hours = Math.floor(minutes / 60);
  const rest = Math.round(minutes % 60);
  const parts = [hours ? plural(hours, "hour", "hours") : "", rest ? plural(rest, "minute", "minutes") : ""];
  return parts.filter(Boolean).join(" ");
}

/** "support.zendesk.com": where a link leads, for a link whose date is said beside it. */
export function site(link: { label: string; url: string }): string {
  try {
    return new URL(link.url).hostname.replace(/^www\./, "");
  } catch {
    return link.label;
  }
}
