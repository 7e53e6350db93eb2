import { message } from "@leverframe/contracts";
import type { DeadLetter } from "@leverframe/events";
import type { LogRecord } from "@leverframe/log";
import type { Installation } from "../installation";
import { withTemporaryInstallation } from "../testing/temporary-installation";
import { readToEnd } from "../topics/read-to-end";
import { forEachDeadLetter, redriveAll, redriveOne } from "./dead-letter-topic";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

const letter = (offset: number, more: Partial<DeadLetter> = {}): DeadLetter => ({
  deadLetterId: `requests.3.${offset}.classifier`,
  topic: "requests",
  partition: 3,
  offset,
  key: utf8(`key ${offset}`),
  value: Uint8Array.of(0, 255, 10, offset),
  headers: { "event-id": utf8(`event ${offset}`), traceparent: Uint8Array.of(0xff, 0) },
  stage: "classifier",
  errorCode: "bad_record",
  errorMessage: "array of 2147483647 items in 7 bytes",
  tries: 1,
  at: 1_750_000_000_000_000,
  ...more,
});

async function bury({ log, maker }: Installation, ...letters: readonly DeadLetter[]): Promise<void> {
  await log.append(letters.map((one) => maker.recordOf(message("dead-letters", one))));
}

async function redriven({ log }: Installation, topic = "requests"): Promise<readonly LogRecord[]> {
  const records: LogRecord[] = [];
  await readToEnd({ log, topic, groupId: `reader ${Math.random()}`, visit: (record) => void records.push(record) });
  return records;
}

describe("dead letters", () => {
  test("all are found again, whatever partition they lie in", () =>
    withTemporaryInstallation(async (installation) => {
      await bury(installation, ...Array.from({ length: 40 }, (_, offset) => letter(offset)));
      const found = new Set<string>();
      await forEachDeadLetter(installation, ({ deadLetterId }) => void found.add(deadLetterId));
      expect(found.size).toBe(40);
    }));

  test("a redriven record has the original key, bytes and headers, on the original topic, byte for byte", () =>
    withTemporaryInstallation(async (installation) => {
      await bury(installation, letter(1), letter(2), letter(7, { topic: "requests.crm" }));
      expect(await redriveOne(installation, "requests.3.7.classifier")).toEqual({ redriven: 1, lost: [] });
      const [record, ...others] = await redriven(installation, "requests.crm");
      expect(others).toEqual([]);
      const { key, value, headers } = letter(7);
      expect([record!.key, record!.value].map((bytes) => [...bytes!])).toEqual([key, value].map((bytes) => [...bytes!]));
      expect(Object.fromEntries(Object.entries(record!.headers).map(([name, bytes]) => [name, [...bytes]]))).toEqual(
        Object.fromEntries(Object.entries(headers).map(([name, bytes]) => [name, [...bytes]])),
      );
      expect(await redriven(installation)).toEqual([]);
    }));

  test("an id that no dead letter has is said to be none", () =>
    withTemporaryInstallation(async (installation) => {
      await bury(installation, letter(1));
      expect(await redriveOne(installation, "requests.3.2.classifier")).toBeNull();
    }));

  test("redrive --all takes each dead letter once over several runs", () =>
    withTemporaryInstallation(async (installation) => {
      await bury(installation, ...Array.from({ length: 20 }, (_, offset) => letter(offset)));
      expect(await redriveAll(installation)).toEqual({ redriven: 20, lost: [] });
      expect(await redriveAll(installation)).toEqual({ redriven: 0, lost: [] });
      await bury(installation, letter(20));
      expect(await redriveAll(installation)).toEqual({ redriven: 1, lost: [] });
      expect(await redriven(installation)).toHaveLength(21);
    }));

  test("one whose bytes were not kept is named, not redriven as an empty record", () =>
    withTemporaryInstallation(async (installation) => {
      const lost = letter(5, { key: null, value: null, headers: {} });
      await bury(installation, letter(1), lost);
      const result = await redriveAll(installation);
      expect(result.redriven).toBe(1);
      expect(result.lost.map(({ deadLetterId }) => deadLetterId)).toEqual([lost.deadLetterId]);
    }));
});
