import { dearestOf, type Deployment, type Price, type PriceCard, type PriceTier, type Rates } from "@leverframe/catalog";
import type { Fields, Place } from "./source/place";

const RATE_FIELDS = ["inputUsd", "cachedInputUsd", "cacheWriteUsd", "outputUsd", "reasoningUsd"] as const;
export const PRICE_TIER_FIELDS = ["fromInputTokens", ...RATE_FIELDS] as const;
export const PRICE_FIELDS = ["free", ...RATE_FIELDS, "requestUsd", "imageUsd", "tiers"] as const;
export const PRICE_CARD_FIELDS = ["from", "until", ...PRICE_FIELDS] as const;

/** A day begins at midnight UTC. */
export const MOMENT_OF_PRICE = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?Z)?$/;
const MOMENT_EXPECTED = "a day such as 2026-07-01, or a moment in UTC such as 2026-07-01T06:00Z";

/**
 * What a deployment costs: `price` for good, or `prices`, each from a day on. Cards follow each other without gap or
 * overlap, so at every moment there is one price or, before the first and after the last, none at all: then it cannot be
 * called, since nobody could say what it costs.
 */
export function readPrices(fields: Fields): Pick<Deployment, "price" | "priceCards"> {
  const cards = fields.get("prices");
  if (!cards) return { price: readPrice(fields.need("price", "the deployment")?.fields("`price`", PRICE_FIELDS) ?? null) };
  if (fields.get("price")) fields.key("price").fail("`price` stands beside `prices`; expected one of them");
  const priceCards = readCards(cards);
  return { price: priceCards.length === 0 ? NOTHING : dearestOf(priceCards.map(({ price }) => price)), priceCards };
}

const NOTHING: Price = { inputNanoUsd: 0n, cachedInputNanoUsd: 0n, outputNanoUsd: 0n };

interface DatedCard extends PriceCard {
  readonly place: Place;
  readonly fields: Fields;
}

function readCards(place: Place): PriceCard[] {
  const cards = (place.items("`prices`") ?? []).flatMap((item): DatedCard[] => {
    const fields = item.fields("a price card", PRICE_CARD_FIELDS);
    if (!fields) return [];
    return [{ fromMicros: readMoment(fields, "from"), untilMicros: readMoment(fields, "until"), price: readPrice(fields), place: item, fields }];
  });
  if (place.isList && cards.length === 0) place.fail("`prices` is empty; expected at least one price card");
  return cards.map(({ fromMicros, untilMicros, price, fields }, index) => {
    const next = cards[index + 1];
    if (next) checkSuccession(cards[index] as DatedCard, next);
    if (fromMicros !== null && untilMicros !== null && untilMicros <= fromMicros) {
      fields.get("until")?.refuse("until", "a moment after `from`");
    }
    return { fromMicros, untilMicros: untilMicros ?? next?.fromMicros ?? null, price };
  });
}

function checkSuccession(card: DatedCard, next: DatedCard): void {
  const { fromMicros: begins } = next;
  if (begins === null) {
    // A moment that cannot be read has been reported where it stands.
    if (!next.fields.get("from")) next.place.fail("the price card has no `from`; expected the moment at which it takes over from the one before");
    return;
  }
  const from = next.fields.get("from");
  if (card.fromMicros !== null && begins <= card.fromMicros) from?.refuse("from", `a moment after ${momentText(card.fromMicros)}, where the card before begins`);
  else if (card.untilMicros !== null && begins > card.untilMicros) from?.refuse("from", `${momentText(card.untilMicros)}, where the card before ends: between them no price is known`);
  else if (card.untilMicros !== null && begins < card.untilMicros) from?.refuse("from", `${momentText(card.untilMicros)}, where the card before ends: between them two prices hold`);
}

function readMoment(fields: Fields, name: "from" | "until"): number | null {
  const place = fields.get(name);
  const text = place?.text(name, MOMENT_OF_PRICE, MOMENT_EXPECTED);
  if (!place || !text) return null;
  const millis = Date.parse(text);
  // The engine takes 31 February for 3 March.
  const real = !Number.isNaN(millis) && new Date(millis).toISOString().startsWith(text.slice(0, 10));
  return real ? millis * 1_000 : place.refuse(name, MOMENT_EXPECTED);
}

const momentText = (micros: number): string => new Date(micros / 1_000).toISOString().replace(/(?:T00:00:00)?\.000Z$/, (end) => (end.startsWith("T") ? "" : "Z"));

/** A price of nothing is an oversight until the catalog says that it is meant. */
function readPrice(fields: Fields | null): Price {
  if (!fields) return NOTHING;
  if (fields.get("free")?.boolean("free") === true) {
    for (const name of fields.names()) if (!["free", "from", "until"].includes(name)) fields.key(name).fail(`\`${name}\` stands beside \`free: true\`; expected nothing else`);
    return NOTHING;
  }
  const rates = readRates(fields, "the price");
  if (fields.get("inputUsd") && rates.inputNanoUsd === 0n && rates.outputNanoUsd === 0n) {
    fields.get("inputUsd")?.fail("neither input nor output costs anything; expected a price, or `free: true` where that is meant");
  }
  const tiers = readTiers(fields);
  const requestNanoUsd = fields.get("requestUsd")?.usd("requestUsd") ?? null;
  const imageNanoUsd = fields.get("imageUsd")?.usd("imageUsd") ?? null;
  return {
    ...rates,
    ...(requestNanoUsd === null ? {} : { requestNanoUsd }),
    ...(imageNanoUsd === null ? {} : { imageNanoUsd }),
    ...(tiers.length === 0 ? {} : { tiers }),
  };
}

function readRates(fields: Fields, what: string): Rates {
  const inputNanoUsd = fields.need("inputUsd", what)?.usd("inputUsd") ?? 0n;
  const cacheWriteNanoUsd = fields.get("cacheWriteUsd")?.usd("cacheWriteUsd") ?? null;
  const reasoningNanoUsd = fields.get("reasoningUsd")?.usd("reasoningUsd") ?? null;
  return {
    inputNanoUsd,
    cachedInputNanoUsd: fields.get("cachedInputUsd")?.usd("cachedInputUsd") ?? inputNanoUsd,
    ...(cacheWriteNanoUsd === null ? {} : { cacheWriteNanoUsd }),
    outputNanoUsd: fields.need("outputUsd", what)?.usd("outputUsd") ?? 0n,
    ...(reasoningNanoUsd === null ? {} : { reasoningNanoUsd }),
  };
}

function readTiers(fields: Fields): PriceTier[] {
  let above = 0;
  return (fields.get("tiers")?.items("`tiers`") ?? []).flatMap((item): PriceTier[] => {
    const tier = item.fields("a price tier", PRICE_TIER_FIELDS);
    const fromInputTokens = tier?.need("fromInputTokens", "the price tier")?.integer("fromInputTokens", above + 1) ?? null;
    if (!tier || fromInputTokens === null) return [];
    above = fromInputTokens;
    return [{ fromInputTokens, ...readRates(tier, "the price tier") }];
  });
}
