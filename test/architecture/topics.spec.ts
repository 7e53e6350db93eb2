import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { type Party, SEGMENT_MS, topicRow, TOPIC_NAMES, type TopicName } from "@leverframe/contracts";
import { STAGES, type Stage } from "@leverframe/kernel";
import { RETENTION_DAYS_MIN } from "@leverframe/permit";

const root = path.resolve(import.meta.dirname, "../..");

/** All sources of a stage's service as one text. */
function sourceOf(stage: Stage): string {
  const folder = path.join(root, "services", stage, "src");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts") && !file.endsWith(".spec.ts"));
  return files.map((file) => readFileSync(path.join(folder, file), "utf8")).join("\n");
}

const named = (text: string, pattern: RegExp): readonly TopicName[] => [...text.matchAll(pattern)].map(([, topic]) => topic as TopicName);

/** Topics that a stage's code handles, and those that it makes messages for. */
function ends(stage: Stage): { readonly reads: ReadonlySet<TopicName>; readonly writes: ReadonlySet<TopicName> } {
  const source = sourceOf(stage);
  const writes = new Set(named(source, /\bmessage\("([a-z-]+)"/g));
  // The answer desk makes these messages; the transport gives every stage its dead letters.
  if (/\banswers\.send\(/.test(source)) writes.add("responses").add("decisions").add("held-answers");
  return { reads: new Set(named(source, /(?:@On|\bbroadcast)\("([a-z-]+)"/g)), writes: writes.add("dead-letters") };
}

const isStage = (party: Party): party is Stage => (STAGES as readonly string[]).includes(party);

describe("the topic table and the code", () => {
  const code = new Map(STAGES.map((stage) => [stage, ends(stage)]));

  it("the answer desk writes what every stage that uses it is said to write", () => {
    const desk = readFileSync(path.join(root, "libs/wiring/answer-desk.ts"), "utf8");
    expect(new Set(named(desk, /\bmessage\("([a-z-]+)"/g))).toEqual(new Set(["responses", "decisions", "held-answers"]));
  });

  it.each([...TOPIC_NAMES])("`%s` is written and read by exactly the stages that the table names", (topic) => {
    const { writers, readers } = topicRow(topic);
    const writing = STAGES.filter((stage) => code.get(stage)!.writes.has(topic));
    const reading = STAGES.filter((stage) => code.get(stage)!.reads.has(topic));
    expect(writing.toSorted()).toEqual(writers.filter(isStage).toSorted());
    expect(reading.toSorted()).toEqual(readers.filter(isStage).toSorted());
  });

  it("keeps nothing about a request longer than the least `retentionDaysMax` that a policy may name", () => {
    for (const { aboutRequests, retentionMs } of TOPIC_NAMES.map(topicRow)) {
      if (aboutRequests) expect(retentionMs + SEGMENT_MS).toBeLessThanOrEqual(RETENTION_DAYS_MIN * 86_400_000);
    }
    expect(TOPIC_NAMES.filter((topic) => !topicRow(topic).aboutRequests)).toEqual(["ledger-entries", "budget-status", "policy-changes", "provider-health"]);
  });

  it.each([...TOPIC_NAMES])("`%s` has somebody at each end", (topic) => {
    expect(topicRow(topic).writers.length).toBeGreaterThan(0);
    expect(topicRow(topic).readers.length).toBeGreaterThan(0);
  });
});
