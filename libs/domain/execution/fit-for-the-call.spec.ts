import { costOf, type Deployment, type PriceCard, worstCaseOf } from "@leverframe/catalog";
import { toMicroUsd } from "@leverframe/kernel";
import type { Image } from "@leverframe/prompt";
import type { CallOrder } from "./call-order";
import { callPrice } from "./call-price";
import { createGovernedCall } from "./governed-call";
import { isFailure, permittedDeployment } from "./permit-check";
import { sizedOrder } from "./sized-order";
import { A, benchOf, B, catalogOf, DEADLINE_MS, deploymentOf, fundedOf, MAX_OUTPUT_TOKENS, NEVER, permitOf, planned, RECEIVED_AT, REQUEST_ID, signed } from "./testing/fixtures";
import { USAGE } from "./testing/scripted-adapter";

const PIXEL: Image = { mediaType: "image/png", data: "iVBORw0KGgo=" };
const able = (...capabilities: string[]): Deployment => deploymentOf(A.id, { model: { ...A.model, capabilities } });
const permit = permitOf();

const orderOf = (changes: Partial<CallOrder> = {}): CallOrder => ({
  permit: signed(permit),
  requestId: REQUEST_ID,
  tenant: permit.tenant,
  requestDigest: permit.requestDigest,
  receivedAtMicros: RECEIVED_AT,
  deadlineAtMicros: RECEIVED_AT + DEADLINE_MS * 1_000,
  round: 0,
  ordinal: 0,
  candidate: A.id,
  deployment: A,
  messages: [{ role: "user", content: "hello there" }],
  redacted: [],
  temperature: null,
  outputSchema: null,
  inputTokensMax: 1_000,
  maxOutputTokens: MAX_OUTPUT_TOKENS,
  worstCaseNanoUsd: worstCaseOf(1_000, MAX_OUTPUT_TOKENS, A.price),
  ...changes,
});
const verdict = (changes: Partial<CallOrder>): string => {
  const checked = permittedDeployment(permit, orderOf(changes), RECEIVED_AT);
  return isFailure(checked) ? `${checked.code}: ${checked.message}` : "called";
};

describe("right before the call, the request itself is held against what the deployment can do", () => {
  const pictured = [{ role: "user", content: "", parts: [{ type: "image", image: PIXEL }] }] as const;
  const tools = [{ name: "look", description: null, parameters: {} }];

  it.each([
    ["a picture", { messages: pictured }, "vision"],
    ["tools", { tools }, "tools"],
    ["a schema", { outputSchema: "{}" }, "json"],
  ] as const)("%s", (_name, changes, capability) => {
    expect(verdict({ ...changes, deployment: able() })).toBe(`bad_input: not sent: the request needs \`${capability}\`, which \`${A.id}\` lacks`);
    expect(verdict({ ...changes, deployment: able(capability) })).toBe("called");
  });

  it.each([
    [A.model.contextTokensMax - MAX_OUTPUT_TOKENS, "called"],
    [A.model.contextTokensMax - MAX_OUTPUT_TOKENS + 1, "bad_input: not sent: up to 99801 tokens and an answer of 200 do not fit the 100000 of `model-a`"],
  ])("a prompt of %s tokens", (inputTokensMax, expected) => {
    expect(verdict({ inputTokensMax, worstCaseNanoUsd: 10n ** 12n })).toBe(expected);
  });

  it.each([
    ["streams where it can", ["streaming"], true],
    ["answers whole where it cannot", [], false],
  ])("an answer that is wanted piece by piece %s", async (_name, capabilities, streams) => {
    const bench = benchOf();
    const { kept } = await createGovernedCall(bench.deps)(orderOf({ deployment: able(...capabilities), onDelta: () => undefined }), NEVER);
    expect(kept?.attempt?.outcome).toBe("succeeded");
    expect("onDelta" in bench.adapter.calls[0]!).toBe(streams);
  });

  it("an impossible request costs nothing, and goes to the next candidate", async () => {
    const short = deploymentOf(A.id, { model: { ...A.model, contextTokensMax: 100 } });
    const bench = benchOf({ catalog: catalogOf(short, B) });
    const { attempts } = await bench.run(fundedOf(), NEVER);
    expect(attempts.map(({ candidate, outcome }) => [candidate, outcome])).toEqual([[B.id, "succeeded"]]);
  });
});

describe("a price that changes with time", () => {
  const cheaper = { ...A.price, outputNanoUsd: A.price.outputNanoUsd / 2n };
  const cards = (changeAt: number): readonly PriceCard[] => [
    { fromMicros: null, untilMicros: changeAt, price: A.price },
    { fromMicros: changeAt, untilMicros: null, price: cheaper },
  ];

  it.each([
    ["before the change", 10_000_000, A.price],
    ["after it", -10_000_000, cheaper],
  ])("settles at the card of the attempt's start: %s", async (_name, changeAfter, price) => {
    const dated = deploymentOf(A.id, { priceCards: cards(RECEIVED_AT + changeAfter) });
    const bench = benchOf({ catalog: catalogOf(dated) });
    const { attempts } = await bench.run(fundedOf(permitOf(), [planned(A.id, 1)]), NEVER);
    expect(attempts[0]).toMatchObject({ costNanoUsd: costOf(USAGE, price) });
    expect(bench.store.chargedMicroUsd()).toBe(toMicroUsd(costOf(USAGE, price)));
  });

  it("I2 no unfunded call: nothing is called at a price that nobody knows, or that the permit does not cap", () => {
    const unknown = deploymentOf(A.id, { priceCards: [{ fromMicros: null, untilMicros: RECEIVED_AT, price: A.price }] });
    expect(verdict({ deployment: unknown })).toContain("nobody knows what `model-a` costs now");
    const withFee = deploymentOf(A.id, { price: { ...A.price, requestNanoUsd: 1n } });
    expect(verdict({ deployment: withFee, worstCaseNanoUsd: 10n ** 12n })).toBe("permit_invalid: the request price of `model-a` is above the permit's cap");
  });

  it("has the fees of the pictures that are sent", () => {
    const priced = deploymentOf(A.id, { price: { ...A.price, imageNanoUsd: 7n } });
    const parts = [{ type: "image", image: PIXEL }, { type: "image", image: PIXEL }] as const;
    const order = orderOf({ messages: [{ role: "user", content: "", parts }] });
    expect(callPrice(order, priced, RECEIVED_AT)?.requestNanoUsd).toBe(14n);
    expect(callPrice(orderOf(), priced, RECEIVED_AT)).toBe(priced.price);
  });
});

describe("a bound by bytes that does not let a call pass", () => {
  const countable = deploymentOf(A.id, { model: { ...A.model, tokenizer: "o200k_base" } });
  const clock = { nowMicros: () => RECEIVED_AT };
  const content = "a ".repeat(60_000);
  const big = { messages: [{ role: "user", content }], inputTokensMax: content.length + 80, deployment: countable } as const;

  it("is replaced by a count: where it does not fit the context, and where it costs more than was reserved", async () => {
    const countTokens = async () => 60_000;
    const tooLong = await sizedOrder({ countTokens, clock }, orderOf({ ...big, worstCaseNanoUsd: 10n ** 12n }));
    expect(tooLong.inputTokensMax).toBe(60_080);
    const tooDear = await sizedOrder({ countTokens: async () => 2, clock }, orderOf({ deployment: countable, worstCaseNanoUsd: worstCaseOf(99, MAX_OUTPUT_TOKENS, A.price) }));
    expect(tooDear.inputTokensMax).toBe(82);
  });

  it("stays where it lets the call pass, where nobody counts, and where the model has no tokenizer", async () => {
    const never = () => Promise.reject(new Error("counted"));
    const fits = orderOf({ deployment: countable });
    expect(await sizedOrder({ countTokens: never, clock }, fits)).toBe(fits);
    const uncounted = orderOf(big);
    expect(await sizedOrder({ clock }, uncounted)).toBe(uncounted);
    const other = orderOf({ ...big, deployment: A });
    expect(await sizedOrder({ countTokens: never, clock }, other)).toBe(other);
  });
});
