import { AppError, type Clock, type Digest, type Hmac } from "@leverframe/kernel";
import type { Config, Logger } from "@leverframe/nest";
import type { AlertChannel } from "@leverframe/policy";
import type { Channel } from "./channel";
import { EmailChannel } from "./email-channel";
import { LogChannel } from "./log-channel";
import { SlackChannel } from "./slack-channel";
import { WebhookChannel } from "./webhook-channel";

export interface ChannelParts {
  readonly config: Config;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly hmac: Hmac;
  readonly digest: Digest;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** `bad_config` when the environment lacks what the channel names; no value of it is in the message. */
export function openChannel(channel: AlertChannel, { config, environment, hmac, digest, clock, logger }: ChannelParts): Channel {
  const { timeoutMs } = config.notifier;
  const variable = (name: string | null): string => {
    const value = name === null ? undefined : environment[name];
    if (value) return value;
    throw lacking(channel, `the environment variable \`${name}\``);
  };
  const address = (): string => {
    const url = channel.url ?? variable(channel.urlEnv);
    if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
    throw lacking(channel, `an http or https address in \`${channel.urlEnv}\``);
  };
  switch (channel.type) {
    case "log":
      return new LogChannel(logger);
    case "slack":
      return new SlackChannel({ url: address(), timeoutMs });
    case "webhook":
      return new WebhookChannel({ url: address(), secret: variable(channel.secretEnv), hmac, clock, timeoutMs });
    case "email": {
      const { url: smtpUrl, from } = config.smtp;
      if (smtpUrl === null || from === null) throw lacking(channel, "`smtp.url` (LEVERFRAME_SMTP_URL) and `smtp.from` (LEVERFRAME_SMTP_FROM)");
      return new EmailChannel({ smtpUrl, from, to: channel.to, digest, timeoutMs });
    }
  }
}

const lacking = (channel: AlertChannel, what: string): AppError => new AppError("bad_config", `channel \`${channel.name}\` of alerts.yaml needs ${what}, which is not set`);
