import { median } from "../statistics";

const AT_ONCE = 32;

/** CPU milliseconds of this process for one item: the median over rounds, each with `items` made beforehand. */
export async function cpuMsOfEach<Item>(rounds: readonly (readonly Item[])[], work: (item: Item) => Promise<unknown>): Promise<number> {
  const used: number[] = [];
  for (const items of rounds) {
    const before = process.cpuUsage();
    await allOf(items, work);
    const { user, system } = process.cpuUsage(before);
    used.push((user + system) / 1_000 / items.length);
  }
  // The first round warms up.
  return median(used.slice(1));
}

async function allOf<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
  const left = items.values();
  const worker = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
