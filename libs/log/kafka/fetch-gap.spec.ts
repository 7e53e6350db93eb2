import { gapAfter } from "./fetch-gap";

test.each([
  ["a fetch that found nothing", 0, {}, 5],
  ["a record alone", 1, {}, 6],
  ["some", 10, {}, 15],
  ["many", 500, {}, 20],
  ["many, where the gap was set longer than its most", 500, { fetchGapMs: 50 }, 50],
  ["many, where none is wanted", 500, { fetchGapMs: 0, fetchGapMsMax: 0 }, 0],
])("the gap between fetches grows with what the last one brought, up to its most: %s", (_what, records, options, expected) => {
  expect(gapAfter(records, options)).toBe(expected);
});
