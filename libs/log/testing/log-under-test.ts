import type { Log } from "../log";

/** How a test reaches one adapter's log: any number of clients of the same records, in this process or another. */
export interface LogUnderTest {
  /** Closed by the suite. */
  open(): Log;
  /** For a child process (testing/children.ts). */
  readonly child: ChildLog;
  /** Ends whatever the log runs on. */
  stop(): Promise<void>;
}

export type ChildLog =
  | { readonly kind: "sqlite"; readonly path: string; readonly leaseMs: number }
  | { readonly kind: "kafka"; readonly brokers: readonly string[]; readonly sessionMs: number };

/** A text is the reason why the adapter does not have it; the case is then skipped, and shows the reason. */
export interface LogFeatures {
  /** Records past their topic's retention are gone at once when this is called. */
  readonly removeExpired: ((log: Log) => Promise<void>) | string;
  /** Records that one fetch may bring on top of a full window. */
  readonly fetchRecordsMax: number;
}

export interface Suite {
  /** A client of the log, closed after the test. */
  open(): Log;
  /** A topic name of this test alone, made with so many partitions. */
  topic(partitions: number): Promise<string>;
  group(): string;
  readonly child: ChildLog;
  readonly features: LogFeatures;
}
