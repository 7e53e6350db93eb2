/** A real server that runs as a child of this process, on loopback ports of its own. */
export interface LocalServer {
  readonly name: string;
  /** Where clients connect: `host:port` of Kafka, the base URL of the others. */
  readonly address: string;
  readonly port: number;
  /** Of the running process; of the last one after `kill` or `stop`. */
  readonly pid: number;
  readonly dir: string;
  readonly logFile: string;
  /** How long the last start took, from spawn to the first good answer. */
  readonly startMs: number;
  readonly running: boolean;
  /** Called when the process ends without `stop`, `kill` or `restart` having been asked for. */
  onCrash: ((reason: string) => void) | undefined;
  /** SIGTERM, then SIGKILL if it doesn't leave. Removes a temporary data folder unless `keepData`. */
  stop(options?: { keepData?: boolean }): Promise<void>;
  /** SIGKILL; resolves when the process is gone. Data stays. */
  kill(): Promise<void>;
  /** Starts again on the same ports and data, ending a running process gracefully first; resolves when it answers. */
  restart(): Promise<void>;
}

export interface ServerOptions {
  /** Data folder, kept on stop. Without it a temporary one is made, and removed on stop. */
  readonly dir?: string;
  /** The client port. Without it a free one is chosen, and another if that is taken meanwhile. */
  readonly port?: number;
}
