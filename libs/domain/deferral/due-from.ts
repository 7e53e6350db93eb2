/** What there is of whatever a lane waits for, in its account's unit. */
export interface Room {
  /** Infinity: nothing stands in the way. */
  readonly available: number;
  /** All that there will ever be in one window; Infinity: no limit. */
  readonly cap: number;
}

export interface InLine {
  /** What it takes at least. */
  readonly need: number;
  /** Not before this moment. */
  readonly restsUntilMicros: number;
}

/**
 * Who of a lane may leave, in order: as many of its first as there is room for, at most `countMax`. Nobody is overtaken,
 * however small what comes behind; only what would not fit into an account that is empty stands in nobody's way (it waits
 * for another cap).
 */
export function dueFrom<T extends InLine>(line: readonly T[], { available, cap }: Room, nowMicros: number, countMax: number): readonly T[] {
  const due: T[] = [];
  let left = available;
  for (const one of line) {
    if (due.length >= countMax) break;
    if (one.need > cap) continue;
    if (one.need > left || one.restsUntilMicros > nowMicros) break;
    left -= one.need;
    due.push(one);
  }
  return due;
}
