import { message } from "@leverframe/contracts";
import type { Clock } from "@leverframe/kernel";
import { Inject, Module } from "@nestjs/common";
import { APPLICATIONS, CLOCK, CONFIG, DIGEST, HMAC, LOG, On, Stage } from "../index";
import { ToyPlace, until } from "./toy-app";
import { toyRequest } from "./toy-events";
import { ToyClassifier, ToyExecutor, ToyGate, toyModule, toyModules, toyProbe } from "./toy-stages";

describe("boot", () => {
  let place: ToyPlace;
  beforeEach(() => {
    place = new ToyPlace();
  });
  afterEach(() => place.close());

  test("two handlers of one stage for one topic are refused by name", async () => {
    @Stage("classifier")
    class Second {
      @On("requests")
      async also(): Promise<[]> {
        return [];
      }
    }
    await expect(place.start(toyModule(toyProbe(), ToyClassifier, Second))).rejects.toThrow(
      /two handlers for topic `requests` in stage `classifier`: ToyClassifier\.classify and Second\.also/,
    );
  });

  test("a handler for an unknown topic, an unknown stage or without a stage is refused", async () => {
    @Stage("classifier")
    class Lost {
      @On("requets" as "requests")
      async handle(): Promise<[]> {
        return [];
      }
    }
    @Stage("clasifier" as "classifier")
    class Misnamed {
      @On("requests")
      async handle(): Promise<[]> {
        return [];
      }
    }
    class Stageless {
      @On("requests")
      async handle(): Promise<[]> {
        return [];
      }
    }
    await expect(place.start(toyModule(toyProbe(), Lost))).rejects.toMatchObject({ code: "bad_config", message: expect.stringContaining("unknown topic `requets`") });
    await expect(place.start(toyModule(toyProbe(), Misnamed))).rejects.toThrow(/unknown stage `clasifier`/);
    await expect(place.start(toyModule(toyProbe(), Stageless))).rejects.toThrow(/belongs to no stage/);
    await expect(place.start(toyModule(toyProbe()))).rejects.toThrow(/no stage to run/);
  });

  test("stages of the configuration decide what runs, and whose modules are made", async () => {
    const app = await place.start(toyModules(toyProbe()), { stages: ["classifier", "executor"] });
    expect(app.get(ToyExecutor)).toBeInstanceOf(ToyExecutor);
    expect(() => app.get(ToyGate)).toThrow();
    await expect(place.start(toyModule(toyProbe(), ToyGate), { stages: ["selector"] })).rejects.toThrow(/`stages` names `selector`.*`policy-gate`/);
    await expect(place.start({ classifier: toyModule(toyProbe(), ToyClassifier) }, { stages: ["selector"] })).rejects.toThrow(/`selector`/);
  });

  test("the ingress of every application is read, and the handler is told whose it is", async () => {
    const seen: [string, string | null][] = [];
    const probe = toyProbe((_stage, _requestId, context) => void seen.push([context.topic, context.application]));
    @Module({ providers: [{ provide: APPLICATIONS, useValue: ["hr", "shop"] }] })
    class Applications {}
    const app = await place.start([Applications, toyModule(probe, ToyClassifier)], { topicPrefix: "t." });
    for (const application of ["default", "hr", "shop"]) {
      await app.publisher.publish([message("requests", toyRequest(`of-${application}`), application)]);
    }
    const classified = await place.read(app, "classified", 3);
    expect(classified.map(({ event }) => event.origin.application).toSorted()).toEqual(["default", "hr", "shop"]);
    expect(classified[0]!.record.topic).toBe("t.classified");
    expect(seen.toSorted()).toEqual([["requests", "default"], ["requests.hr", "hr"], ["requests.shop", "shop"]]);
  });

  test("every module is given the shared parts by their tokens", async () => {
    const given: unknown[] = [];
    @Stage("classifier")
    class Asking {
      constructor(
        @Inject(CLOCK) clock: Clock,
        @Inject(CONFIG) config: unknown,
        @Inject(DIGEST) digest: unknown,
        @Inject(HMAC) hmac: unknown,
        @Inject(LOG) log: unknown,
      ) {
        given.push(clock.nowMicros(), config, digest, hmac, log);
      }

      @On("requests")
      async handle(): Promise<[]> {
        return [];
      }
    }
    const app = await place.start(toyModule(toyProbe(), Asking), {}, { clock: { nowMicros: () => 42 } });
    expect(given).toEqual([42, app.config, expect.any(Function), expect.any(Function), app.log]);
  });

  test("is ready once assigned; closing drains what is in flight, then answers nothing more", async () => {
    const gate = Promise.withResolvers<void>();
    const probe = toyProbe((stage) => (stage === "classifier" ? gate.promise : undefined));
    const app = await place.start(toyModule(probe, ToyClassifier));
    await until(async () => (await fetch(`${app.address}/ready`)).status === 200);
    expect(await (await fetch(`${app.address}/ready`)).json()).toEqual({ ready: true, parts: { process: "ok", log: "ok", "stage classifier": "ok" } });
    await place.send(app, ["one", "two"]);
    await until(() => probe.seen.length === 2);
    expect(await (await fetch(`${app.address}/metrics`)).text()).toContain('leverframe_stage_in_flight{stage="classifier"} 2');
    const closed = app.close();
    expect((await fetch(`${app.address}/ready`)).status).toBe(503);
    gate.resolve();
    await closed;
    await app.close();
    await expect(fetch(`${app.address}/live`)).rejects.toThrow();
    const again = await place.start(toyModule(toyProbe(), ToyGate));
    expect((await place.read(again, "classified", 2)).map(({ event }) => event.meta.requestId).toSorted()).toEqual(["one", "two"]);
    const committed = await again.log.committed("leverframe.classifier", "requests");
    expect(committed.reduce((sum, { offset }) => sum + Number(offset), 0)).toBe(2);
  });
});
