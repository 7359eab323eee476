/**
 * Path of a sparkline in a box, oldest value at the left. The allowance, where it is known, is always inside the box, so that
 * the distance to it can be seen. `limit` is its height from the top.
 */
export function sparkline(
  values: readonly number[],
  allowed: number | null,
  width: number,
  height: number,
): { path: string; limit: number | null } {
  const most = Math.max(1, allowed ?? 0, ...values);
  const inset = 2;
  const y = (value: number): number => round(height - inset - (value / most) * (height - 2 * inset));
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  const path = values.map((value, i) => `${i === 0 ? "M" : "L"}${round(i * step)} ${y(value)}`).join(" ");
  return { path, limit: allowed === null ? null : y(allowed) };
}

function round(n: number): number {
  return Math.round(n * 100) / 100;
}
