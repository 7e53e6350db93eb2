/** The value below which a share of the numbers lies (nearest rank); NaN of none. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export const median = (numbers: readonly number[]): number => quantile(numbers, 0.5);

/** To three significant digits, or whole above a hundred: more would pretend to a precision that a shared machine does not have. */
export function rounded(value: number): number {
  if (!Number.isFinite(value)) return Number.NaN;
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}
