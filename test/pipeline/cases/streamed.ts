import { message } from "@leverframe/contracts";
import type { Response } from "@leverframe/events";
import type { RequestDraft } from "../../support/installation";
import { DeltaReader } from "../delta-reader";
import type { World } from "../world";

/** A crash, a session that runs out, a start and an answer that trickles, on a busy machine. */
const WITHIN_MS = 240_000;

/** Answers that are seen while they come, and requests that are cancelled. */
export function streamedCases(world: () => World): void {
  let reader: DeltaReader;
  beforeAll(async () => {
    reader = await DeltaReader.open(world().client);
  });
  afterAll(() => reader?.close());

  const stream = (draft: RequestDraft = {}, application?: string): Promise<Response> => world().ask({ ...draft, stream: true }, application);
  const piecesOf = (requestId: string) => world().client.eventually(`the end of the stream of ${requestId}`, () => reader.endedStreamOf(requestId));

  it("shows an answer while it comes, piece by piece, and answers with the same whole text", async () => {
    const response = await stream({ text: "Explain in a few sentences why a lever frame interlocks. [[sim:trickle=80]]" });
    expect(response).toMatchObject({ status: "answered", attempts: 1 });
    const pieces = await piecesOf(response.requestId);
    expect(pieces.length).toBeGreaterThan(3);
    expect(pieces.map(({ index }) => index)).toEqual(pieces.map((_, index) => index));
    expect(pieces.at(-1)?.kind).toBe("end");
    expect(pieces.map(({ text }) => text).join("")).toBe(response.output?.text);
    expect((await world().client.decisionOn(response.requestId)).rounds[0]?.attempts[0]?.notes).toEqual(["streamed"]);
  });

  it("shows an application its own pieces on its own topic", async () => {
    const { requestId } = await stream({ department: null }, "crm");
    await piecesOf(requestId);
    expect(reader.topicOf(requestId)).toMatch(/response-deltas\.crm$/);
  });

  it("shows nothing to who did not ask, and nothing that the policy holds back; the answer comes all the same", async () => {
    const unasked = await world().ask({ text: "Good morning." });
    const held = await stream({ department: "Medical", riskClass: "regulated", text: "Summarise the visit of patient MRN 12345678." });
    expect([unasked.status, held.status]).toEqual(["answered", "answered"]);
    const seen = await stream({ taskType: "chat", text: "Explain in a few sentences why a lever frame interlocks." });
    await piecesOf(seen.requestId);
    for (const { requestId } of [unasked, held]) expect(reader.piecesOf(requestId)).toEqual([]);
    expect((await world().client.decisionOn(held.requestId)).rounds[0]?.attempts[0]?.notes).toEqual(["stream_held: not_permitted"]);
  });

  it("asks another provider when a stream breaks before its first piece", async () => {
    const response = await stream({ text: "Good evening. [[sim:reset@mistral-small]]" });
    expect(response).toMatchObject({ status: "answered", output: { refused: false } });
    expect(response.candidate).not.toBe("oss/mistral-small");
    const pieces = await piecesOf(response.requestId);
    expect(pieces.filter(({ kind }) => kind === "text").map(({ text }) => text).join("")).toBe(response.output?.text);
  });

  it("I4 exactly one answer: says so when a stream breaks after its first piece, and charges the part", async () => {
    const response = await stream({ text: "Tell me a story. [[sim:cut=0.6]]" });
    expect(response).toMatchObject({ status: "failed", output: null, attempts: 1, refusal: { code: "stream_interrupted" } });
    expect(response.costNanoUsd).toBeGreaterThan(0n);
    const pieces = await piecesOf(response.requestId);
    expect(pieces.at(-1)).toMatchObject({ kind: "error", code: "stream_interrupted" });
    expect(pieces[0]).toMatchObject({ kind: "text" });
    await world().client.settled([response.requestId]);
  });

  describe("hedged", () => {
    /** So slow that the other is first however busy the machine is; nobody waits for it. */
    const SLOW = "Good afternoon. [[sim:slow=25000@mistral-small]]";

    it("I2 I3: a slow call gets a second one beside it; the first to answer counts, and both are paid for", async () => {
      const response = await world().ask({ route: "hedged", text: SLOW });
      expect(response).toMatchObject({ status: "answered", attempts: 2, output: { refused: false } });
      expect(response.candidate).not.toBe("oss/mistral-small");
      const { rounds } = await world().client.decisionOn(response.requestId);
      expect(rounds[0]?.attempts).toMatchObject([
        { candidate: "oss/mistral-small", outcome: "cancelled", notes: ["hedge_lost"] },
        { candidate: response.candidate, outcome: "succeeded", notes: ["hedge"] },
      ]);
      await world().client.settled([response.requestId]);
      expect(world().entriesOf(response.requestId).filter(({ kind }) => kind === "settled")).toHaveLength(2);
    });

    it("of two streams the one speaks whose first piece comes first", async () => {
      const response = await stream({ route: "hedged", text: SLOW });
      const pieces = await piecesOf(response.requestId);
      expect(pieces.map(({ attempt }) => attempt)).toEqual(pieces.map(() => 1));
      expect(pieces.map(({ text }) => text).join("")).toBe(response.output?.text);
    });
  });

  describe("cancelled", () => {
    const cancel = (requestId: string, application = "default") => world().publish(message("cancellations", { requestId, idempotencyKey: null, reason: "nobody waits" }, application));

    it("during a call ends it at once, settles what came, and is answered once", async () => {
      const { client } = world();
      const request = world().request({ stream: true, text: "Count very slowly. [[sim:trickle=500]]" });
      await client.send([request]);
      await client.eventually("the first piece", () => reader.piecesOf(request.requestId)[0]);
      await cancel(request.requestId);
      const response = await client.answerTo(request.requestId);
      expect(response).toMatchObject({ status: "refused", output: null, refusal: { code: "cancelled" } });
      expect((await client.decisionOn(request.requestId)).rounds[0]?.attempts).toMatchObject([{ outcome: "cancelled", notes: ["streamed"] }]);
      expect(response.costNanoUsd).toBeGreaterThan(0n);
      expect((await piecesOf(request.requestId)).at(-1)).toMatchObject({ kind: "error", code: "cancelled" });
      await client.settled([request.requestId]);
      expect(world().callsOf(request.requestId)).toHaveLength(1);
    });

    it("before it was asked makes no call and costs nothing", async () => {
      const request = world().request();
      await cancel(request.requestId);
      // A cancellation that every executor has heard: the one before it on the topic has had its effect.
      const marker = world().request({ text: "Wait. [[sim:slow=20000]]" });
      await world().client.send([marker]);
      await world().client.eventually("the call", () => world().callsOf(marker.requestId)[0]);
      await cancel(marker.requestId);
      await world().client.answerTo(marker.requestId);
      await world().client.send([request]);
      const response = await world().client.answerTo(request.requestId);
      expect(response).toMatchObject({ status: "refused", attempts: 0, costNanoUsd: 0n, refusal: { code: "cancelled" } });
      expect(world().callsOf(request.requestId)).toEqual([]);
    });

    it("by another application counts for nothing", async () => {
      const request = world().request({ text: "Wait a little. [[sim:slow=1500]]" });
      await world().client.send([request]);
      await cancel(request.requestId, "crm");
      expect(await world().client.answerTo(request.requestId)).toMatchObject({ status: "answered" });
    });
  });

  it("I4 exactly one answer: after a crash in the middle another process begins anew, and says so", async () => {
    const { client, installation } = world();
    const deadlineAt = (Date.now() + WITHIN_MS) * 1_000;
    const request = world().request({ stream: true, deadlineAt, text: "Tell it slowly. [[sim:trickle=200]]" });
    await client.send([request]);
    await client.eventually("the first piece", () => reader.piecesOf(request.requestId)[0]);
    await installation.service("executor").kill();
    await installation.service("executor").start();
    const response = await client.answerTo(request.requestId, WITHIN_MS);
    expect(response).toMatchObject({ status: "answered", attempts: 2 });
    const pieces = await piecesOf(request.requestId);
    expect(pieces.map(({ attempt }) => attempt)).toEqual(expect.arrayContaining([0, 1]));
    const anew = pieces.filter(({ attempt }) => attempt === 1);
    expect(anew[0]?.kind).toBe("restart");
    expect(anew.map(({ text }) => text).join("")).toBe(response.output?.text);
  });
}
