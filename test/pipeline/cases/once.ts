import { MICROS_PER_MS } from "@leverframe/kernel";
import type { World } from "../world";

const inMs = (ms: number): number => (Date.now() + ms) * MICROS_PER_MS;

/** I4: one answer, whatever is repeated and however late. */
export function onceCases(world: () => World): void {
  it("I4 exactly one answer: a request that is past its deadline is answered and never called", async () => {
    const response = await world().ask({ deadlineAt: inMs(-1_000) });
    expect(response).toMatchObject({ status: "refused", attempts: 0, refusal: { code: "deadline_exceeded" } });
    expect(world().callsOf(response.requestId)).toEqual([]);
  });

  it("I4 exactly one answer: a call that does not end is given up at the deadline, and charged", async () => {
    // Long enough that the call has begun by then, also on a busy machine.
    const response = await world().ask({ deadlineAt: inMs(8_000), text: "Hello. [[sim:timeout]]" });
    expect(response).toMatchObject({ status: "refused", refusal: { code: "deadline_exceeded" } });
    expect(response.costNanoUsd).toBeGreaterThan(0n);
  });

  it("I4 exactly one answer: a record that comes again, at once and after its answer, gets the same answer and is charged once", async () => {
    const { client } = world();
    const request = world().request({ text: "Tell me once." });
    await client.send([request]);
    await client.send([request]);
    await client.answerTo(request.requestId);
    await client.send([request]);
    const copies = await client.eventually("all copies of the answer", () => {
      const found = client.responses.filter(({ requestId }) => requestId === request.requestId);
      return found.length >= 3 ? found : undefined;
    });
    for (const copy of copies) expect(copy).toEqual(copies[0]);
    await client.settled([request.requestId]);
    expect(world().callsOf(request.requestId)).toHaveLength(1);
    expect(kindsOf(world(), request.requestId)).toEqual(["released", "reserved", "settled"]);
  });

  it("I4 exactly one answer: two requests with one idempotency key are one request", async () => {
    const { client } = world();
    const draft = { idempotencyKey: "order-4711", text: "Charge me once." };
    const [first, second] = [world().request(draft), world().request(draft)];
    await client.send([first]);
    await client.send([second]);
    const copies = await client.eventually("both answers", () => {
      const found = client.responses.filter(({ idempotencyKey }) => idempotencyKey === draft.idempotencyKey);
      return found.length >= 2 ? found : undefined;
    });
    for (const copy of copies) expect(copy).toEqual(copies[0]);
    const { requestId } = copies[0]!;
    for (const request of [first, second]) world().answeredAs.set(request.requestId, requestId);
    await client.settled([requestId]);
    expect(world().callsOf(requestId)).toHaveLength(1);
    expect(kindsOf(world(), requestId)).toEqual(["released", "reserved", "settled"]);
  });
}

/** Kinds of the distinct entries: the relay may deliver one twice. */
function kindsOf(world: World, requestId: string): string[] {
  return [...new Map(world.entriesOf(requestId).map(({ entryId, kind }) => [entryId, kind])).values()].sort();
}
