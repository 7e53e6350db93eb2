import type { Call } from "./call";

export interface BillLine {
  readonly calls: number;
  readonly billedCalls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly billedNanoUsd: string;
}

export interface Bill extends BillLine {
  readonly byModel: Readonly<Record<string, BillLine>>;
  readonly byProvider: Readonly<Record<string, BillLine>>;
}

class Sum {
  private calls = 0;
  private billedCalls = 0;
  private inputTokens = 0;
  private outputTokens = 0;
  private billed = 0n;

  /** `sign` -1 takes back what was added. */
  add({ usage, billedNanoUsd }: Call, sign: 1 | -1): void {
    this.calls += sign;
    this.inputTokens += sign * (usage.input + usage.cacheRead + usage.cacheWrite);
    this.outputTokens += sign * usage.output;
    const amount = BigInt(billedNanoUsd);
    if (amount === 0n) return;
    this.billedCalls += sign;
    this.billed += BigInt(sign) * amount;
  }

  line(): BillLine {
    const { calls, billedCalls, inputTokens, outputTokens } = this;
    return { calls, billedCalls, inputTokens, outputTokens, billedNanoUsd: String(this.billed) };
  }
}

function sumFor(sums: Map<string, Sum>, key: string): Sum {
  let sum = sums.get(key);
  if (sum === undefined) sums.set(key, (sum = new Sum()));
  return sum;
}

function lines(sums: Map<string, Sum>): Record<string, BillLine> {
  return Object.fromEntries([...sums].map(([key, sum]) => [key, sum.line()]));
}

/** Running sums, so that a bill stays complete when the log no longer holds its oldest calls. */
export class BillKeeper {
  private readonly total = new Sum();
  private readonly models = new Map<string, Sum>();
  private readonly providers = new Map<string, Sum>();

  add(call: Call): void {
    this.enter(call, 1);
  }

  /** Takes a call back that was added as it is now. */
  take(call: Call): void {
    this.enter(call, -1);
  }

  private enter(call: Call, sign: 1 | -1): void {
    this.total.add(call, sign);
    sumFor(this.models, call.model).add(call, sign);
    sumFor(this.providers, call.provider).add(call, sign);
  }

  bill(): Bill {
    return { ...this.total.line(), byModel: lines(this.models), byProvider: lines(this.providers) };
  }
}

export function billOf(calls: Iterable<Call>): Bill {
  const keeper = new BillKeeper();
  for (const call of calls) keeper.add(call);
  return keeper.bill();
}
