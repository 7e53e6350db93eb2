/** One metric is one number; its name is snake case and ends with its unit (or says that it is a ratio). */
export type Metrics = Record<string, number>;

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  /** What a reader must know to judge the numbers. */
  readonly notes?: readonly string[];
}

export interface BenchOptions {
  /** Length of one measured window. */
  readonly seconds: number;
  /** Only parts whose name contains one of these; empty: all. */
  readonly only: readonly string[];
  /** Services write CPU profiles, which are summed up by package. Slower: such numbers are no measurement. */
  readonly profile: boolean;
  /** False: no bare hops beside the pipeline, which halves the time and leaves the ratio out. */
  readonly floor: boolean;
  /** Partitions of each topic; undefined: the product's own. */
  readonly partitions: number | undefined;
  /** Says what is going on, on stderr. */
  readonly progress: (text: string) => void;
}

export interface Report {
  readonly tables: readonly Table[];
  readonly metrics: Metrics;
}

/** One file each, listed in main.ts. */
export interface Benchmark {
  readonly name: string;
  readonly doc: string;
  run(options: BenchOptions): Promise<Report>;
}

export const wanted = ({ only }: BenchOptions, part: string): boolean => only.length === 0 || only.some((word) => part.includes(word));
