/**
 * Optional order by key: items of one lane run one after the other, in the order they were offered; lanes run side by
 * side. An item without a lane (null) waits for nobody. Only lanes in use take memory.
 */
export class Lanes<Item> {
  private readonly behind = new Map<string, Item[]>();

  /** True: the item may run now. False: it waits, and `release` will hand it out. */
  enter(lane: string | null, item: Item): boolean {
    if (lane === null) return true;
    const waiting = this.behind.get(lane);
    if (waiting === undefined) {
      this.behind.set(lane, []);
      return true;
    }
    waiting.push(item);
    return false;
  }

  /** The item that ran in this lane has ended; hands back the one that may run now. */
  release(lane: string | null): Item | undefined {
    if (lane === null) return undefined;
    const next = this.behind.get(lane)?.shift();
    if (next === undefined) this.behind.delete(lane);
    return next;
  }

  clear(): void {
    this.behind.clear();
  }
}
