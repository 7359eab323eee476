import type { CompareRow, CompareSection, Span } from "../../lib/door";

const text = (spans: Span[]) => spans.map((span) => span.text).join("");

/** Rows that matter, or that hold every word of the search; sections without any are left out. */
export function sift(sections: CompareSection[], matters: boolean, search: string): CompareSection[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (row: CompareRow, section: CompareSection) => {
    if (matters && !row.matters) return false;
    const whole = `${section.title} ${row.label} ${text(row.old)} ${text(row.new)} ${row.words}`.toLowerCase();
    return words.every((word) => whole.includes(word));
  };
  return sections.map((section) => ({ ...section, rows: section.rows.filter((row) => fits(row, section)) })).filter((section) => section.rows.length > 0);
}
