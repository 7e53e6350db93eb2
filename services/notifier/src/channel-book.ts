import { AppError } from "@leverframe/kernel";
import type { Alerts } from "@leverframe/policy";
import type { Channel } from "./channels/channel";
import { type ChannelParts, openChannel } from "./channels/open-channel";
import type { ChannelOf } from "./dispatcher";

/** The channels of policy sets, opened once for each. */
export class ChannelBook {
  readonly #opened = new WeakMap<Alerts, Map<string, Channel>>();

  constructor(private readonly parts: ChannelParts) {}

  /** Throws `bad_config` for the first channel that lacks something: a process that cannot tell anybody does not start. */
  check(alerts: Alerts): void {
    for (const name of alerts.channels.keys()) this.of(alerts)(name);
  }

  of(alerts: Alerts): ChannelOf {
    const opened = this.#opened.get(alerts) ?? new Map<string, Channel>();
    this.#opened.set(alerts, opened);
    return (name) => {
      const known = opened.get(name);
      if (known) return known;
      const declared = alerts.channels.get(name);
      if (!declared) throw new AppError("internal", `alerts route to channel \`${name}\`, which is not declared`);
      const channel = openChannel(declared, this.parts);
      opened.set(name, channel);
      return channel;
    };
  }
}
