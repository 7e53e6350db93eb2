/** Rungs of candidate ids, lowest first, as they stand on the permit. */
export type Ladder = readonly (readonly string[])[];

/**
 * Where an escalation goes: what is untried on the lowest rung above the highest that was tried. A choice from outside
 * the ladder leads to its foot. Empty: the ladder ends, and so does the escalation.
 */
export function nextRung(ladder: Ladder, tried: ReadonlySet<string>): readonly string[] {
  const reached = ladder.findLastIndex((rung) => rung.some((id) => tried.has(id)));
  for (const rung of ladder.slice(reached + 1)) {
    const untried = rung.filter((id) => !tried.has(id));
    if (untried.length > 0) return untried;
  }
  return [];
}

/** The lowest rung that a candidate stands on; those on none come last. */
export function rungOf(ladder: Ladder, id: string): number {
  const rung = ladder.findIndex((ids) => ids.includes(id));
  return rung === -1 ? ladder.length : rung;
}
