import { encodePermit } from "@leverframe/permit";
import { decideCounted } from "./counted-decision";
import { decide } from "./decide";
import { ask, folder, policySet } from "./testing/small-set";

const small = folder().find(({ path }) => path === "catalog.yaml")?.text ?? "";
/** `big` and `small` can be counted; contexts are 100,000 and 10,000. */
const set = policySet({ "catalog.yaml": small.replace("capabilities: [vision, json],", "capabilities: [vision, json], tokenizer: o200k_base,").replace("licence: oss,", "licence: oss, tokenizer: cl100k_base,") });
const never = () => Promise.reject(new Error("counted"));
const sized = (inputTokensMax: number) => ask({ classification: { inputTokensMax } });

describe("a decision counts tokens only where the bound by bytes shuts somebody out", () => {
  it("not where the prompt fits everywhere, nor without a policy", async () => {
    expect(await decideCounted(set, sized(1_000), never)).toEqual(decide(set, sized(1_000)));
    expect((await decideCounted(null, sized(1_000_000), never)).refusal?.code).toBe("policy_unavailable");
  });

  it("at those that are shut out and can be counted, and lets in those that it fits", async () => {
    const asked: string[] = [];
    const answer = await decideCounted(set, sized(200_000), async (models) => {
      asked.push(...models.map(({ id }) => id));
      return new Map([["big", 40_000], ["small", 39_000]]);
    });
    expect(asked).toEqual(["big", "small"]);
    expect(answer.permit?.candidates.map(({ id }) => id)).toEqual(["big-us", "big-eu"]);
    expect(answer.excluded).toEqual([{ candidate: "mid-us", cause: "context_too_small" }, { candidate: "small-eu", cause: "context_too_small" }]);
  });

  it("I6 with what was counted on the permit, so that a replay without the prompt decides the same", async () => {
    const input = sized(200_000);
    const { permit } = await decideCounted(set, { ...input, state: { area: "eu" } }, async () => new Map([["big", 40_000]]));
    expect(permit?.state).toEqual({ area: "eu", "inputTokens.big": "40000" });
    const replayed = decide(set, { ...input, ...(permit ? { state: permit.state } : {}) });
    expect(replayed.permit && permit && Buffer.compare(encodePermit(replayed.permit), encodePermit(permit))).toBe(0);
  });
});
