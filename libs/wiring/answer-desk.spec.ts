import type { AnswerRegister } from "@leverframe/budget";
import { EventCodec, FileSchemas } from "@leverframe/contracts";
import { type Answer, earlyTrail, refusalOf, refusalWith } from "@leverframe/decision";
import { AppError } from "@leverframe/kernel";
import { AnswerDesk } from "./answer-desk";

class MemoryRegister implements AnswerRegister {
  readonly kept = new Map<string, Uint8Array>();
  keep(requestId: string, answer: Uint8Array): Promise<Uint8Array> {
    if (!this.kept.has(requestId)) this.kept.set(requestId, answer.slice());
    return Promise.resolve(this.kept.get(requestId)!);
  }
}

const answer = (code: string, requestId = "r"): Answer =>
  refusalOf(
    earlyTrail({
      meta: { eventId: `${requestId}.classified.0`, requestId, causationId: "c", round: 0, occurredAt: 5 },
      origin: { application: "crm", tenant: "acme", department: "Sales", user: null, receivedAt: 1, deadlineAt: 9, requestDigest: "d" },
      request: { idempotencyKey: null, attributes: {}, route: null, maxOutputTokens: null },
    }),
    refusalWith(code, "because"),
  );
const codec = () => EventCodec.create(new FileSchemas());

describe("the answer desk", () => {
  it("sends the response to the application that asked, and the decision beside it", async () => {
    const sent = await new AnswerDesk(new MemoryRegister(), await codec()).send(answer("x"));
    expect(sent.map(({ topic, application, key }) => [topic, application, key])).toEqual([
      ["responses", "crm", "r"],
      ["decisions", "default", "r"],
    ]);
  });

  it("I4 exactly one answer: whoever decides differently afterwards sends a copy of the first", async () => {
    const desk = new AnswerDesk(new MemoryRegister(), await codec());
    const first = await desk.send(answer("first"));
    const second = await desk.send(answer("second"));
    expect(second.map(({ event }) => event)).toEqual(first.map(({ event }) => event));
    expect(await desk.send(answer("other request", "r2"))).not.toEqual(first);
  });

  it("I4 exactly one answer: a held one lies with the held ones, also when a copy of it is sent", async () => {
    const desk = new AnswerDesk(new MemoryRegister(), await codec());
    const held: Answer = { ...answer("held_for_review") };
    const waiting = { ...held, held: { eventId: "r.held-answer.0", requestId: "r", tenant: "acme", reason: "policy", response: { ...held.response, eventId: "r.reviewed-response.0" }, heldAt: 7 } };
    const first = await desk.send(waiting);
    expect(first.map(({ topic }) => topic)).toEqual(["responses", "decisions", "held-answers"]);
    expect(await desk.send(answer("decided otherwise"))).toEqual(first);
  });

  it("I4 exactly one answer: of two reviews the first one counts", async () => {
    const desk = new AnswerDesk(new MemoryRegister(), await codec());
    const { response } = answer("x");
    const released = await desk.sendReviewed({ ...response, status: "answered" });
    expect(await desk.sendReviewed({ ...response, status: "refused" })).toEqual(released);
    expect(released).toMatchObject([{ topic: "responses", application: "crm", event: { status: "answered" } }]);
  });

  it("I4 exactly one answer: nothing leaves while the register cannot be asked", async () => {
    const register: AnswerRegister = { keep: () => Promise.reject(new AppError("unavailable", "down")) };
    await expect(new AnswerDesk(register, await codec()).send(answer("x"))).rejects.toMatchObject({ code: "unavailable", retryable: true });
  });
});
