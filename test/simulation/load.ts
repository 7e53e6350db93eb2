import { setTimeout as sleep } from "node:timers/promises";
import type { Request } from "@leverframe/events";
import { AppError } from "@leverframe/kernel";
import { requestOf, type RequestDraft, type TestClient } from "../support/installation";

const SLICE = 10;
const RETRY_MS = 200;
const SCHEMA = JSON.stringify({ type: "object", properties: { answer: { type: "string" } }, required: ["answer"] });

/** Ways that requests take, in turn: most are plain, some fail first, escalate, are regulated or refused. */
const MIX: readonly RequestDraft[] = [
  { text: "Hello there." },
  { text: "Summarise this paragraph for me." },
  { text: "Who is it? [[sim:error=503*1@mistral-small]]" },
  { department: "Medical", text: "Summarise the patient record MRN 12345678." },
  { text: "Translate good morning into French." },
  { text: "Fill in the fields. [[sim:wrong-schema@mistral-small]]", taskType: "chat", outputSchema: SCHEMA },
  { department: "R&D", text: "Implement a function that adds two numbers." },
  { department: "Nowhere" },
  { text: "Write to ann@example.com." },
  { department: "Finance", text: "How many days has a leap year?" },
];

export function mixedRequests(count: number): readonly Request[] {
  return Array.from({ length: count }, (_, index) => requestOf(MIX[index % MIX.length]));
}

/**
 * Sends the requests evenly over a time, and lets the fault happen after a third of them; resolves when both are over.
 * A record that the log does not take is sent again, as an application would: it may then stand there twice.
 */
export async function underLoad(client: TestClient, requests: readonly Request[], durationMs: number, fault: () => Promise<void>): Promise<void> {
  const slices = Math.ceil(requests.length / SLICE);
  let faulting: Promise<void> | null = null;
  for (let slice = 0; slice < slices; slice++) {
    await sendStubbornly(client, requests.slice(slice * SLICE, (slice + 1) * SLICE));
    if (slice >= slices / 3) faulting ??= fault();
    await sleep(durationMs / slices);
  }
  await (faulting ?? fault());
}

async function sendStubbornly(client: TestClient, requests: readonly Request[]): Promise<void> {
  for (;;) {
    try {
      return await client.send(requests);
    } catch (error) {
      if (!(error instanceof AppError && error.retryable)) throw error;
      await sleep(RETRY_MS);
    }
  }
}
