import fc from "fast-check";
import { budgetAlert } from "./alert";
import { type Channel, ChannelError } from "./channels/channel";
import { ChannelRest } from "./channels/channel-rest";
import { Dispatcher } from "./dispatcher";
import type { DeliveryRegister } from "./register/delivery-register";
import { statusOf } from "./testing/statuses";

const ALERT = budgetAlert(statusOf("e"))!;
const HOUR_MS = 3_600_000;
const MINUTE_MICROS = 60_000_000;

class MemoryRegister implements DeliveryRegister {
  readonly known = new Set<string>();
  deliveredTo = (alertId: string) => Promise.resolve(new Set([...this.known].flatMap((key) => (key.startsWith(`${alertId} `) ? key.slice(alertId.length + 1) : []))));
  delivered = (alertId: string, channel: string) => Promise.resolve(void this.known.add(`${alertId} ${channel}`));
  close = () => Promise.resolve();
}

/** Channels by name that take what they are told, or fail while they are down. */
function stand(register: DeliveryRegister = new MemoryRegister()) {
  const told: string[] = [];
  const down = new Set<string>();
  const counted: string[] = [];
  const time = { micros: 0 };
  const channel = (name: string): Channel => ({
    deliver: async ({ alertId }) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (down.has(name)) throw new ChannelError("answered 503");
      told.push(`${name} ${alertId}`);
    },
  });
  const clock = { nowMicros: () => time.micros };
  const dispatcher = new Dispatcher({ register, rest: new ChannelRest(() => time.micros / 1_000, () => 1), clock, horizonMs: HOUR_MS, counted: (name, result) => counted.push(`${name} ${result}`) });
  const dispatch = (names: readonly string[], alert = ALERT) => dispatcher.dispatch(alert, names, channel, 0, new AbortController().signal);
  return { told, down, counted, time, dispatch };
}

describe("delivery of alerts", () => {
  test("a channel that is down keeps no other from being told, and the others are told once", async () => {
    const { told, down, counted, time, dispatch } = stand();
    down.add("slack");
    await expect(dispatch(["mail", "slack", "erp"])).rejects.toMatchObject({ code: "unavailable", retryable: true, message: "alert `e` is not delivered to `slack` (answered 503)" });
    expect(told.toSorted()).toEqual(["erp e", "mail e"]);
    down.clear();
    time.micros += MINUTE_MICROS;
    await dispatch(["mail", "slack", "erp"]);
    expect(told.toSorted()).toEqual(["erp e", "mail e", "slack e"]);
    expect(counted.toSorted()).toEqual(["erp delivered", "mail delivered", "slack delivered", "slack failed"]);
  });

  test("a channel that has failed rests, whatever the alert, and longer each time", async () => {
    const { down, counted, time, dispatch } = stand();
    down.add("slack");
    const other = { ...ALERT, alertId: "f" };
    const failures = () => counted.filter((line) => line === "slack failed").length;
    await expect(dispatch(["slack"])).rejects.toThrow("answered 503");
    await expect(dispatch(["slack"], other)).rejects.toThrow("`slack` (it failed just now)");
    expect(failures()).toBe(1);
    time.micros += 500_000;
    await expect(dispatch(["slack"], other)).rejects.toThrow("answered 503");
    time.micros += 500_000;
    await expect(dispatch(["slack"], other)).rejects.toThrow("it failed just now");
    expect(failures()).toBe(2);
  });

  test("two copies of an alert that come at once are told once", async () => {
    const { told, dispatch } = stand();
    await Promise.all([dispatch(["slack"]), dispatch(["slack"]), dispatch(["slack"])]);
    await dispatch(["slack"]);
    expect(told).toEqual(["slack e"]);
  });

  test("after a restart nobody is told again", async () => {
    const register = new MemoryRegister();
    await stand(register).dispatch(["slack"]);
    const restarted = stand(register);
    await restarted.dispatch(["slack", "mail"]);
    expect(restarted.told).toEqual(["mail e"]);
  });

  test("after the horizon the failure is final, so that the record becomes a dead letter; until then never", async () => {
    const { down, counted, time, dispatch } = stand();
    down.add("slack");
    time.micros = HOUR_MS * 1_000 - 1;
    await expect(dispatch(["mail", "slack"])).rejects.toMatchObject({ retryable: true });
    time.micros += 2 * MINUTE_MICROS;
    await expect(dispatch(["mail", "slack"])).rejects.toMatchObject({ code: "unavailable", retryable: false });
    expect(counted.filter((line) => line.endsWith("given_up"))).toEqual(["slack given_up"]);
  });

  test("whatever fails in whatever order, in the end each channel was told exactly once of each alert", async () => {
    const step = fc.record({ down: fc.subarray(["a", "b", "c"]), alert: fc.constantFrom("x", "y"), copies: fc.integer({ min: 1, max: 3 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const { told, down, time, dispatch } = stand();
        const run = async (alertId: string) => dispatch(["a", "b", "c"], { ...ALERT, alertId }).catch(() => undefined);
        for (const { down: failing, alert, copies } of steps) {
          down.clear();
          for (const name of failing) down.add(name);
          time.micros += MINUTE_MICROS / 4;
          await Promise.all(Array.from({ length: copies }, () => run(alert)));
        }
        down.clear();
        time.micros += 10 * MINUTE_MICROS;
        for (const alert of ["x", "y"]) await run(alert);
        expect(told.toSorted()).toEqual(["a x", "a y", "b x", "b y", "c x", "c y"]);
      }),
      { numRuns: 60 },
    );
  });
});
