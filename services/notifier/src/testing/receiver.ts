import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { SMTPServer } from "smtp-server";

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What the receiver answers: a status, or never. */
export type Answer = { readonly status: number; readonly headers?: Readonly<Record<string, string>> } | "silence";

/** A real HTTP server that keeps what it gets. */
export async function startReceiver(): Promise<Receiver> {
  const receiver = new Receiver();
  await receiver.listen();
  return receiver;
}

export class Receiver {
  readonly received: Received[] = [];
  answer: Answer = { status: 200 };
  readonly #server = createServer((request, response) => {
    void text(request).then((body) => {
      this.received.push({ path: request.url ?? "", headers: request.headers, body });
      if (this.answer === "silence") return;
      response.writeHead(this.answer.status, this.answer.headers).end("thank you");
    });
  });

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  listen(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly source: string;
}

/** A real mail server that keeps what it gets; with a password, it wants that. */
export async function startMailServer(password?: string): Promise<MailServer> {
  const server = new MailServer(password);
  await server.listen();
  return server;
}

export class MailServer {
  readonly mails: Mail[] = [];
  refuse = false;
  /** How often somebody showed a password. */
  logins = 0;
  readonly #server: SMTPServer;

  constructor(password?: string) {
    this.#server = new SMTPServer({
      disabledCommands: password === undefined ? ["STARTTLS", "AUTH"] : ["STARTTLS"],
      authOptional: password === undefined,
      onAuth: (auth, _session, done) => (this.logins++, auth.password === password ? done(null, { user: auth.username }) : done(new Error("no"))),
      onData: (stream, session, done) => {
        void text(stream).then((source) => {
          if (this.refuse) return done(Object.assign(new Error("later"), { responseCode: 451 }));
          const { mailFrom, rcptTo } = session.envelope;
          this.mails.push({ from: mailFrom === false ? "" : mailFrom.address, to: rcptTo.map(({ address }) => address), source });
          done();
        });
      },
    });
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  listen(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, "0.0.0.0", resolve));
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

