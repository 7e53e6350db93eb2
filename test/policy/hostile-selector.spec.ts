import type { PlannedCall } from "@leverframe/events";
import { Dice } from "./dice";
import { GovernedJourney, type Permitted, SHIPPED } from "./governed-journey";
import { hostileSelection, type Known } from "./hostile-outputs";

const OUTPUTS = 10_000;
const SEED = 4_020_611;
const CATALOG = SHIPPED.catalog.deployments.map(({ id }) => id);
const { tenant, departments } = SHIPPED.applications.get("default")!;
const RISKS = ["low", "medium", "high", "regulated"] as const;

/** A fresh permitted request of some department and risk, and what a selector is shown of it. */
function ask(journey: GovernedJourney, dice: Dice): { readonly asked: Permitted; readonly known: Known } {
  for (;;) {
    const asked = journey.permit({ department: dice.pick(departments), riskClass: dice.pick(RISKS), text: "Summarise our meeting in two sentences." }, tenant);
    if (asked) return { asked, known: { permitted: asked.permit.candidates.map(({ id }) => id), catalog: CATALOG } };
  }
}

/** Calls of one request that its permit does not permit, by candidate, region or price. */
const strays = (journey: GovernedJourney, { permit }: Permitted, from: number): readonly string[] =>
  journey.calls.slice(from).flatMap(({ deployment, requestId }) => {
    const permitted = permit.candidates.find(({ id }) => id === deployment.id);
    const holds = permitted && permitted.region === deployment.region && deployment.price.outputNanoUsd <= permitted.outputNanoUsdMax;
    return holds && requestId === permit.requestId ? [] : [`${requestId}: ${deployment.id}`];
  });

describe("a hostile selector", () => {
  it("I1 no forbidden call: of 10,000 hostile `selected` events nothing outside the permit is ever called", async () => {
    const journey = new GovernedJourney();
    const dice = new Dice(SEED);
    const found: string[] = [];
    let unfunded = 0;
    for (let index = 0; index < OUTPUTS; index++) {
      const { asked, known } = ask(journey, dice);
      const before = journey.calls.length;
      const outcome = await journey.select(asked, hostileSelection(known, dice));
      found.push(...strays(journey, asked, before));
      if (outcome === null) unfunded++;
      else expect(outcome.output !== null || outcome.failure !== null).toBe(true);
    }
    await journey.ledger.close();
    expect(found).toEqual([]);
    // Hostile outputs that name a permitted candidate too are carried out with it; the others come to nothing.
    expect(journey.calls.length).toBe(OUTPUTS - unfunded);
    expect(unfunded).toBeGreaterThan(1_000);
    expect(unfunded).toBeLessThan(OUTPUTS - 1_000);
  });

  it("I1 no forbidden call: of 10,000 forged `funded` events, richly paid for, nothing outside the permit is ever called", async () => {
    const journey = new GovernedJourney();
    const dice = new Dice(SEED + 1);
    const found: string[] = [];
    for (let index = 0; index < OUTPUTS; index++) {
      const { asked, known } = ask(journey, dice);
      const before = journey.calls.length;
      const selection = hostileSelection(known, dice);
      const plan: PlannedCall[] = [selection.choice, ...selection.fallbacks].slice(0, 200).map((candidate) => ({
        candidate, maxOutputTokens: dice.pick([64, 64, 64, 0, 1_000_000]), attemptsMax: dice.pick([1, 2, 100]), worstCaseNanoUsd: dice.pick([10n ** 9n, 10n ** 9n, 0n]),
      }));
      const outcome = await journey.fund(asked, selection, plan);
      found.push(...strays(journey, asked, before));
      expect(outcome.output !== null || outcome.failure !== null).toBe(true);
    }
    await journey.ledger.close();
    expect(found).toEqual([]);
    expect(journey.calls.length).toBeGreaterThan(300);
  });
});
