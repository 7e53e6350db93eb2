import type { LedgerModel, Release, Reserve } from "@leverframe/budget";
import type { BeginAttempt, FinishAttempt } from "@leverframe/execution";
import fc from "fast-check";
import type { Ledger } from "../ledger";

export type LedgerCommand =
  | { readonly verb: "reserve"; readonly command: Reserve }
  | { readonly verb: "release"; readonly command: Release }
  | { readonly verb: "begin"; readonly command: BeginAttempt }
  | { readonly verb: "finish"; readonly command: FinishAttempt };

/** Larger than what 14 significant digits or 32 bits hold: a store that formats amounts carelessly is found out. */
const BIG = 900_000_000_007;
// Ids come from applications: what would end a string, a field or a script's argument must pass through unharmed.
const reservationId = fc.constantFrom("r0", 'r"1\\', "r'2 %f,ö|", "r3");
/** An attempt's id belongs to one reservation, as the kernel makes it. */
const attempt = fc
  .record({ reservationId, ordinal: fc.constantFrom("a0", "a 1:") })
  .map((ids) => ({ reservationId: ids.reservationId, attemptId: `${ids.reservationId}.${ids.ordinal}` }));
const amount = fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 0, max: 120 }) }, fc.constantFrom(BIG, BIG - 1));
/** Mostly less than what is reserved, so that calls begin and finish. */
const callAmount = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 30 }) }, amount);
const cap = fc.constantFrom(null, null, 0, 100, 250, 3 * BIG, 8_999_999_999_999_999);
const nowMicros = fc.integer({ min: 1_700_000_000_000_001, max: 1_700_000_000_000_009 });

const account = fc.record({
  scope: fc.constantFrom("tenant:acme", "department:acme/sales", "department:acme/r&d [x]*?", "user:acme/ann"),
  window: fc.constantFrom("2026-11", "2026-11-21", "total"),
  capMicroUsd: cap,
  hard: fc.boolean(),
});

const rate = fc.record({
  scope: fc.constantFrom("route:acme/code", "route:acme/r&d [x]*? {y}"),
  window: fc.constantFrom("2026-11-21T08:15", "2026-11-21T08:16"),
  requestsMax: fc.constantFrom(0, 1, 2, 2, 1_000_000_000, 1_000_000_000),
});

const reserve = fc.record({
  reservationId,
  requestId: fc.constantFrom("q0", "q'1"),
  tenant: fc.constantFrom("acme", "globex"),
  amountsMicroUsd: fc.array(amount, { minLength: 1, maxLength: 3 }),
  accounts: fc.uniqueArray(account, {
    minLength: 1,
    maxLength: 4,
    selector: ({ scope, window }) => `${scope} ${window}`,
  }),
  rates: fc.uniqueArray(rate, { maxLength: 3, selector: ({ scope, window }) => `${scope} ${window}` }),
  deadlineAtMicros: fc.constantFrom(1_700_000_000_000_007, 1_700_000_000_000_009),
  nowMicros,
});
const begin = fc
  .record({ attempt, worstCaseMicroUsd: callAmount, owner: fc.constantFrom("me", "you"), nowMicros })
  .map(({ attempt: ids, ...rest }) => ({ ...ids, ...rest }));
const finish = fc
  .record({
    attempt,
    chargeMicroUsd: callAmount,
    costNanoUsd: fc.bigInt({ min: 0n, max: 1n << 62n }),
    outcome: fc.uint8Array({ maxLength: 40 }),
    nowMicros,
  })
  .map(({ attempt: ids, ...rest }) => ({ ...ids, ...rest }));
const release = fc.record({ reservationId, nowMicros });

/** Commands over few ids and accounts, so that they meet. */
export const ledgerCommands: fc.Arbitrary<LedgerCommand[]> = fc.array(
  fc.oneof(
    fc.record({ verb: fc.constant("reserve" as const), command: reserve }),
    fc.record({ verb: fc.constant("begin" as const), command: begin }),
    fc.record({ verb: fc.constant("finish" as const), command: finish }),
    fc.record({ verb: fc.constant("release" as const), command: release }),
  ),
  { minLength: 1, maxLength: 60, size: "max" },
);

export function onLedger(ledger: Ledger, { verb, command }: LedgerCommand): Promise<object> {
  switch (verb) {
    case "reserve":
      return ledger.reserve(command);
    case "release":
      return ledger.release(command);
    case "begin":
      return ledger.attempts.begin(command);
    case "finish":
      return ledger.attempts.finish(command);
  }
}

export function onModel(model: LedgerModel, { verb, command }: LedgerCommand): object {
  switch (verb) {
    case "reserve":
      return model.reserve(command);
    case "release":
      return model.release(command);
    case "begin":
      return model.begin(command);
    case "finish":
      return model.finish(command);
  }
}
