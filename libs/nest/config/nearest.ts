/** How many single letters must be inserted, removed or replaced to turn `a` into `b` (Levenshtein 1965). */
export function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = above[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, above[column]! + 1, current[column - 1]! + 1));
    }
    above = current;
  }
  return above[b.length]!;
}

/** The name of `names` that is closest to `wrong`. */
export function nearestName(wrong: string, names: readonly string[]): { name: string; distance: number } | null {
  let nearest: { name: string; distance: number } | null = null;
  for (const name of names) {
    const distance = editDistance(wrong.toLowerCase(), name.toLowerCase());
    if (nearest === null || distance < nearest.distance) nearest = { name, distance };
  }
  return nearest;
}
