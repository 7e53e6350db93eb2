import { decide } from "./decide";
import { compilePolicySet, formatPolicyError } from "./index";
import { ask, digest, folder, policySet } from "./testing/small-set";

const small = folder().find(({ path }) => path === "catalog.yaml")?.text ?? "";
const RECEIVED_AT = 1_760_000_000_000_000;
const dayAfter = (days: number) => new Date(RECEIVED_AT / 1_000 + days * 86_400_000).toISOString().slice(0, 10);

/** The small set with more said about `big-us`, of a model that has vision and json, and about its models. */
const changed = (deployment: string, models: readonly (readonly [string, string])[] = []) =>
  models.reduce((text, [from, to]) => text.replace(from, to), small.replace("id: big-us,", `id: big-us, ${deployment}`));

function compiled(deployment: string, models: readonly (readonly [string, string])[] = []) {
  const { ok, errors } = compilePolicySet(folder({ "catalog.yaml": changed(deployment, models) }), digest, { checkNames: [] });
  return { catalog: ok?.catalog, errors: (errors ?? []).map(formatPolicyError) };
}

function causesOf(catalog: string, asked: Parameters<typeof ask>[0] = {}): Record<string, string> {
  const { excluded } = decide(policySet({ "catalog.yaml": catalog }), ask(asked));
  return Object.fromEntries(excluded.map(({ candidate, cause }) => [candidate, cause]));
}

describe("an impossible request is never sent: the candidate is excluded with its cause", () => {
  it.each(["vision", "json", "tools", "streaming"])("lacks:%s", (capability) => {
    const causes = causesOf(small, { classification: { capabilities: [capability] } });
    expect(causes["small-eu"]).toBe(`lacks:${capability}`);
    expect(causes["big-us"]).toBe(["vision", "json"].includes(capability) ? undefined : `lacks:${capability}`);
  });

  it("of a deployment that can less than its model", () => {
    const causes = causesOf(changed("capabilities: [json],"), { classification: { capabilities: ["vision"] } });
    expect([causes["big-us"], causes["big-eu"]]).toEqual(["lacks:vision", undefined]);
  });

  it("context_too_small, of the deployment's own window where it has one", () => {
    const asked = { classification: { inputTokensMax: 30_000 } };
    expect(causesOf(small, asked)).toEqual({ "small-eu": "context_too_small" });
    expect(causesOf(changed("contextTokensMax: 20000,"), asked)).toEqual({ "big-us": "context_too_small", "small-eu": "context_too_small" });
  });

  it("not by the bound of bytes when the tokens were counted and fit", () => {
    const asked = { classification: { inputTokensMax: 30_000 } };
    expect(causesOf(small, { ...asked, state: { "inputTokens.small": "8976" } })).toEqual({});
    expect(causesOf(small, { ...asked, state: { "inputTokens.small": "8977" } })).toEqual({ "small-eu": "context_too_small" });
    expect(causesOf(small, { ...asked, state: { "inputTokens.small": "none" } })).toEqual({ "small-eu": "context_too_small" });
  });

  const dated = (cards: string) => small.replace("price: { inputUsd: 2.50, cachedInputUsd: 0.25, outputUsd: 15 }", `prices: [${cards}]`);
  const usual = "inputUsd: 1, outputUsd: 2";

  it.each([
    ["whose price begins tomorrow", `{ from: ${dayAfter(1)}, ${usual} }`, "no_price"],
    ["whose price ended yesterday", `{ until: ${dayAfter(-1)}, ${usual} }`, "no_price"],
    ["whose price holds", `{ from: ${dayAfter(-1)}, until: ${dayAfter(2)}, ${usual} }`, undefined],
  ])("no_price, of a deployment %s", (_name, cards, cause) => {
    expect(causesOf(dated(cards))["big-us"]).toBe(cause);
  });

  it("is said to whoever asked, in words", () => {
    const priceless = small.replaceAll(/price: \{[^}]*\}/g, `prices: [{ until: ${dayAfter(-1)}, ${usual} }]`);
    expect(decide(policySet({ "catalog.yaml": priceless }), ask()).refusal?.message).toBe("none of 4 models is permitted: 4 whose price nobody knows now");
  });

  it("I6 the permit's caps are those of the cards between arrival and deadline, whatever the clock says", () => {
    const caps = (cards: string, receivedAt: number) => {
      const input = ask();
      const { permit } = decide(policySet({ "catalog.yaml": dated(cards) }), { ...input, origin: { ...input.origin, receivedAt, deadlineAt: receivedAt + 30_000_000 } });
      return permit?.candidates.find(({ id }) => id === "big-us");
    };
    const change = Date.parse(dayAfter(1)) * 1_000;
    const cards = `{ until: ${dayAfter(1)}, inputUsd: 1, outputUsd: 9, requestUsd: 0.1 }, { from: ${dayAfter(1)}, inputUsd: 2, outputUsd: 8, tiers: [{ fromInputTokens: 5, inputUsd: 4, outputUsd: 8 }] }`;
    expect(caps(cards, change - 60_000_000)).toMatchObject({ inputNanoUsdMax: 1_000_000_000n, outputNanoUsdMax: 9_000_000_000n, requestNanoUsdMax: 100_000_000n });
    expect(caps(cards, change - 10_000_000)).toMatchObject({ inputNanoUsdMax: 4_000_000_000n, outputNanoUsdMax: 9_000_000_000n, requestNanoUsdMax: 100_000_000n });
    expect(caps(cards, change)).toEqual({ id: "big-us", region: "us", inputNanoUsdMax: 4_000_000_000n, outputNanoUsdMax: 8_000_000_000n, preference: 0 });
  });
});

describe("what the catalog says about a deployment", () => {
  it("is what rules may ask for: data terms and capabilities", () => {
    const catalog = changed("dataTerms: { trainsOnData: false, retentionDays: 0, dpa: true, subprocessors: [Hoster] },");
    const permitted = (rule: string) => decide(policySet({ "catalog.yaml": catalog, "rules.yaml": `rules:\n  - { id: all, allow: all }\n  - { id: rule, why: w, owner: o, ${rule} }\n` }), ask()).permit?.candidates.map(({ id }) => id) ?? [];
    expect(permitted("require: { dataTerms: [zero_retention, short_retention] }")).toEqual(["big-us"]);
    expect(permitted("forbid: { dataTerms: trains_on_data }")).toEqual(["big-us"]);
    expect(permitted("forbid: { dataTerms: dpa }")).toEqual(["big-eu", "mid-us", "small-eu"]);
    expect(permitted("require: { capability: vision }")).toEqual(["big-us", "big-eu"]);
  });

  it("pins a version by the name that is sent, counts with a tokenizer, and knows its pictures", () => {
    const { catalog, errors } = compiled("providerModel: big-2026-03-01, pin: 2026-03-01,", [["capabilities: [vision, json],", "capabilities: [vision, json], tokenizer: o200k_base, imageTokens: { tokensMax: 1600, pixelsPerToken: 750 },"]]);
    expect(errors).toEqual([]);
    expect(catalog?.byId.get("big-us")).toMatchObject({ pin: "2026-03-01", model: { tokenizer: "o200k_base", imageTokens: { tokensMax: 1_600, pixelsPerToken: 750 } } });
  });

  it("may lead some requests to another version", () => {
    const { catalog } = compiled("rollout: { to: big-eu, percent: 10, guardrails: { successRateMin: 0.95 } },");
    expect(catalog?.byId.get("big-us")?.rollout).toEqual({ to: "big-eu", percent: 10, guardrails: { successRateMin: 0.95, latencyMsMax: null } });
  });

  it.each([
    ["a pin that is not sent", "pin: 2026-03-01,", "pin `2026-03-01`; expected a part of the name that the provider is asked for, `big`"],
    ["more than its model can", "capabilities: [tools],", "the deployment has `tools`, which model `big` has not"],
    ["a larger window than its model's", "contextTokensMax: 200000,", "contextTokensMax `200000`; expected a whole number from 1 to 100000"],
    ["incomplete data terms", "dataTerms: { dpa: true },", "`dataTerms` has no `trainsOnData`"],
    ["a rollout to nowhere", "rollout: { to: big-uk, percent: 5 },", /^catalog\.yaml:10:\d+: to `big-uk`; expected a deployment of the catalog; did you mean `big-us`\?/],
    ["a rollout to itself", "rollout: { to: big-us, percent: 5 },", "to `big-us`; expected another deployment"],
    ["a rollout of more than everything", "rollout: { to: big-eu, percent: 101 },", "percent `101`; expected a number from 0 to 100"],
  ])("is refused for %s", (_name, deployment, expected) => {
    const found = compiled(deployment).errors;
    expect(found).toEqual(expect.arrayContaining([typeof expected === "string" ? expect.stringContaining(expected) : expect.stringMatching(expected)]));
  });

  it.each([
    ["in a circle", "rollout: { to: big-us, percent: 5 },", "expected a deployment without a rollout: this one is rolled out to `big-eu` itself"],
    ["to the same one", "rollout: { to: mid-us, percent: 5 },", "to `mid-us`; expected a deployment that `big-us` is not rolled out to"],
  ])("is refused for rollouts %s", (name, other, expected) => {
    const first = name === "in a circle" ? "rollout: { to: big-eu, percent: 5 }," : "rollout: { to: mid-us, percent: 5 },";
    expect(compiled(first, [["id: big-eu,", `id: big-eu, ${other}`]]).errors.join("\n")).toContain(expected);
  });

  it.each([
    ["tokens of pictures at a blind model", "capabilities: [json],", "capabilities: [json], imageTokens: { tokensMax: 5 },", "`imageTokens` of a model that takes no pictures"],
    ["an unknown tokenizer", "capabilities: [json],", "capabilities: [json], tokenizer: o200k,", "tokenizer `o200k`; expected o200k_base or cl100k_base"],
    ["tiles without a size", "capabilities: [vision, json],", "capabilities: [vision, json], imageTokens: { tokensMax: 5, tileTokens: 1 },", "`tileTokens` without `tilePixels`"],
  ])("is refused for %s", (_name, from, to, expected) => {
    expect(compiled("", [[from, to]]).errors.join("\n")).toContain(expected);
  });
});
