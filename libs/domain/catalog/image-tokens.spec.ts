import { dataTermsOf, imageTokensBound } from "./index";

const TILES = { tokensMax: 2_000, baseTokens: 85, tilePixels: 512, tileTokens: 170 };

describe("the tokens of a picture", () => {
  it.each([
    ["within one tile", TILES, { width: 512, height: 512 }, 255],
    ["a pixel over it", TILES, { width: 513, height: 512 }, 425],
    ["of any size at all", TILES, { width: 1_000_000, height: 1_000_000 }, 2_000],
    ["by area", { tokensMax: 1_600, pixelsPerToken: 750 }, { width: 750, height: 100 }, 100],
    ["of unknown size", TILES, null, 2_000],
    ["where only the most is known", { tokensMax: 900 }, { width: 1, height: 1 }, 900],
  ])("%s", (_name, rule, size, expected) => {
    expect(imageTokensBound(rule, size)).toBe(expected);
  });
});

describe("the words for data terms", () => {
  const terms = { trainsOnData: false, retentionDays: 0, dpa: true, subprocessors: [] };

  it.each([
    ["the best terms", terms, ["no_training", "zero_retention", "dpa"]],
    ["kept for a month", { ...terms, retentionDays: 30 }, ["no_training", "short_retention", "dpa"]],
    ["kept for longer, trained on, without an agreement", { trainsOnData: true, retentionDays: 31, dpa: false, subprocessors: [] }, ["trains_on_data", "long_retention", "no_dpa"]],
    ["terms that nobody wrote down are taken for the worst", undefined, ["trains_on_data", "long_retention", "no_dpa"]],
  ])("%s", (_name, given, words) => {
    expect(dataTermsOf(given)).toEqual(words);
  });
});
