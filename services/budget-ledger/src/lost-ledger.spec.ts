import { AppError } from "@leverframe/kernel";
import type { PartitionOffset } from "@leverframe/log";
import { refuseLostLedger } from "./lost-ledger";

const offsets = (...all: readonly bigint[]): readonly PartitionOffset[] => all.map((offset, partition) => ({ topic: "ledger-entries", partition, offset }));
const log = (...all: readonly bigint[]) => ({ endOffsets: () => Promise.resolve(offsets(...all)) });
const ledger = (position: number) => ({ position: () => Promise.resolve(position) });

/** Answers in turn, and the last one for ever. */
function scripted(answers: readonly (readonly bigint[] | AppError)[]) {
  let asked = 0;
  return {
    get asked() {
      return asked;
    },
    endOffsets: async () => {
      const answer = answers[Math.min(asked++, answers.length - 1)]!;
      if (answer instanceof AppError) throw answer;
      return offsets(...answer);
    },
  };
}

/** Time that passes when somebody waits. */
function virtualTime() {
  let ms = 0;
  return { sleep: async (pauseMs: number) => void (ms += pauseMs), passed: () => ms };
}

const UNKNOWN = new AppError("bad_config", "topic `ledger-entries` does not exist", { retryable: true });
const ELECTING = new AppError("unavailable", "there is no leader for this topic-partition");

describe("a store that is empty", () => {
  it("I3 no overspend: is refused where a journal says that there was a ledger", async () => {
    await expect(refuseLostLedger(ledger(0), log(0n, 3n), "ledger-entries")).rejects.toMatchObject({ code: "unavailable", message: expect.stringContaining("leverframe ledger rebuild") });
  });

  it("is a new ledger where there is no journal; one with entries is never asked", async () => {
    await refuseLostLedger(ledger(0), log(0n, 0n), "ledger-entries");
    await refuseLostLedger(ledger(1), log(9n), "ledger-entries");
  });

  it("waits for a log that does not know the topic yet, whose leaders are being elected, or that names no partition", async () => {
    const [made, lost, time] = [scripted([UNKNOWN, ELECTING, [], [0n, 0n]]), scripted([UNKNOWN, [], [0n, 1n]]), virtualTime()];
    await refuseLostLedger(ledger(0), made, "ledger-entries", time.sleep);
    expect([made.asked, time.passed()]).toEqual([4, 1_500]);
    await expect(refuseLostLedger(ledger(0), lost, "ledger-entries", time.sleep)).rejects.toMatchObject({ message: expect.stringContaining("it lost its data") });
    expect(lost.asked).toBe(3);
  });

  it.each([
    [[UNKNOWN], "topic `ledger-entries` does not exist"],
    [[[]], "it names no partition"],
  ])("I3 no overspend: begins nothing where nobody tells in time whether there is a journal (%#)", async (answers, why) => {
    const time = virtualTime();
    const refused = refuseLostLedger(ledger(0), scripted(answers), "ledger-entries", time.sleep);
    await expect(refused).rejects.toMatchObject({ code: "unavailable", message: `the log does not tell within 60 s whether the journal \`ledger-entries\` is empty: ${why}` });
    expect(time.passed()).toBe(60_000);
  });

  it("does not wait for what will not pass", async () => {
    const asked = scripted([new AppError("bad_input", "no")]);
    await expect(refuseLostLedger(ledger(0), asked, "ledger-entries", virtualTime().sleep)).rejects.toMatchObject({ code: "bad_input" });
    expect(asked.asked).toBe(1);
  });
});
