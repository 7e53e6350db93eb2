import type { AccountRef, AmountLine, Archive, LateSettle, LedgerModel, PlaceOverride, Release, Reserve } from "@leverframe/budget";
import type { BeginAttempt, FinishAttempt } from "@leverframe/execution";
import fc from "fast-check";
import type { Ledger } from "../ledger";

export type LedgerCommand =
  | { readonly verb: "reserve"; readonly command: Reserve }
  | { readonly verb: "release"; readonly command: Release }
  | { readonly verb: "begin"; readonly command: BeginAttempt }
  | { readonly verb: "finish"; readonly command: FinishAttempt }
  | { readonly verb: "settleLate"; readonly command: LateSettle }
  | { readonly verb: "override"; readonly command: PlaceOverride }
  | { readonly verb: "archive"; readonly command: Archive };

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
const EPOCH = 1_700_000_000_000_000;
const nowMicros = fc.integer({ min: EPOCH + 1, max: EPOCH + 9 });

const scope = fc.constantFrom("tenant:acme", "department:acme/sales", "department:acme/r&d [x]*?", "user:acme/ann");
const window = fc.constantFrom("2026-11", "2026-11-21", "total", "request");
const label = fc.constantFrom("provider:openai", "tier:premium", "tag:e u, |%s");
const unit = fc.constantFrom("usd" as const, "usd" as const, "tokens" as const);

const lasting = fc.record({ scope, window, unit, only: fc.constant(null), cap, hard: fc.boolean() });
const partition = fc
  .record({ only: label, unit, window: fc.constantFrom("2026-11", "total"), cap, hard: fc.boolean() })
  .map((one) => ({ ...one, scope: one.only.replace(":", ":acme/") }));
const requests = fc.record({ scope, window: fc.constantFrom("2026-11-21", "total"), unit: fc.constant("requests" as const), only: fc.constant(null), cap: fc.constantFrom(null, 0, 2, 1_000_000_000), hard: fc.boolean() });
const minuteOf = (minute: string) =>
  fc.record({
    scope: fc.constantFrom("route:acme/code", "route:acme/r&d [x]*? {y}"),
    window: fc.constant(minute),
    unit: fc.constantFrom("requests" as const, "tokens" as const),
    only: fc.constant(null),
    cap: fc.constantFrom(0, 1, 2, 2, 150, 1_000_000_000, 1_000_000_000),
    hard: fc.constant(true),
  });
const accounts: fc.Arbitrary<AccountRef[]> = fc
  .tuple(
    fc.array(lasting, { minLength: 1, maxLength: 4 }),
    fc.array(partition, { maxLength: 2 }),
    fc.array(requests, { maxLength: 1 }),
    fc.constantFrom("2026-11-21T08:15", "2026-11-21T08:16").chain((minute) => fc.array(minuteOf(minute), { maxLength: 2 })),
  )
  .map((kinds) => [...new Map(kinds.flat().map((one) => [`${one.scope} ${one.window} ${one.unit}`, one])).values()]);

function linesFor(asked: readonly AccountRef[], amounts: readonly (readonly number[])[]): AmountLine[] {
  const names = new Map(asked.map(({ unit: one, only }) => [`${one} ${only}`, { unit: one, only }]));
  names.delete("usd null");
  return [...names.values()].map((line, index) => ({ ...line, amounts: amounts.map((option) => (line.unit === "requests" ? 1 : (option[index % option.length] ?? 0))) }));
}

const reserve = fc
  .record({
    reservationId,
    requestId: fc.constantFrom("q0", "q'1"),
    tenant: fc.constantFrom("acme", "globex"),
    options: fc.array(fc.array(amount, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 3 }),
    accounts,
    chain: fc.constantFrom(undefined, "a/b c/d", 'p/"1\\ %f,ö|'),
    deadlineAtMicros: fc.constantFrom(EPOCH + 7, EPOCH + 9),
    nowMicros,
  })
  .map(({ options, chain, ...rest }): Reserve => ({
    ...rest,
    ...(chain === undefined ? {} : { chain }),
    amountsMicroUsd: options.map(([first = 0]) => first),
    lines: linesFor(rest.accounts, options.map(([, ...more]) => more)),
  }));
const begin = fc
  .record({ attempt, worstCaseMicroUsd: callAmount, worstCaseTokens: callAmount, labels: fc.uniqueArray(label, { maxLength: 2 }), owner: fc.constantFrom("me", "you and me"), nowMicros })
  .map(({ attempt: ids, ...rest }) => ({ ...ids, ...rest }));
const charge = { chargeMicroUsd: callAmount, costNanoUsd: fc.bigInt({ min: 0n, max: 1n << 62n }), nowMicros };
const tokens = fc.option(callAmount, { nil: undefined }).map((chargeTokens) => (chargeTokens === undefined ? {} : { chargeTokens }));
const basis = fc.constantFrom({}, { basis: "usage" as const }, { basis: "unseen" as const }, { basis: "estimated" as const }, { basis: "cancelled" as const });
const finish = fc
  .tuple(attempt, fc.record({ ...charge, outcome: fc.uint8Array({ maxLength: 40 }) }), tokens, basis)
  .map(([ids, rest, counted, stands]) => ({ ...ids, ...rest, ...counted, ...stands }));
const settleLate = fc.tuple(attempt, fc.record(charge), tokens).map(([ids, rest, counted]) => ({ ...ids, ...rest, ...counted }));
const release = fc.record({ reservationId, nowMicros, callsKnown: fc.boolean() });
const override = fc.record({
  overrideId: fc.constantFrom("o1", "o'2 \"3", "o 3"),
  tenant: fc.constant("acme"),
  scope,
  window: fc.constantFrom("2026-11", "2026-11-21", "total"),
  unit,
  deltaCap: fc.constantFrom(-100, 50, 1_000, BIG),
  by: fc.constantFrom("ann", "bo\\b \"é\""),
  reason: fc.constant("quarter's end"),
  fromMicros: fc.integer({ min: EPOCH, max: EPOCH + 5 }),
  untilMicros: fc.integer({ min: EPOCH + 2, max: EPOCH + 12 }),
  declaredCap: fc.constantFrom(null, 100, 250),
  nowMicros,
});

const archive = fc.record({
  scope,
  window: fc.constantFrom("2026-11", "2026-11-21", "total"),
  unit: fc.constantFrom("usd" as const, "tokens" as const, "requests" as const),
  idleMicrosMin: fc.constantFrom(null, null, 0, 3),
  nowMicros,
});

/** Commands over few ids and accounts, so that they meet. */
export const ledgerCommands: fc.Arbitrary<LedgerCommand[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ verb: fc.constant("reserve" as const), command: reserve }) },
    { weight: 3, arbitrary: fc.record({ verb: fc.constant("begin" as const), command: begin }) },
    { weight: 3, arbitrary: fc.record({ verb: fc.constant("finish" as const), command: finish }) },
    { weight: 2, arbitrary: fc.record({ verb: fc.constant("release" as const), command: release }) },
    { weight: 1, arbitrary: fc.record({ verb: fc.constant("settleLate" as const), command: settleLate }) },
    { weight: 1, arbitrary: fc.record({ verb: fc.constant("override" as const), command: override }) },
    { weight: 1, arbitrary: fc.record({ verb: fc.constant("archive" as const), command: archive }) },
  ),
  { minLength: 1, maxLength: 60, size: "max" },
);

export function onLedger(ledger: Ledger, { verb, command }: LedgerCommand): Promise<object> {
  switch (verb) {
    case "begin":
      return ledger.attempts.begin(command);
    case "finish":
      return ledger.attempts.finish(command);
    case "reserve":
      return ledger.reserve(command);
    case "release":
      return ledger.release(command);
    case "settleLate":
      return ledger.settleLate(command);
    case "override":
      return ledger.override(command);
    case "archive":
      return ledger.archive(command);
  }
}

export function onModel(model: LedgerModel, { verb, command }: LedgerCommand): object {
  switch (verb) {
    case "begin":
      return model.begin(command);
    case "finish":
      return model.finish(command);
    case "reserve":
      return model.reserve(command);
    case "release":
      return model.release(command);
    case "settleLate":
      return model.settleLate(command);
    case "override":
      return model.placeOverride(command);
    case "archive":
      return model.archive(command);
  }
}
