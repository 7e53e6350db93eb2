import { createHmac } from "node:crypto";
import { hmacSha256, sha256 } from "@leverframe/nest";
import { budgetAlert } from "../alert";
import { type MailServer, type Receiver, startMailServer, startReceiver } from "../testing/receiver";
import { NOON_MICROS, statusOf } from "../testing/statuses";
import { ChannelError } from "./channel";
import { EmailChannel } from "./email-channel";
import { SlackChannel } from "./slack-channel";
import { WebhookChannel } from "./webhook-channel";

const ALERT = budgetAlert(statusOf("department:acme/Sales.2026-11.80"))!;
/** For whoever answers, however busy the machine is. */
const TIMEOUT_MS = 60_000;
const never = () => new AbortController().signal;
const errorOf = (work: Promise<void>) => work.then(() => new Error("it was delivered"), (error: Error) => error);

describe("channels over HTTP", () => {
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await startReceiver();
  });
  afterEach(() => receiver.close());

  const webhook = (timeoutMs = TIMEOUT_MS) => new WebhookChannel({ url: `${receiver.url}/budgets?token=canary`, secret: "s3cret", hmac: hmacSha256, clock: { nowMicros: () => NOON_MICROS }, timeoutMs });

  test("a webhook gets the alert as JSON, signed over time and body as a receiver checks it", async () => {
    await webhook().deliver(ALERT, never());
    const [{ path, headers, body }] = receiver.received as [Receiver["received"][number]];
    const { t, v1 } = Object.fromEntries(String(headers["leverframe-signature"]).split(",").map((pair) => pair.split("="))) as Record<string, string>;
    expect([path, headers["content-type"], decodeURIComponent(String(headers["leverframe-alert-id"]))]).toEqual(["/budgets?token=canary", "application/json", ALERT.alertId]);
    expect(Number(t) * 1_000_000).toBe(NOON_MICROS);
    expect(v1).toBe(createHmac("sha256", "s3cret").update(`${t}.${body}`).digest("hex"));
    expect(JSON.parse(body)).toMatchObject({ alertId: ALERT.alertId, kind: "threshold", scope: "department:acme/Sales", at: "2026-11-21T12:00:00.000Z", event: { cap: 3_000_000_000, unit: "usd", thresholdPercent: 80 } });
  });

  test("Slack's format: one text, whose names cannot call anybody", async () => {
    const slack = new SlackChannel({ url: receiver.url, timeoutMs: TIMEOUT_MS });
    await slack.deliver({ ...ALERT, title: "<!channel> R&D > Sales" }, never());
    expect(JSON.parse(receiver.received[0]!.body)).toEqual({ text: "*&lt;!channel&gt; R&amp;D &gt; Sales*\n• Spent: $2,400.00\n• Cap: $3,000.00\n• Band: warning" });
  });

  test.each([200, 202, 204])("%i is delivered", async (status) => {
    receiver.answer = { status };
    await webhook().deliver(ALERT, never());
  });

  test.each([
    [500, {}, null],
    [404, {}, null],
    [302, { location: "http://127.0.0.1:1/elsewhere" }, null],
    [429, { "retry-after": "7" }, 7_000],
    [503, { "retry-after": "99999999" }, 3_600_000],
  ])("%i is not delivered, and what it asks for is heard", async (status, headers, retryAfterMs) => {
    receiver.answer = { status, headers };
    expect(await errorOf(webhook().deliver(ALERT, never()))).toMatchObject({ message: `answered ${status}`, retryAfterMs });
    expect(receiver.received).toHaveLength(1);
  });

  test("a receiver that says nothing ends with the time limit, one that is gone at once; no error shows the address", async () => {
    receiver.answer = "silence";
    const silent = await errorOf(webhook(100).deliver(ALERT, never()));
    expect(silent).toEqual(new ChannelError("no answer: none within 100 ms"));
    const late = webhook();
    await receiver.close();
    const gone = await errorOf(late.deliver(ALERT, never()));
    expect(gone.message).toMatch(/^no answer: ECONN/);
    await receiver.listen();
  });
});

describe("e-mail", () => {
  let server: MailServer;
  afterEach(() => server.close());
  const channel = (url: string) => new EmailChannel({ smtpUrl: url, from: "leverframe@acme.test", to: ["finance@acme.test", "cfo@acme.test"], digest: sha256, timeoutMs: TIMEOUT_MS });

  test("a mail goes to every recipient, with the same id at every try", async () => {
    server = await startMailServer();
    const email = channel(`smtp://127.0.0.1:${server.port}`);
    await email.deliver(ALERT);
    await email.deliver(ALERT);
    expect(server.mails).toHaveLength(2);
    const [one, two] = server.mails as [MailServer["mails"][number], MailServer["mails"][number]];
    expect([one.from, one.to]).toEqual(["leverframe@acme.test", ["finance@acme.test", "cfo@acme.test"]]);
    expect(one.source).toContain("Subject: Leverframe: department:acme/Sales has spent 80 % of its budget of");
    expect(one.source).toContain("Spent: $2,400.00");
    const idOf = ({ source }: { source: string }) => /^Message-ID: (<[0-9a-f]{32}@acme\.test>)/im.exec(source)?.[1];
    expect(idOf(one)).toBeDefined();
    expect(idOf(two)).toBe(idOf(one));
  });

  test("a password is used, a wrong one is an error that does not show it", async () => {
    server = await startMailServer("right");
    await channel(`smtp://ann:right@127.0.0.1:${server.port}`).deliver(ALERT);
    expect(server.mails).toHaveLength(1);
    const error = await errorOf(channel(`smtp://ann:canary@127.0.0.1:${server.port}`).deliver(ALERT));
    expect(error).toEqual(new ChannelError("the mail server: 535"));
  });

  test("a password never crosses a network in the open: without TLS the server is refused, not the password sent", async () => {
    server = await startMailServer("canary");
    // Another name of this machine, which counts as a network.
    const error = await errorOf(channel(`smtp://ann:canary@127.0.0.2:${server.port}`).deliver(ALERT));
    expect(error.message).toMatch(/^the mail server: /);
    expect([server.mails, server.logins]).toEqual([[], 0]);
  });

  test("a server that cannot take it now, and one that is not there, are errors", async () => {
    server = await startMailServer();
    server.refuse = true;
    expect((await errorOf(channel(`smtp://127.0.0.1:${server.port}`).deliver(ALERT))).message).toBe("the mail server: 451");
    expect((await errorOf(channel("smtp://127.0.0.1:1").deliver(ALERT))).message).toMatch(/^the mail server: E/);
  });

  test("a name with a line break makes no header", async () => {
    server = await startMailServer();
    await channel(`smtp://127.0.0.1:${server.port}`).deliver({ ...ALERT, title: "x\r\nBcc: spy@evil.test" });
    expect(server.mails[0]!.to).not.toContain("spy@evil.test");
    const [headers] = server.mails[0]!.source.split(/\r?\n\r?\n/);
    expect(headers).not.toMatch(/^Bcc:/im);
  });
});
