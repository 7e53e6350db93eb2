import { message } from "@leverframe/contracts";
import type { Response } from "@leverframe/events";
import { toAppError } from "@leverframe/kernel";
import type { LogRecord, OutgoingRecord } from "@leverframe/log";
import { systemClock, uuidv7 } from "@leverframe/nest";
import { ephemeralGroup, type Installation } from "../installation";
import type { LocatedProblem } from "../requests/located-problem";
import type { SourcedRequest } from "../requests/read-requests";
import { type RequestDefaults, toRequest } from "../requests/to-request";
import { openTail } from "../topics/log-tail";
import { PendingAnswers } from "./pending-answers";

export interface Answered {
  readonly sourced: SourcedRequest;
  readonly response: Response;
}

export interface ExchangeOptions {
  readonly application: string;
  readonly defaults: RequestDefaults;
  /** Null: do not wait for answers. */
  readonly waitMsMax: number | null;
  /** Called once for each answer, as it comes. */
  onAnswer(answered: Answered): void;
  onSent?(count: number): void;
}

export interface Exchanged {
  readonly sent: number;
  readonly unanswered: readonly SourcedRequest[];
  /** Requests that could not be made into records, such as one that is too large. */
  readonly problems: readonly LocatedProblem[];
}

/** Records of one append: keeps memory flat for long files. */
const APPEND_RECORDS_MAX = 500;

/** Sends requests on the ingress topic of an application and waits for their answers on its response topic. */
export async function exchange(installation: Installation, requests: readonly SourcedRequest[], options: ExchangeOptions): Promise<Exchanged> {
  const { waitMsMax, onSent } = options;
  const pending = new PendingAnswers();
  const { records, problems } = recordsOf(installation, requests, options, pending);
  const append = async (): Promise<void> => {
    for (let from = 0; from < records.length; from += APPEND_RECORDS_MAX) {
      const batch = records.slice(from, from + APPEND_RECORDS_MAX);
      await installation.log.append(batch);
      onSent?.(batch.length);
    }
  };
  if (waitMsMax === null || records.length === 0) {
    await append();
    return { sent: records.length, unanswered: [], problems };
  }
  await appendAndWait(installation, options, pending, append, waitMsMax);
  return { sent: records.length, unanswered: pending.unanswered, problems };
}

function recordsOf(
  { maker }: Installation,
  requests: readonly SourcedRequest[],
  { application, defaults }: ExchangeOptions,
  pending: PendingAnswers,
): { records: readonly OutgoingRecord[]; problems: readonly LocatedProblem[] } {
  const records: OutgoingRecord[] = [];
  const problems: LocatedProblem[] = [];
  for (const sourced of requests) {
    const request = toRequest(sourced.request, defaults, uuidv7, systemClock.nowMicros());
    try {
      records.push(maker.recordOf(message("requests", request, application)));
      pending.expect(request, sourced);
    } catch (thrown) {
      problems.push({ source: sourced.source, line: sourced.line, field: null, message: toAppError(thrown).message });
    }
  }
  return { records, problems };
}

async function appendAndWait(
  installation: Installation,
  { application, onAnswer }: ExchangeOptions,
  pending: PendingAnswers,
  append: () => Promise<void>,
  waitMsMax: number,
): Promise<void> {
  const { log, names, codec } = installation;
  const done = Promise.withResolvers<void>();
  const onRecord = async (record: LogRecord): Promise<void> => {
    if (record.value === null) return;
    const response = await codec.decode("response", record.value);
    for (const sourced of pending.answered(response)) onAnswer({ sourced, response });
    if (pending.size === 0) done.resolve();
  };
  const tail = await openTail({
    log,
    topics: [names.responses(application)],
    groupId: ephemeralGroup(names, "send"),
    from: "now",
    onRecord: (record) => void onRecord(record).catch(done.reject),
    onCrash: done.reject,
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    await append();
    timer = setTimeout(done.resolve, waitMsMax);
    await done.promise;
  } finally {
    clearTimeout(timer);
    await tail.close();
  }
}
