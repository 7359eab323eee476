/** A number as people type it: "4368", "4,368", "4 368", "4.368". `null` for anything else. */
export function typedNumber(text: string): number | null {
  const trimmed = text.trim();
  return /^\d{1,3}([,.\s]?\d{3})*$|^\d+$/.test(trimmed) ? Number(trimmed.replace(/[,.\s]/g, "")) : null;
}
