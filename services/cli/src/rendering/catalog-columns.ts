import { dataTermsOf, type Deployment, type Price, priceAt, type Rates } from "@leverframe/catalog";
import type { NanoUsd } from "@leverframe/kernel";
import type { Column } from "./grid";
import { countText } from "./units";

/** A deployment, and the moment whose price is shown. */
export interface CatalogRow {
  readonly deployment: Deployment;
  readonly atMicros: number;
}

const NANO_PER_USD = 1e9;

const dollars = (nanoUsd: NanoUsd | undefined): number | null => (nanoUsd === undefined ? null : Number(nanoUsd) / NANO_PER_USD);
const rate = (pick: (rates: Rates) => NanoUsd) => ({ deployment, atMicros }: CatalogRow) => {
  const price = priceAt(deployment, atMicros);
  return price && dollars(pick(price));
};
/** `2.50`, and `4.125` where cents do not do. */
const dollarText = (amount: number | null): string => (amount === null ? "" : Number(amount.toFixed(2)) === amount ? amount.toFixed(2) : String(amount));
const money = (name: string, title: string, pick: (rates: Rates) => NanoUsd): Column<CatalogRow> => {
  const value = rate(pick);
  return { name, title, align: "right", value, text: (row) => dollarText(value(row)) };
};
const count = (name: string, title: string, pick: (deployment: Deployment) => number): Column<CatalogRow> => ({
  name, title, align: "right", value: ({ deployment }) => pick(deployment), text: ({ deployment }) => countText(pick(deployment)),
});

export const CATALOG_COLUMNS: readonly Column<CatalogRow>[] = [
  { name: "deployment", title: "deployment", value: ({ deployment }) => deployment.id },
  { name: "tier", title: "tier", value: ({ deployment }) => deployment.model.tier },
  { name: "licence", title: "licence", value: ({ deployment }) => deployment.model.licence },
  { name: "region", title: "region", value: ({ deployment }) => deployment.region },
  count("contextTokensMax", "context", ({ model }) => model.contextTokensMax),
  count("outputTokensMax", "output", ({ model }) => model.outputTokensMax),
  { name: "capabilities", title: "can", value: ({ deployment }) => deployment.model.capabilities.join(" ") },
  money("inputUsd", "$ in", ({ inputNanoUsd }) => inputNanoUsd),
  money("cachedInputUsd", "cached", ({ cachedInputNanoUsd }) => cachedInputNanoUsd),
  money("outputUsd", "$ out", ({ outputNanoUsd }) => outputNanoUsd),
  { name: "dataTerms", title: "data terms", value: ({ deployment }) => dataTermsOf(deployment.dataTerms).join(" ") },
  { name: "version", title: "version", value: ({ deployment }) => deployment.pin ?? null, text: ({ deployment }) => deployment.pin ?? "any" },
  { name: "rollout", title: "rolled out to", value: ({ deployment: { rollout } }) => (rollout ? `${rollout.to} ${rollout.percent}` : null), text: ({ deployment: { rollout } }) => (rollout ? `${rollout.percent} % ${rollout.to}` : "") },
];

/** What does not fit a row: fees, tiers, and prices that begin or end. */
export function priceNotes({ deployment, atMicros }: CatalogRow): string[] {
  const { id, priceCards = [] } = deployment;
  const price = priceAt(deployment, atMicros);
  const later = priceCards.flatMap(({ fromMicros }) => (fromMicros !== null && fromMicros > atMicros ? [`${id} has another price from ${dayText(fromMicros)} on`] : []));
  const end = priceCards.at(-1)?.untilMicros ?? null;
  const changes = end !== null && end > atMicros ? [...later, `${id} has no price from ${dayText(end)} on`] : later;
  return [...(price ? feeNotes(id, price) : [`${id} has no price now: it is not called`]), ...changes];
}

function feeNotes(id: string, { requestNanoUsd, imageNanoUsd, cacheWriteNanoUsd, reasoningNanoUsd, tiers = [] }: Price): string[] {
  const special: readonly (readonly [NanoUsd | undefined, string])[] = [
    [requestNanoUsd, "a call"],
    [imageNanoUsd, "a picture"],
    [cacheWriteNanoUsd, "a million tokens written to a cache"],
    [reasoningNanoUsd, "a million tokens of reasoning"],
  ];
  const fees = special.flatMap(([amount, what]) => (amount === undefined ? [] : [`${id}: $${dollarText(dollars(amount))} ${what}`]));
  const long = tiers.map((tier) => `${id}: $${dollarText(dollars(tier.inputNanoUsd))} in and $${dollarText(dollars(tier.outputNanoUsd))} out from ${countText(tier.fromInputTokens)} input tokens on`);
  return [...fees, ...long];
}

const dayText = (micros: number): string => new Date(micros / 1_000).toISOString().slice(0, 10);
