import { setTimeout as sleep } from "node:timers/promises";
import { message } from "@leverframe/contracts";
import type { Cancellation } from "@leverframe/events";
import { type Broadcast, broadcast, type StageApp } from "../index";
import { ToyPlace } from "./toy-app";
import { ToyClassifier, toyModule, toyProbe } from "./toy-stages";

const cancellation = (requestId: string): Cancellation => ({ requestId, idempotencyKey: null, reason: null });

describe("a topic that every process reads", () => {
  const place = new ToyPlace();
  const open: Broadcast[] = [];
  let app: StageApp;
  beforeAll(async () => {
    app = await place.start(toyModule(toyProbe(), ToyClassifier), { applications: ["crm"] });
  });
  afterAll(async () => {
    for (const one of open) await one.close();
    await place.close();
  });

  function listen(): string[] {
    const heard: string[] = [];
    const { log, codec, names, logger } = app;
    const applications = ["crm"];
    open.push(broadcast("cancellations", "executor", { log, codec, names, applications, logger }, ({ requestId }, application) => heard.push(`${application} ${requestId}`)));
    return heard;
  }

  const eventually = async (look: () => boolean): Promise<void> => {
    while (!look()) await sleep(10);
  };

  it("is heard whole by each of them, from its beginning, with whose topic it was", async () => {
    const early = listen();
    await app.publisher.publish([message("cancellations", cancellation("a")), message("cancellations", cancellation("b"), "crm")]);
    await eventually(() => early.length === 2);
    const late = listen();
    await eventually(() => late.length === 2);
    expect(early.toSorted()).toEqual(["crm b", "default a"]);
    expect(late.toSorted()).toEqual(early.toSorted());
    await app.publisher.publish([message("cancellations", cancellation("c"))]);
    await eventually(() => early.length === 3 && late.length === 3);
  });

  it("I5 nothing lost: what cannot be read goes to the dead letters, and what follows is heard", async () => {
    const heard = listen();
    await app.log.append([{ topic: app.names.name("cancellations"), key: null, value: Buffer.from("no record") }]);
    await app.publisher.publish([message("cancellations", cancellation("after"))]);
    await eventually(() => heard.includes("default after"));
    const [letter] = await place.read(app, "dead-letters", 1);
    expect(letter?.event).toMatchObject({ topic: "cancellations", stage: "executor", errorCode: "bad_record" });
  });
});
