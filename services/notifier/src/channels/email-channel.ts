import type { Digest } from "@leverframe/kernel";
import { createTransport, type Transporter } from "nodemailer";
import type { Alert } from "../alert";
import { type Channel, ChannelError } from "./channel";

export interface EmailOptions {
  /** `smtps://user:password@host:465`, `smtp://host:587` */
  readonly smtpUrl: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly digest: Digest;
  readonly timeoutMs: number;
}

const ID_LENGTH = 32;
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

/** A password never crosses a network in the open: a server that offers no TLS then gets no mail. */
function needsTls(smtpUrl: string): boolean {
  const { password, hostname } = new URL(smtpUrl);
  return password !== "" && !LOOPBACK.includes(hostname);
}

/** Plain text. The message id follows from the alert, so that a mail that was sent twice is shown once. */
export class EmailChannel implements Channel {
  readonly #transport: Transporter;

  constructor(private readonly options: EmailOptions) {
    const { smtpUrl, timeoutMs } = options;
    this.#transport = createTransport({ url: smtpUrl, requireTLS: needsTls(smtpUrl), connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs, dnsTimeout: timeoutMs });
  }

  async deliver({ alertId, title, lines }: Alert): Promise<void> {
    const { from, to, digest } = this.options;
    const domain = from.slice(from.lastIndexOf("@") + 1).replace(/[^A-Za-z0-9.-]/g, "") || "leverframe";
    try {
      await this.#transport.sendMail({
        from,
        to: [...to],
        subject: `Leverframe: ${title}`,
        text: [title, "", ...lines, "", `Alert ${alertId}`].join("\n"),
        messageId: `<${digest(alertId).slice(0, ID_LENGTH)}@${domain}>`,
        disableFileAccess: true,
        disableUrlAccess: true,
      });
    } catch (thrown) {
      // A server's own words may quote an address or more: its code says enough.
      const { code, responseCode } = thrown as { code?: string; responseCode?: number };
      throw new ChannelError(`the mail server: ${responseCode ?? code ?? "no answer"}`);
    }
  }
}
