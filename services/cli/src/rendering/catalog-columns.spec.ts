import type { Deployment, Price, PriceCard } from "@leverframe/catalog";
import { runCommandLine } from "../program";
import { capturedTerminal } from "../testing/captured-terminal";
import { CATALOG_COLUMNS, priceNotes } from "./catalog-columns";
import { textOf } from "./grid";

const day = (text: string) => Date.parse(text) * 1_000;
const price: Price = { inputNanoUsd: 2_500_000_000n, cachedInputNanoUsd: 125_000_000n, outputNanoUsd: 15_000_000_000n };

const deploymentOf = (more: Partial<Deployment> = {}): Deployment => ({
  id: "a/big", providerModel: "big-2026-03-01", pin: "2026-03-01", region: "eu", tags: [], latencyMs: 1,
  provider: { id: "a", api: "openai", baseUrl: null, apiKeyEnv: null },
  model: { id: "big", tier: "premium", licence: "commercial", contextTokensMax: 200_000, outputTokensMax: 8_000, capabilities: ["json", "vision"], quality: { default: 1 } },
  price, dataTerms: { trainsOnData: false, retentionDays: 0, dpa: true, subprocessors: [] }, rollout: { to: "a/new", percent: 10, guardrails: { successRateMin: null, latencyMsMax: null } }, ...more,
});
const cards: readonly PriceCard[] = [
  { fromMicros: null, untilMicros: day("2026-07-01"), price },
  { fromMicros: day("2026-07-01"), untilMicros: day("2027-01-01"), price: { ...price, inputNanoUsd: 3_000_000_000n } },
];
const shown = (deployment: Deployment, at: string) => Object.fromEntries(CATALOG_COLUMNS.map((column) => [column.title, textOf(column, { deployment, atMicros: day(at) })]));

describe("the catalog as a table", () => {
  it("shows what a deployment can do, what it costs, and on which terms", () => {
    expect(shown(deploymentOf(), "2026-06-01")).toEqual({
      deployment: "a/big", tier: "premium", licence: "commercial", region: "eu", context: "200,000", output: "8,000", can: "json vision",
      "$ in": "2.50", cached: "0.125", "$ out": "15.00", "data terms": "no_training zero_retention dpa", version: "2026-03-01", "rolled out to": "10 % a/new",
    });
  });

  it.each([
    ["2026-06-30", "2.50", ["a/big has another price from 2026-07-01 on", "a/big has no price from 2027-01-01 on"]],
    ["2026-07-01", "3.00", ["a/big has no price from 2027-01-01 on"]],
    ["2027-01-01", "–", ["a/big has no price now: it is not called"]],
  ])("shows the price of a moment, and when it changes: %s", (at, input, notes) => {
    const deployment = deploymentOf({ priceCards: cards });
    expect(shown(deployment, at)["$ in"]).toBe(input);
    expect(priceNotes({ deployment, atMicros: day(at) })).toEqual(notes);
  });

  it("notes fees and tiers", () => {
    const tiers = [{ ...price, fromInputTokens: 200_000, outputNanoUsd: 22_500_000_000n }];
    const deployment = deploymentOf({ price: { ...price, requestNanoUsd: 5_000_000n, imageNanoUsd: 1_000_000n, cacheWriteNanoUsd: 3_125_000_000n, reasoningNanoUsd: 12_000_000_000n, tiers } });
    expect(priceNotes({ deployment, atMicros: 0 })).toEqual([
      "a/big: $0.005 a call", "a/big: $0.001 a picture", "a/big: $3.125 a million tokens written to a cache", "a/big: $12.00 a million tokens of reasoning",
      "a/big: $2.50 in and $22.50 out from 200,000 input tokens on",
    ]);
  });

  it("`leverframe catalog` lists the shipped one at any moment", async () => {
    const terminal = capturedTerminal("");
    expect(await runCommandLine(["catalog", "--format", "csv", "--at", "2026-01-01"], terminal)).toBe(0);
    const lines = terminal.outLines.join("\n").split("\n");
    expect(lines[0]?.trim()).toBe(CATALOG_COLUMNS.map(({ name }) => name).join(","));
    expect(lines.find((line) => line.startsWith("openai/gpt-5.4,"))).toContain("2.5,2.5,15");
  });
});
