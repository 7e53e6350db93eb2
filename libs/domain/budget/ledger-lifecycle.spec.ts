import { LedgerModel } from "./ledger-model";
import type { AccountRef, Reserve, Unit } from "./ledger-store";
import { verifyJournal } from "./verify-journal";

const account = (scope: string, cap: number | null, over: Partial<AccountRef> = {}): AccountRef => ({
  scope, window: "2026-11", unit: "usd", only: null, cap, hard: true, ...over,
});
const SALES = "department:acme/sales";
const partition = (name: string, cap: number, unit: Unit = "usd") => account(`provider:acme/${name}`, cap, { only: `provider:${name}`, unit });

/** Dollars of every call, tokens of every call, dollars of calls at openai and at anthropic. */
function reserveOf(reservationId: string, options: readonly (readonly [number, number, number, number])[], accounts: readonly AccountRef[]): Reserve {
  const column = (index: 0 | 1 | 2 | 3) => options.map((option) => option[index]);
  return {
    reservationId, requestId: `q of ${reservationId}`, tenant: "acme", amountsMicroUsd: column(0), accounts, deadlineAtMicros: 1_000, nowMicros: 10,
    lines: [
      { unit: "tokens", only: null, amounts: column(1) },
      { unit: "usd", only: "provider:openai", amounts: column(2) },
      { unit: "usd", only: "provider:anthropic", amounts: column(3) },
      { unit: "requests", only: null, amounts: options.map(() => 1) },
    ],
  };
}

/** Verb and arguments, then what the ledger answers and what it leaves (`scope=reserved+settled`, those that changed). */
type Step = readonly [verb: string, args: readonly (string | number)[], expected: string];

type Command = readonly [verb: string, args: readonly (string | number)[]];

const ACCOUNTS: Readonly<Record<string, readonly AccountRef[]>> = {
  plain: [account(SALES, 100)],
  soft: [account(SALES, 100, { hard: false })],
  tokens: [account(SALES, 500, { unit: "tokens" }), account(SALES, 1_000)],
  requests: [account("user:acme/ann", 2, { unit: "requests" }), account(SALES, 1_000)],
  request: [account(SALES, 60, { window: "request" }), account(SALES, 1_000)],
  minute: [account(SALES, 500, { unit: "tokens", window: "2026-11-21T08:15" }), account(SALES, 1_000)],
  providers: [account(SALES, 1_000), partition("openai", 50), partition("anthropic", 80)],
};

class Play {
  readonly model = new LedgerModel();

  apply([verb, args]: Command): string {
    const before = new Map(this.model.balances.map((one) => [`${one.scope} ${one.unit}`, `${one.reserved}+${one.settled}`]));
    const [head, ...tail] = Object.values(this.#answer(verb, args)).filter((value) => typeof value !== "object" && typeof value !== "boolean");
    const changed = this.model.balances.flatMap(({ scope, unit, reserved, settled }) =>
      before.get(`${scope} ${unit}`) === `${reserved}+${settled}` ? [] : `${scope.replace(/^.*\//, "")}${unit === "usd" ? "" : ` ${unit}`}=${reserved}+${settled}`,
    );
    return [head, ...tail, ...changed].join(" ");
  }

  #answer(verb: string, args: readonly (string | number)[]): object {
    const [id, second, third] = args;
    const ids = { reservationId: String(id), attemptId: `${id}.${second}`, nowMicros: 10 };
    const [dollars = 0, tokens = 0] = String(third).split("/").map(Number);
    switch (verb) {
      case "reserve": {
        const options = args.slice(2).map((option) => String(option).split("/").map(Number) as unknown as [number, number, number, number]);
        return this.model.reserve(reserveOf(ids.reservationId, options, ACCOUNTS[String(second)] ?? []));
      }
      case "begin":
        return this.model.begin({ ...ids, worstCaseMicroUsd: dollars, worstCaseTokens: tokens, labels: String(args[3] ?? "").split(" ").filter(Boolean), owner: "me" });
      case "late":
        return this.model.settleLate({ ...ids, chargeMicroUsd: dollars, chargeTokens: tokens, costNanoUsd: BigInt(dollars) * 1_000n });
      case "release":
        return this.model.release(ids);
      default: {
        const finish = { ...ids, chargeMicroUsd: dollars, chargeTokens: tokens, costNanoUsd: 0n, outcome: new TextEncoder().encode(verb) };
        return this.model.finish({ ...finish, basis: verb as "usage" | "estimated" | "unseen" | "cancelled" });
      }
    }
  }
}

const tables: Readonly<Record<string, readonly Step[]>> = {
  "tokens are reserved at their worst case and settled at what was used": [
    ["reserve", ["r1", "tokens", "100/400/0/0"], "created 0 100 sales tokens=400+0 sales=100+0"],
    ["reserve", ["r2", "tokens", "100/101/0/0"], `exceeds_cap ${SALES} 2026-11 tokens 100`],
    ["begin", ["r1", "a", "50/401"], "exceeds_reservation"],
    ["begin", ["r1", "a", "50/300"], "begun"],
    ["begin", ["r1", "b", "50/101"], "exceeds_reservation"],
    ["usage", ["r1", "a", "20/301"], "exceeds_worst_case"],
    ["usage", ["r1", "a", "20/120"], "finished sales tokens=280+120 sales=80+20"],
    ["release", ["r1"], "released 80 sales tokens=0+120 sales=0+20"],
    ["reserve", ["r3", "tokens", "1/381/0/0", "1/380/0/0"], "created 1 1 sales tokens=380+120 sales=1+20"],
  ],
  "a rate of tokens takes the worst case of a minute and gives back what was not used": [
    ["reserve", ["r1", "minute", "100/400/0/0"], "created 0 100 sales=100+0"],
    ["reserve", ["r2", "minute", "100/101/0/0"], `exceeds_rate ${SALES} 2026-11-21T08:15 tokens 500`],
    ["begin", ["r1", "a", "50/400"], "begun"],
    ["usage", ["r1", "a", "20/50"], "finished sales=80+20"],
    ["release", ["r1"], "released 80 sales=0+20"],
    ["reserve", ["r3", "minute", "1/451/0/0"], `exceeds_rate ${SALES} 2026-11-21T08:15 tokens 500`],
    ["reserve", ["r4", "minute", "1/450/0/0"], "created 0 1 sales=1+20"],
  ],
  "a request is spent when it is reserved": [
    ["reserve", ["r1", "requests", "1/0/0/0"], "created 0 1 ann requests=0+1 sales=1+0"],
    ["release", ["r1"], "released 1 sales=0+0"],
    ["reserve", ["r1", "requests", "1/0/0/0"], "created 0 1"],
    ["reserve", ["r2", "requests", "1/0/0/0"], "created 0 1 ann requests=0+2 sales=1+0"],
    ["reserve", ["r3", "requests", "1/0/0/0"], "exceeds_cap user:acme/ann 2026-11 requests 0"],
  ],
  "a cap on each request is compared and kept nowhere": [
    ["reserve", ["r1", "request", "61/0/0/0", "60/0/0/0"], "created 1 60 sales=60+0"],
    ["reserve", ["r2", "request", "61/0/0/0"], `exceeds_cap ${SALES} request usd 60`],
    ["reserve", ["r3", "request", "60/0/0/0"], "created 0 60 sales=120+0"],
  ],
  "each partition holds and pays what is its own": [
    ["reserve", ["r1", "providers", "100/0/40/60"], "created 0 100 sales=100+0 openai=40+0 anthropic=60+0"],
    ["reserve", ["r2", "providers", "30/0/11/19", "19/0/0/19"], "created 1 19 sales=119+0 anthropic=79+0"],
    ["reserve", ["r3", "providers", "2/0/0/2"], "exceeds_cap provider:acme/anthropic 2026-11 usd 1"],
    ["begin", ["r1", "a", "41", "provider:openai tier:premium"], "exceeds_reservation"],
    ["begin", ["r1", "a", "40", "provider:openai tier:premium"], "begun"],
    ["usage", ["r1", "a", "25"], "finished sales=94+25 openai=15+25"],
    ["begin", ["r1", "b", "60", "provider:anthropic"], "begun"],
    ["release", ["r1"], "released 15 sales=79+25 openai=0+25"],
    ["usage", ["r1", "b", "10"], "finished sales=19+35 anthropic=19+10"],
  ],
  "what was charged without the provider's count comes down when the count is there, once, and never rises": [
    ["reserve", ["r1", "providers", "100/0/40/60"], "created 0 100 sales=100+0 openai=40+0 anthropic=60+0"],
    ["late", ["r1", "a", "1"], "unknown_attempt"],
    ["begin", ["r1", "a", "40", "provider:openai"], "begun"],
    ["late", ["r1", "a", "1"], "in_flight"],
    ["unseen", ["r1", "a", "40"], "finished sales=60+40 openai=0+40"],
    ["late", ["r1", "a", "41"], "exceeds_charge"],
    ["release", ["r1"], "released 60 sales=0+40 anthropic=0+0"],
    ["late", ["r1", "a", "15"], "late_settled 25 sales=0+15 openai=0+15"],
    ["late", ["r1", "a", "5"], "already_settled"],
  ],
  "who comes with the count after a takeover finishes late; the first outcome stays": [
    ["reserve", ["r1", "plain", "80/0/0/0"], "created 0 80 sales=80+0"],
    ["begin", ["r1", "a", "40"], "begun"],
    ["unseen", ["r1", "a", "40"], "finished sales=40+40"],
    ["unseen", ["r1", "a", "40"], "already_finished"],
    ["usage", ["r1", "a", "12"], "late_settled sales=40+12"],
    ["usage", ["r1", "a", "1"], "already_finished"],
    ["begin", ["r1", "b", "40"], "begun"],
    ["usage", ["r1", "b", "40"], "finished sales=0+52"],
    ["estimated", ["r1", "b", "1"], "already_finished"],
    ["late", ["r1", "b", "1"], "already_settled"],
  ],
  "a call that is broken off pays what came of it, by an estimate that may be corrected": [
    ["reserve", ["r1", "plain", "40/0/0/0"], "created 0 40 sales=40+0"],
    ["begin", ["r1", "a", "40"], "begun"],
    ["cancelled", ["r1", "a", "18"], "finished sales=22+18"],
    ["release", ["r1"], "released 22 sales=0+18"],
    ["late", ["r1", "a", "17"], "late_settled 1 sales=0+17"],
  ],
};

describe("the life of a reservation", () => {
  test.each(Object.entries(tables))("%s", (_, steps) => {
    const play = new Play();
    expect(steps.map(([verb, args]) => [verb, args, play.apply([verb, args])])).toEqual(steps);
    expect(verifyJournal(play.model.entries, play.model.balances)).toEqual([]);
  });

  test("the journal names what each charge stands on", () => {
    const play = new Play();
    play.apply(["reserve", ["r1", "plain", "40/0/0/0"]]);
    ["usage", "estimated", "unseen", "cancelled"].forEach((basis, index) => {
      play.apply(["begin", ["r1", index, "10"]]);
      play.apply([basis, ["r1", index, "5"]]);
    });
    play.apply(["late", ["r1", "2", "3"]]);
    expect(play.model.entries.map(({ kind, status, amountMicroUsd }) => `${kind} ${status} ${amountMicroUsd}`)).toEqual([
      "reserved created 40", "settled finished 5", "settled estimated 5", "settled unseen 5", "settled cancelled 5", "late_settled late_settled 2",
    ]);
  });
});
