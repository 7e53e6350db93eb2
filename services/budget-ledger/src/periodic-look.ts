/** Looks every so often, one look at a time, until it is stopped. */
export abstract class PeriodicLook {
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<void> | null = null;
  /** A long look asks it between its steps. */
  protected stopped = false;

  constructor(
    private readonly periodMs: number,
    private readonly onError: (error: unknown) => void,
  ) {}

  protected abstract lookOnce(): Promise<void>;

  start(): void {
    if (this.timer !== null || this.stopped) return;
    this.timer = setInterval(() => void this.look(), this.periodMs);
  }

  /** Resolves when the look that is under way has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearInterval(this.timer);
    await this.looking;
  }

  /** One look; when one is under way, that one. */
  look(): Promise<void> {
    this.looking ??= this.lookOnce().catch(this.onError).finally(() => (this.looking = null));
    return this.looking;
  }
}
