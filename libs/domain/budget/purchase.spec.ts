import fc from "fast-check";
import { AccountBook, type BudgetCap } from "./accounts";
import { LedgerModel } from "./ledger-model";
import type { CallShare, FundingOption, FundingPlan } from "./plan";
import { purchaseOf } from "./purchase";

const budget = (scope: string, cap: number, over: Partial<BudgetCap> = {}): BudgetCap => ({ scope, window: "month", unit: "usd", cap, hard: true, alertPercents: [], timeZone: "UTC", ...over });
const payer = { tenant: "acme", department: "sales", user: null };

/** Calls as `name:provider:dollars:tokens`; the plan as the planner makes it: whole first, then without the dearest. */
function fundingOf(...calls: string[]): FundingPlan {
  const parsed = calls.map((text) => {
    const [candidate = "", provider = "", dollars = "0", tokens = "0"] = text.split(":");
    const share: CallShare = { labels: [`provider:${provider}`, `tag:${candidate}`], amountMicroUsd: Number(dollars), tokens: Number(tokens) };
    return { call: { candidate, maxOutputTokens: 1, attemptsMax: 1, worstCaseNanoUsd: BigInt(dollars) * 1_000n }, share };
  });
  const options: FundingOption[] = [];
  for (let left = parsed; left.length > 0; ) {
    options.push({ plan: left.map(({ call }) => call), shares: left.map(({ share }) => share), amountMicroUsd: left.reduce((sum, { share }) => sum + share.amountMicroUsd, 0) });
    const dearest = Math.max(...left.map(({ share }) => share.amountMicroUsd));
    const index = left.findLastIndex(({ share }) => share.amountMicroUsd === dearest);
    left = left.filter((_, place) => place !== index);
  }
  return { options, excluded: [] };
}

const chains = ({ plan }: { readonly plan: FundingPlan }) => plan.options.map(({ plan: calls }) => calls.map(({ candidate }) => candidate).join("+"));

describe("a purchase", () => {
  test("asks each account for what is its own of each option", () => {
    const book = new AccountBook([budget("tenant:acme", 900), budget("provider:acme/openai", 50), budget("department:acme/sales", 9_000, { unit: "tokens" }), budget("company:all", 5, { unit: "requests", window: "day" })]);
    const purchase = purchaseOf(fundingOf("a:openai:10:100", "b:anthropic:30:200"), book, payer, 0, {});
    expect(chains(purchase)).toEqual(["a+b", "a", "b"]);
    expect(purchase.amountsMicroUsd).toEqual([40, 10, 30]);
    expect(purchase.lines).toEqual([
      { unit: "requests", only: null, amounts: [1, 1, 1] },
      { unit: "tokens", only: null, amounts: [300, 100, 200] },
      { unit: "usd", only: "provider:openai", amounts: [10, 10, 0] },
    ]);
  });

  test("offers the chain without a partition that may be used up, and then each call alone", () => {
    const calls = ["a:openai:10:0", "b:anthropic:30:0", "c:openai:20:0", "d:mistral:5:0"];
    const plain = purchaseOf(fundingOf(...calls), new AccountBook([budget("tenant:acme", 1)]), payer, 0, {});
    expect(chains(plain)).toEqual(["a+b+c+d", "a+c+d", "a+d", "d"]);
    const parted = purchaseOf(fundingOf(...calls), new AccountBook([budget("provider:acme/openai", 1), budget("provider:mistral", 1)]), payer, 0, {});
    expect(chains(parted)).toEqual(["a+b+c+d", "a+c+d", "a+d", "d", "b+d", "a+b+c", "a", "b", "c"]);
    const soft = purchaseOf(fundingOf(...calls), new AccountBook([budget("provider:acme/openai", 1, { hard: false })]), payer, 0, {});
    expect(chains(soft)).toEqual(chains(plain));
  });

  const call = fc.record({ provider: fc.constantFrom("openai", "anthropic", "mistral"), dollars: fc.integer({ min: 0, max: 60 }), tokens: fc.integer({ min: 0, max: 60 }) });
  const cap = fc.integer({ min: 0, max: 200 });

  test("I3 no overspend: is refused only when no single call could be paid, and no account ever passes its cap", () => {
    fc.assert(
      fc.property(fc.array(fc.array(call, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 12 }), cap, cap, cap, cap, (plans, tenant, openai, anthropic, tokens) => {
        const caps = [budget("tenant:acme", tenant), budget("provider:acme/openai", openai), budget("provider:anthropic", anthropic), budget("department:acme/sales", tokens, { unit: "tokens" })];
        const book = new AccountBook(caps);
        const model = new LedgerModel();
        for (const [index, calls] of plans.entries()) {
          const funding = fundingOf(...calls.map(({ provider, dollars, tokens: count }, place) => `${place}:${provider}:${dollars}:${count}`));
          const { plan, accounts, amountsMicroUsd, lines } = purchaseOf(funding, book, payer, 0, {});
          const left = new Map(model.balancesOf(accounts).map((one, place) => [one.scope, (accounts[place]?.cap ?? Infinity) - one.reserved - one.settled]));
          const room = (scope: string) => left.get(scope) ?? Infinity;
          const payable = calls.some(({ provider, dollars, tokens: count }) =>
            dollars <= room("tenant:acme") && count <= room("department:acme/sales") && dollars <= room(provider === "openai" ? "provider:acme/openai" : provider === "anthropic" ? "provider:anthropic" : ""),
          );
          const result = model.reserve({ reservationId: `r${index}`, requestId: "q", tenant: "acme", amountsMicroUsd, lines, accounts, deadlineAtMicros: 1, nowMicros: 0 });
          expect(result.status).toBe(payable ? "created" : "exceeds_cap");
          if (result.status === "created") spend(model, `r${index}`, plan, result.option, index);
          for (const { scope, unit, reserved, settled } of model.balances) {
            const limit = caps.find((one) => one.scope === scope && one.unit === unit)?.cap ?? Infinity;
            expect(reserved + settled).toBeLessThanOrEqual(limit);
            expect(Math.min(reserved, settled)).toBeGreaterThanOrEqual(0);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** Every planned call is begun at its worst case; some of them cost less, some nothing, one plan in three stays open. */
function spend(model: LedgerModel, reservationId: string, plan: FundingPlan, option: number, seed: number): void {
  const { plan: calls = [], shares = [] } = plan.options[option] ?? {};
  calls.forEach((_, place) => {
    const { amountMicroUsd = 0, tokens = 0, labels = [] } = shares[place] ?? {};
    const ids = { reservationId, attemptId: `${reservationId}.${place}`, nowMicros: 0 };
    expect(model.begin({ ...ids, worstCaseMicroUsd: amountMicroUsd, worstCaseTokens: tokens, labels, owner: "me" }).status).toBe("begun");
    const part = (seed + place) % 3;
    const charge = { chargeMicroUsd: Math.floor((amountMicroUsd * part) / 2), chargeTokens: Math.floor((tokens * part) / 2) };
    expect(model.finish({ ...ids, ...charge, costNanoUsd: 0n, outcome: new Uint8Array(1) }).status).toBe("finished");
  });
  if (seed % 3 > 0) model.release({ reservationId, nowMicros: 0 });
}
