import { refuseLostLedger } from "./lost-ledger";

const log = (...offsets: readonly bigint[]) => ({ endOffsets: (topic: string) => Promise.resolve(offsets.map((offset, partition) => ({ topic, partition, offset }))) });
const ledger = (position: number) => ({ position: () => Promise.resolve(position) });

describe("a store that is empty", () => {
  it("I3 no overspend: is refused where a journal says that there was a ledger", async () => {
    await expect(refuseLostLedger(ledger(0), log(0n, 3n), "ledger-entries")).rejects.toMatchObject({ code: "unavailable", message: expect.stringContaining("leverframe ledger rebuild") });
  });

  it("is a new ledger where there is no journal; one with entries is never asked", async () => {
    await refuseLostLedger(ledger(0), log(0n, 0n), "ledger-entries");
    await refuseLostLedger(ledger(0), log(), "ledger-entries");
    await refuseLostLedger(ledger(1), log(9n), "ledger-entries");
  });
});
