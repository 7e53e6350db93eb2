import { AppError } from "@leverframe/kernel";
import { from } from "rxjs";
import { message } from "@leverframe/contracts";
import { On, Stage } from "../index";
import { ToyPlace, until } from "./toy-app";
import { toyRequest } from "./toy-events";
import { toyModule, toyModules, toyProbe, ToyClassifier, ToyGate } from "./toy-stages";

const CANARY = "canary-prompt-5d1c";
const text = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString();

describe("failures", () => {
  let place: ToyPlace;
  beforeEach(() => {
    place = new ToyPlace();
  });
  afterEach(() => place.close());

  test("I5 nothing lost: bytes that are no event go to the dead letters as they came", async () => {
    const app = await place.start(toyModules(toyProbe()));
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const headers = { traceparent: Buffer.from(traceparent), custom: Buffer.from([0, 255]) };
    await app.log.append([{ topic: "requests", key: Buffer.from("k"), value: Buffer.from("no avro"), headers }]);
    const [dead] = await place.read(app, "dead-letters", 1);
    const { topic, partition, offset, stage, errorCode, tries, deadLetterId } = dead!.event;
    expect({ topic, stage, errorCode, tries }).toEqual({ topic: "requests", stage: "classifier", errorCode: "bad_record", tries: 1 });
    expect(deadLetterId).toBe(`requests.${partition}.${offset}.classifier`);
    expect(text(dead!.event.key)).toBe("k");
    expect(text(dead!.event.value)).toBe("no avro");
    expect(Buffer.from(dead!.event.headers["custom"]!)).toEqual(Buffer.from([0, 255]));
    expect(text(dead!.record.headers["traceparent"])).toBe(traceparent);
  });

  test("a permanent failure inside a chain names the failing stage, keeps the code and publishes nothing of the chain", async () => {
    const probe = toyProbe((stage, requestId) => {
      if (stage === "selector" && requestId === "bad") throw new AppError("permit_invalid", "permit of `bad` is forged");
    });
    const app = await place.start(toyModules(probe));
    await place.send(app, ["bad", "good"]);
    const [dead] = await place.read(app, "dead-letters", 1);
    expect(dead!.event).toMatchObject({ topic: "requests", stage: "selector", errorCode: "permit_invalid", tries: 1 });
    const decisions = await place.read(app, "decisions", 1);
    expect(decisions.map(({ event }) => event.meta.requestId)).toEqual(["good"]);
    const metrics = await (await fetch(`${app.address}/metrics`)).text();
    expect(metrics).toContain('leverframe_stage_dead_lettered_total{stage="selector"} 1');
    expect(metrics).toContain('leverframe_stage_dead_lettered_total{stage="classifier"} 0');
  });

  test("a retryable failure repeats the whole chain, and its outputs are published once", async () => {
    let failures = 2;
    const probe = toyProbe((stage) => {
      if (stage === "budget-ledger" && failures-- > 0) throw new AppError("unavailable", "the ledger gave no answer");
    });
    const app = await place.start(toyModules(probe));
    await place.send(app, ["one"]);
    expect(await place.read(app, "decisions", 1)).toHaveLength(1);
    expect(await place.read(app, "funded", 1)).toHaveLength(1);
    const funding = probe.seen.filter(({ topic }) => topic !== "executed");
    expect(funding.filter(({ stage }) => stage === "classifier")).toHaveLength(3);
    expect(funding.filter(({ stage }) => stage === "budget-ledger")).toHaveLength(3);
    const metrics = await (await fetch(`${app.address}/metrics`)).text();
    expect(metrics).toContain('leverframe_stage_retried_total{stage="budget-ledger"} 2');
    expect(await place.read(app, "dead-letters", 0)).toHaveLength(0);
  });

  test("what a handler returns must be messages; an Observable's are awaited", async () => {
    @Stage("selector")
    class Reactive {
      @On("permitted")
      select(): never {
        return "no list" as never;
      }
    }
    @Stage("classifier")
    class Observing {
      @On("feedback")
      observe(): never {
        const one = message("requests", toyRequest("from-observable"));
        return from([[one], [one]]) as never;
      }
    }
    const app = await place.start([toyModule(toyProbe(), Reactive), toyModule(toyProbe(), Observing, ToyGate)]);
    const feedback = { feedbackId: "f", requestId: "r", tenant: "toys", user: null, succeeded: null, rating: null, comment: null, at: 1 };
    await app.publisher.publish([message("feedback", feedback)]);
    expect(await place.read(app, "requests", 2)).toHaveLength(2);
    await app.log.append([{ topic: "permitted", key: null, value: null }]);
    expect((await place.read(app, "dead-letters", 1))[0]!.event.errorMessage).toContain("has no value");
  });

  test("no prompt text reaches a log, whatever goes wrong and however talkative the level", async () => {
    const probe = toyProbe((stage, requestId, context) => {
      context.logger.info({ stage }, "handling");
      if (stage === "policy-gate" && requestId === "parse") JSON.parse(CANARY);
      if (stage === "policy-gate" && requestId === "wrap") throw new AppError("internal", CANARY);
      if (stage === "selector" && requestId === "foreign") throw new TypeError(`cannot read \`${CANARY}\``);
    });
    const app = await place.start(toyModules(probe), { log: { level: "trace" } });
    const ids = ["parse", "wrap", "foreign", "fine"];
    await app.publisher.publish(ids.map((id) => message("requests", toyRequest(id, CANARY))));
    await app.log.append([{ topic: "requests", key: null, value: Buffer.from(CANARY) }]);
    await place.read(app, "decisions", 1);
    await place.read(app, "dead-letters", 4);
    await until(() => place.logLines.filter((line) => line.includes("dead letters")).length === 4);
    await app.close();
    const logs = place.logLines.join("");
    expect(logs).toContain('"requestId":"foreign"');
    expect(logs).toContain('"name":"SyntaxError"');
    expect(logs).not.toContain("canary");
  });

  test("a dead letter too large for its topic is kept without its bytes rather than blocking the partition", async () => {
    const app = await place.start(toyModule(toyProbe(), ToyClassifier), { recordBytesMax: 1_024 });
    await app.log.append([{ topic: "requests", key: Buffer.from("big"), value: Buffer.alloc(10_000, 1) }]);
    const [dead] = await place.read(app, "dead-letters", 1);
    expect(dead!.event).toMatchObject({ value: null, errorCode: "record_too_large", stage: "classifier" });
    expect(dead!.event.errorMessage).toContain("10000 bytes are not kept");
  });
});
