import type { Alert } from "../alert";
import type { Channel } from "./channel";
import { httpPost } from "./http-post";

export interface SlackOptions {
  readonly url: string;
  readonly timeoutMs: number;
}

/** Slack's incoming webhooks, whose format Mattermost, Rocket.Chat and others take too. */
export class SlackChannel implements Channel {
  constructor(private readonly options: SlackOptions) {}

  deliver({ title, lines }: Alert, signal: AbortSignal): Promise<void> {
    const text = [`*${escaped(title)}*`, ...lines.map((line) => `• ${escaped(line)}`)].join("\n");
    return httpPost({ ...this.options, headers: {}, body: JSON.stringify({ text }), signal });
  }
}

/** The three characters that Slack's markup gives a meaning: without this a name could call everybody (`<!channel>`). */
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
