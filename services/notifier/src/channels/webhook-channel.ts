import type { Clock, Hmac } from "@leverframe/kernel";
import type { Alert } from "../alert";
import type { Channel } from "./channel";
import { httpPost } from "./http-post";

export interface WebhookOptions {
  readonly url: string;
  /** Text of the shared key. */
  readonly secret: string;
  readonly hmac: Hmac;
  readonly clock: Clock;
  readonly timeoutMs: number;
}

const MICROS_PER_SECOND = 1_000_000;

/**
 * JSON for machines. `leverframe-signature: t=<unix seconds>,v1=<hex>` is HMAC-SHA256 of `<t>.<body>` under the shared key:
 * the receiver computes it over the raw body, compares in constant time and refuses an old `t`, so that nothing can be made
 * up or sent again. `leverframe-alert-id` is the same at every try.
 */
export class WebhookChannel implements Channel {
  readonly #key: Uint8Array;

  constructor(private readonly options: WebhookOptions) {
    this.#key = new TextEncoder().encode(options.secret);
  }

  deliver(alert: Alert, signal: AbortSignal): Promise<void> {
    const { url, hmac, clock, timeoutMs } = this.options;
    const body = webhookBody(alert);
    const seconds = Math.floor(clock.nowMicros() / MICROS_PER_SECOND);
    const signature = Buffer.from(hmac(this.#key, new TextEncoder().encode(`${seconds}.${body}`))).toString("hex");
    const headers = { "leverframe-alert-id": encodeURIComponent(alert.alertId), "leverframe-signature": `t=${seconds},v1=${signature}` };
    return httpPost({ url, headers, body, timeoutMs, signal });
  }
}

function webhookBody({ alertId, kind, scope, title, lines, atMicros, event }: Alert): string {
  return JSON.stringify({ alertId, kind, scope, title, lines, at: new Date(atMicros / 1_000).toISOString(), event });
}
