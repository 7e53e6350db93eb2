/** Makes a median absolute deviation comparable with a standard deviation of a normal distribution: 1 ÷ Φ⁻¹(¾). */
const MAD_TO_SIGMA = 1.4826;

/** The middle value, of an even number the mean of the two; NaN of none. */
export function median(numbers: readonly number[]): number {
  const sorted = Float64Array.from(numbers).sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Spread around the median that up to half of wild values cannot move, on the scale of a standard deviation (Hampel, 1974). */
export function robustSigma(numbers: readonly number[], middle = median(numbers)): number {
  return MAD_TO_SIGMA * median(numbers.map((number) => Math.abs(number - middle)));
}

/** The value below which a share of the numbers lies, between neighbours by their distance (Hyndman and Fan's type 7). */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = Float64Array.from(numbers).sort();
  const at = Math.min(Math.max(share, 0), 1) * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

/** Slope through equally spaced values as the median of the slopes of all pairs; NaN where values are left out (Theil, 1950; Sen, 1968). */
export function medianSlope(values: readonly number[]): number {
  const slopes: number[] = [];
  for (let i = 0; i < values.length; i++) {
    for (let j = i + 1; j < values.length; j++) {
      const slope = ((values[j] as number) - (values[i] as number)) / (j - i);
      if (Number.isFinite(slope)) slopes.push(slope);
    }
  }
  return slopes.length === 0 ? 0 : median(slopes);
}
