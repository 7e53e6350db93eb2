import { type WaitingRequest, laneName } from "@leverframe/deferral";
import type { Column } from "./grid";
import { durationText } from "./units";

const iso = (micros: number): string => new Date(micros / 1_000).toISOString();

export const deferredColumns = (nowMicros: number): readonly Column<WaitingRequest>[] => [
  { name: "requestId", title: "request", flexible: true, value: ({ requestId }) => requestId },
  { name: "tenant", title: "tenant", value: ({ tenant }) => tenant },
  { name: "waitsFor", title: "waits for", value: ({ lane }) => laneName(lane) },
  { name: "need", title: "needs", align: "right", value: ({ need }) => need },
  { name: "arrivedAt", title: "arrived", align: "right", value: ({ arrivedAtMicros }) => iso(arrivedAtMicros), text: ({ arrivedAtMicros }) => `${durationText(Math.max(0, nowMicros - arrivedAtMicros))} ago` },
  { name: "since", title: "waits", align: "right", value: ({ parkedAtMicros }) => iso(parkedAtMicros), text: ({ parkedAtMicros }) => durationText(Math.max(0, nowMicros - parkedAtMicros)) },
  { name: "until", title: "at most", align: "right", value: ({ untilMicros }) => iso(untilMicros), text: ({ untilMicros }) => `${durationText(Math.max(0, untilMicros - nowMicros))} more` },
];
