import { laneFrom, laneName, type WaitingRequest } from "@leverframe/deferral";
import type { Unit } from "@leverframe/budget";
import type { Column } from "./grid";
import { amountText } from "./ledger-columns";
import { durationText } from "./units";

const iso = (micros: number): string => new Date(micros / 1_000).toISOString();

export const deferredColumns = (nowMicros: number): readonly Column<WaitingRequest>[] => [
  { name: "requestId", title: "request", flexible: true, value: ({ requestId }) => requestId },
  { name: "tenant", title: "tenant", value: ({ tenant }) => tenant },
  { name: "waitsFor", title: "waits for", value: ({ lane }) => laneName(lane) },
  { name: "need", title: "needs", align: "right", value: ({ need }) => need, text: needText },
  { name: "arrivedAt", title: "arrived", align: "right", value: ({ arrivedAtMicros }) => iso(arrivedAtMicros), text: ({ arrivedAtMicros }) => `${durationText(Math.max(0, nowMicros - arrivedAtMicros))} ago` },
  { name: "since", title: "waits", align: "right", value: ({ parkedAtMicros }) => iso(parkedAtMicros), text: ({ parkedAtMicros }) => durationText(Math.max(0, nowMicros - parkedAtMicros)) },
  { name: "until", title: "at most", align: "right", value: ({ untilMicros }) => iso(untilMicros), text: ({ untilMicros }) => `${durationText(Math.max(0, untilMicros - nowMicros))} more` },
];

/** In the unit of the account that is short. */
function needText({ lane, need }: WaitingRequest): string {
  const what = laneFrom(lane);
  return what?.kind === "account" ? amountText(what.unit as Unit, need) : "";
}
