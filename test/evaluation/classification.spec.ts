import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { classify, halfOf, type Half, type LabelledRequest, readLabelledRequests, requestOf, scoreOf } from "@leverframe/classification";
import { trainingSources } from "./training-sources";

function setIn(folder: string): LabelledRequest[] {
  const place = path.join(import.meta.dirname, folder);
  return readdirSync(place)
    .filter((file) => file.endsWith(".jsonl"))
    .flatMap((file) => readLabelledRequests(file, readFileSync(path.join(place, file), "utf8")));
}

const measured = (set: readonly LabelledRequest[]) => scoreOf(set.map((request) => ({ request, classification: classify(requestOf(request)) })));
const tuned = setIn("classification");

describe.each<Half>(["tuning", "held-out"])("the labelled set, %s half", (half) => {
  const score = measured(tuned.filter(({ id }) => halfOf(id) === half));

  it("finds at least 98 % of what is regulated", () => {
    expect(score.risks.find(({ label }) => label === "regulated")!.recall).toBeGreaterThanOrEqual(0.98);
  });

  it("finds at least 95 % of structured identifiers, at no more than 2 % false positives", () => {
    expect(score.identifiers.recall).toBeGreaterThanOrEqual(0.95);
    expect(score.identifiers.falsePositiveRate).toBeLessThanOrEqual(0.02);
  });

  it("names the task of at least 85 %", () => {
    expect(score.taskAccuracy).toBeGreaterThanOrEqual(0.85);
  });

  it("raises at most 2 % of the hard negatives", () => {
    expect(score.hardNegativesRaised / score.hardNegatives).toBeLessThanOrEqual(0.02);
  });
});

describe("the labelled set", () => {
  it("is as large as it was asked for: 600 requests, 300 hard negatives, four languages, unique ids and texts", () => {
    expect(tuned.length).toBeGreaterThanOrEqual(600);
    expect(tuned.filter(({ labels }) => labels.hard_negative).length).toBeGreaterThanOrEqual(300);
    for (const language of ["en", "de", "fr", "es"]) expect(tuned.filter((one) => one.language === language).length).toBeGreaterThan(80);
    expect(new Set(tuned.map(({ id }) => id)).size).toBe(tuned.length);
    expect(new Set(tuned.map(({ text }) => text)).size).toBe(tuned.length);
  });
});

describe("requests that were written blind", () => {
  const score = measured(setIn("classification-blind"));

  // The targets are not reached here (README.md); these floors keep it from getting worse unnoticed.
  it("does not fall behind what was measured", () => {
    expect(score.risks.find(({ label }) => label === "regulated")!.recall).toBeGreaterThanOrEqual(0.75);
    expect(score.taskAccuracy).toBeGreaterThanOrEqual(0.7);
    expect(score.identifiers.recall).toBeGreaterThanOrEqual(0.85);
    expect(score.identifiers.falsePositiveRate).toBeLessThanOrEqual(0.02);
  });

  it("is no part of what the weights are learned from", () => {
    const { tuning, development, sentences } = trainingSources(path.join(import.meta.dirname, "..", ".."));
    const learned = new Set([...tuning, ...development].map(({ text }) => text));
    const blind = setIn("classification-blind").map(({ text }) => text);
    expect(blind.filter((text) => learned.has(text) || sentences.some((file) => file.includes(text)))).toEqual([]);
  });
});

describe("a broken line of an evaluation set", () => {
  it.each([
    ["{", /set\.jsonl:1: expected a JSON object/],
    ['{"id":"a","language":"en","department":"HR"}', /set\.jsonl:1: text: expected text/],
    ['{"id":"a","language":"en","department":"HR","text":"x","labels":{"taskType":"magic"}}', /labels\.taskType: `magic`, expected one of chat/],
    ['{"id":"a","language":"en","department":"HR","text":"x","labels":{"taskType":"chat","riskClass":"huge"}}', /labels\.riskClass: `huge`, expected one of low/],
  ])("%s is refused by place", (line, message) => {
    expect(() => readLabelledRequests("set.jsonl", line)).toThrow(message);
  });
});
