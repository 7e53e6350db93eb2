import { AppError, type Clock, MICROS_PER_MS, toAppError } from "@leverframe/kernel";
import type { Alert } from "./alert";
import { type Channel, ChannelError } from "./channels/channel";
import type { ChannelRest } from "./channels/channel-rest";
import type { DeliveryRegister } from "./register/delivery-register";

export interface DispatcherOptions {
  readonly register: DeliveryRegister;
  readonly rest: ChannelRest;
  readonly clock: Clock;
  /** How long after an alert came in it is still tried. */
  readonly horizonMs: number;
  readonly counted: (channel: string, result: "delivered" | "failed" | "given_up") => void;
}

/** A channel by name; throws `bad_config` when it lacks something. */
export type ChannelOf = (name: string) => Channel;

/**
 * Tells channels of an alert: side by side, each once, at least. A channel that cannot be told makes the whole alert fail as
 * `unavailable`; the runtime then keeps its record and comes again, while other records go on, and the register keeps what
 * has been told already from being told again. After the horizon the error is final, so that the record becomes a dead
 * letter, which can be redriven.
 */
export class Dispatcher {
  /** Deliveries under way, by alert and channel: two copies of an alert may be handled at once. */
  readonly #underWay = new Map<string, Promise<string | null>>();

  constructor(private readonly options: DispatcherOptions) {}

  async dispatch(alert: Alert, names: readonly string[], channelOf: ChannelOf, receivedAtMicros: number, signal: AbortSignal): Promise<void> {
    const told = await Promise.all(names.map((name) => this.#once(alert, name, channelOf, signal)));
    const failures = told.filter((failure) => failure !== null);
    if (failures.length === 0) return;
    const { clock, horizonMs, counted } = this.options;
    const givenUp = clock.nowMicros() - receivedAtMicros >= horizonMs * MICROS_PER_MS;
    if (givenUp) names.forEach((name, index) => told[index] !== null && counted(name, "given_up"));
    throw new AppError("unavailable", `alert \`${alert.alertId}\` is not delivered to ${failures.join(", ")}`, { retryable: !givenUp });
  }

  #once(alert: Alert, name: string, channelOf: ChannelOf, signal: AbortSignal): Promise<string | null> {
    const key = `${name} ${alert.alertId}`;
    const known = this.#underWay.get(key);
    if (known) return known;
    const delivery = this.#tell(alert, name, channelOf, signal).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, delivery);
    return delivery;
  }

  /** Null, or why not. */
  async #tell(alert: Alert, name: string, channelOf: ChannelOf, signal: AbortSignal): Promise<string | null> {
    const { register, rest, counted } = this.options;
    if ((await register.deliveredTo(alert.alertId)).has(name)) return null;
    if (rest.resting(name)) return `\`${name}\` (it failed just now)`;
    try {
      await channelOf(name).deliver(alert, signal);
    } catch (thrown) {
      rest.failed(name, thrown instanceof ChannelError ? thrown.retryAfterMs : null);
      counted(name, "failed");
      return `\`${name}\` (${thrown instanceof ChannelError ? thrown.message : toAppError(thrown).message})`;
    }
    rest.succeeded(name);
    counted(name, "delivered");
    await register.delivered(alert.alertId, name);
    return null;
  }
}
