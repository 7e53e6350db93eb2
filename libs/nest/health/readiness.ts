import { AppError, toAppError } from "@leverframe/kernel";

const CHECK_MS_MAX = 2_000;

export interface Readings {
  readonly ready: boolean;
  /** `ok`, or the code of what is wrong, by part. */
  readonly parts: Readonly<Record<string, string>>;
}

/** What must answer before this process is sent work. A check resolves, or throws what is wrong. */
export class Readiness {
  readonly #checks = new Map<string, () => Promise<unknown> | void>();

  add(part: string, check: () => Promise<unknown> | void): void {
    this.#checks.set(part, check);
  }

  async read(): Promise<Readings> {
    const readings = await Promise.all([...this.#checks].map(async ([part, check]) => [part, await ask(check)] as const));
    return { ready: readings.every(([, reading]) => reading === "ok"), parts: Object.fromEntries(readings) };
  }
}

async function ask(check: () => Promise<unknown> | void): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new AppError("timeout", "no answer in time")), CHECK_MS_MAX);
  });
  try {
    await Promise.race([Promise.resolve().then(check), late]);
    return "ok";
  } catch (error) {
    return toAppError(error).code;
  } finally {
    clearTimeout(timer);
  }
}
