import { message } from "@leverframe/contracts";
import type { Request, Response } from "@leverframe/events";
import type { Installation } from "../installation";
import type { SourcedRequest } from "../requests/read-requests";
import { withTemporaryInstallation } from "../testing/temporary-installation";
import { openTail } from "../topics/log-tail";
import { type Answered, exchange } from "./exchange";

const WAIT_MS_MAX = 120_000;
/** One is not answered, so all of it is waited; the other is answered within it on a busy machine too. */
const SHORT_WAIT_MS_MAX = 6_000;

const sourced = (line: number, more: object = {}): SourcedRequest => ({ source: "r.jsonl", line, request: { text: `prompt ${line}`, ...more } });

const answerTo = ({ requestId, idempotencyKey, prompt }: Request, text = ""): Response => ({
  eventId: `${requestId}.response.0`, requestId, idempotencyKey, application: "default", tenant: "acme", department: "Sales", status: "answered", refusal: null,
  output: { text: text || `answer to ${Buffer.from(prompt).toString()}`, finishReason: "stop", refused: false, toolCalls: [] },
  candidate: null, provider: null, model: null, usage: null, costNanoUsd: 0n, attempts: 1, escalations: 0, policyVersion: null, catalogVersion: null, receivedAt: 1, answeredAt: 2,
});

/** Stands in for the six stages: answers what `reply` makes of each request. */
async function answering({ log, codec, maker }: Installation, reply: (request: Request) => readonly Response[]): Promise<{ close(): Promise<void> }> {
  return openTail({
    log,
    topics: ["requests"],
    groupId: "stages",
    from: "start",
    onRecord: async ({ value }) => {
      const responses = reply(await codec.decode("request", value!));
      await log.append(responses.map((response) => maker.recordOf(message("responses", response))));
    },
    onCrash: (error) => {
      throw error;
    },
  });
}

async function send(installation: Installation, requests: readonly SourcedRequest[], waitMsMax: number | null = WAIT_MS_MAX) {
  const answers: Answered[] = [];
  const exchanged = await exchange(installation, requests, { application: "default", defaults: {}, waitMsMax, onAnswer: (answer) => void answers.push(answer) });
  return { ...exchanged, answers: answers.toSorted((a, b) => a.sourced.line! - b.sourced.line!) };
}

describe("sending and waiting", () => {
  test("each request gets its own answer, and a redelivered one is shown once", () =>
    withTemporaryInstallation(async (installation) => {
      const stages = await answering(installation, (request) => [answerTo(request), answerTo(request)]);
      const { answers, unanswered, sent } = await send(installation, Array.from({ length: 30 }, (_, index) => sourced(index + 1)));
      await stages.close();
      expect([sent, unanswered]).toEqual([30, []]);
      expect(answers.map(({ sourced: { line } }) => line)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
      for (const { sourced: { line }, response } of answers) expect(response.output!.text).toContain(`"prompt ${line}"`);
    }));

  test("answers that were there before are not taken for these", () =>
    withTemporaryInstallation(async (installation) => {
      const key = { idempotencyKey: "order 7" };
      let text = "old";
      const stages = await answering(installation, (request) => [answerTo(request, text)]);
      await send(installation, [sourced(1, key)]);
      text = "new";
      const { answers } = await send(installation, [sourced(2, key)]);
      await stages.close();
      expect(answers.map(({ response }) => response.output!.text)).toEqual(["new"]);
    }));

  test("two lines with one idempotency key are answered by one answer", () =>
    withTemporaryInstallation(async (installation) => {
      let replies = 0;
      const stages = await answering(installation, (request) => (replies++ === 0 ? [answerTo(request)] : []));
      const { answers, unanswered } = await send(installation, [sourced(1, { idempotencyKey: "k" }), sourced(2, { idempotencyKey: "k" })]);
      await stages.close();
      expect([answers.length, unanswered.length]).toEqual([2, 0]);
    }));

  test("what is not answered in time is named, and what is too large is told with its line while the rest goes", () =>
    withTemporaryInstallation(async (installation) => {
      const stages = await answering(installation, (request) => (Buffer.from(request.prompt).includes("prompt 2") ? [] : [answerTo(request)]));
      const { answers, unanswered, problems, sent } = await send(installation, [sourced(1), sourced(2), sourced(3, { text: "x".repeat(2_000_000) })], SHORT_WAIT_MS_MAX);
      await stages.close();
      expect(sent).toBe(2);
      expect(answers.map(({ sourced: { line } }) => line)).toEqual([1]);
      expect(unanswered.map(({ line }) => line)).toEqual([2]);
      expect(problems.map(({ line }) => line)).toEqual([3]);
      expect(problems[0]!.message).toMatch(/has 2\d{6} bytes, at most 1048576 are allowed/);
    }));

  test("without waiting, everything is in the log when it returns", () =>
    withTemporaryInstallation(async (installation) => {
      expect((await send(installation, [sourced(1), sourced(2)], null)).sent).toBe(2);
      const ends = await installation.log.endOffsets("requests");
      expect(ends.reduce((sum, { offset }) => sum + offset, 0n)).toBe(2n);
    }));
});
