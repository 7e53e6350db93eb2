import { type AnyMessage, message } from "@leverframe/contracts";
import { nextMeta } from "@leverframe/decision";
import type { Escalated, Permitted, Request, Selection } from "@leverframe/events";
import { On, Stage } from "@leverframe/nest";
import { readPermit } from "@leverframe/permit";
import { Module } from "@nestjs/common";
import { audit } from "../../../test/support/audit";
import { evidenceOf, requestOf } from "../../../test/support/installation";
import { Dice, hostileSelection, MISSHAPEN } from "../../../test/policy";
import { STAGE_MODULES } from "../src";
import { StagesHere } from "./stages-here";

const REQUESTS = 150;
const dice = new Dice(77);
/** Every fourth request is given something that is no selection at all. */
let given = 0;

/** Stands where the selector does, with all its rights. */
@Stage("selector")
class HostileSelector {
  @On("permitted")
  permitted(event: Permitted): readonly AnyMessage[] {
    return this.select({ ...event, earlier: [], bestOutput: null });
  }

  @On("escalated")
  escalated(event: Escalated): readonly AnyMessage[] {
    return this.select(event);
  }

  private select(event: Escalated): readonly AnyMessage[] {
    const permitted = readPermit(event.permit.body).candidates.map(({ id }) => id);
    const known = { permitted, catalog: ["openai/gpt-5.4", "openai/gpt-5.4-mini", "anthropic/claude-opus-4-8", "anthropic/claude-haiku-4-5", "oss/mistral-small", ...permitted] };
    const selection = given++ % 4 === 0 ? (MISSHAPEN[(given >> 2) % MISSHAPEN.length] as Selection) : hostileSelection(known, dice);
    return [message("selected", { ...event, meta: nextMeta(event.meta, "selected"), selection, opinionOn: null })];
  }
}

@Module({ controllers: [HostileSelector] })
class HostileSelectorModule {}

describe("a running installation with a hostile router", () => {
  let here: StagesHere;
  const asked: Request[] = [];
  beforeAll(async () => {
    here = await StagesHere.prepare();
    await here.start({ ...STAGE_MODULES, selector: HostileSelectorModule });
    const departments = ["Sales", "Legal", "Finance", "Medical", "R&D", "HR"];
    const risks = ["low", "medium", "high", "regulated", null] as const;
    for (let index = 0; index < REQUESTS; index++) asked.push(requestOf({ department: dice.pick(departments), riskClass: dice.pick(risks) }));
    await here.client.send(asked);
    await here.client.settled(asked.map(({ requestId }) => requestId));
  });
  afterAll(() => here?.end());

  it("I1 forbidden routes are impossible whatever the router says", () => {
    const { client, installation, simulator } = here;
    expect(audit(evidenceOf(client, installation.policiesDir, simulator.calls, asked, null))).toEqual([]);
    expect(simulator.calls.length).toBeGreaterThan(10);
    // It did try: what it named and was not permitted stands on the decisions.
    const tried = client.decisions.flatMap(({ rounds }) => rounds.flatMap(({ selection }) => [selection.choice, ...selection.fallbacks]));
    expect(tried.some((name) => name === "__proto__")).toBe(true);
  });

  it("I4 exactly one answer: each request is answered, and refused in clear words where the router named nothing that is permitted", () => {
    const { client } = here;
    expect(client.deadLetters).toEqual([]);
    expect(new Set(client.responses.map(({ requestId }) => requestId)).size).toBe(REQUESTS);
    const refusals = client.responses.flatMap(({ refusal }) => refusal ?? []);
    const ofRouter = refusals.filter(({ code }) => code === "selection_invalid");
    expect(ofRouter.length).toBeGreaterThan(REQUESTS / 8);
    expect(ofRouter.every(({ message: text }) => /chose nothing that is permitted|is no selection/.test(text))).toBe(true);
  });

  it("enforcement is deterministic before model routing: what is permitted was signed before the router was asked, and is none of its output", () => {
    const { client } = here;
    const permits = client.decisions.flatMap(({ permit }) => (permit ? [readPermit(permit.body)] : []));
    expect(permits.length).toBeGreaterThan(REQUESTS / 2);
    // Requests that differ in nothing but their id are permitted the same, whatever the router made of each.
    const byKind = Map.groupBy(permits, ({ department, rules }) => JSON.stringify([department, rules]));
    for (const same of byKind.values()) expect(new Set(same.map(({ candidates }) => JSON.stringify(candidates.map(({ id }) => id)))).size).toBe(1);
  });

  it("routing output is structured: what is none is recorded as a refusal, never acted on", () => {
    const { client } = here;
    const selections = client.decisions.flatMap(({ rounds }) => rounds.map(({ selection }) => selection));
    expect(selections.length).toBeGreaterThan(REQUESTS / 2);
    for (const selection of selections) {
      expect(typeof selection.choice).toBe("string");
      expect(selection.fallbacks.length).toBeLessThanOrEqual(32);
      expect(selection.confidence).toBeGreaterThanOrEqual(0);
      expect(selection.confidence).toBeLessThanOrEqual(1);
    }
    const unstructured = client.decisions.filter(({ rounds }) => rounds.some(({ selection }) => selection.strategy === "none"));
    expect(unstructured.length).toBeGreaterThan(10);
    for (const { status, rounds } of unstructured) expect([status, rounds.flatMap(({ attempts }) => attempts)]).toEqual(["refused", []]);
  });
});
