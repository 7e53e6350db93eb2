import { ChannelError } from "./channel";

export interface HttpPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const RETRY_AFTER_MS_MAX = 3_600_000;

/** Posts JSON and wants a 2xx. A redirect is none: it would carry a signed body, or an alert, to who was not named. */
export async function httpPost({ url, headers, body, timeoutMs, signal }: HttpPost): Promise<void> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": "leverframe-notifier", ...headers },
      body,
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
  } catch (thrown) {
    throw new ChannelError(`no answer: ${reasonOf(thrown, timeoutMs)}`);
  }
  // Nobody reads it, but a body that is left hanging holds its connection.
  await response.body?.cancel().catch(() => undefined);
  if (!response.ok) throw new ChannelError(`answered ${response.status}`, retryAfterMs(response.headers.get("retry-after")));
}

/** The address may be a secret, so only the name of what went wrong is told. */
function reasonOf(thrown: unknown, timeoutMs: number): string {
  const { name, cause } = thrown as Error & { cause?: { code?: unknown } };
  if (name === "TimeoutError") return `none within ${timeoutMs} ms`;
  return typeof cause?.code === "string" ? cause.code : name;
}

/** Seconds or a date, as RFC 9110 has it. */
function retryAfterMs(header: string | null): number | null {
  if (header === null) return null;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1_000;
  return Number.isFinite(seconds) ? Math.min(Math.max(0, seconds * 1_000), RETRY_AFTER_MS_MAX) : null;
}
