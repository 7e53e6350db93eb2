import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import type { ProviderUsageSource, ToldUsage } from "@leverframe/budget";
import { AppError, parseUsd, toAppError, toMicroUsd } from "@leverframe/kernel";
import { parse } from "csv-parse/sync";

const BYTES_MAX = 64 * 1_024 * 1_024;
const NANO_DIGITS = 9;

/** Headings that reports give the columns; every call carries its attempt's id in these headers. */
const HEADINGS = {
  attempt: ["attempt_id", "attempt", "x_leverframe_attempt", "idempotency_key"],
  cost: ["cost_usd", "cost", "amount_usd", "total_cost"],
  tokens: ["total_tokens", "tokens"],
} as const;

interface Seen {
  readonly state: string;
  readonly isRead: boolean;
}

/**
 * Usage reports of providers, or of proxies before them, that somebody drops into a folder: CSV with a line of headings,
 * one line for each call, with the id of our attempt, what it cost in dollars and, if it is told, its tokens. A file is
 * read once, when two looks have found it the same: one that is still written would be read with half a number.
 */
export class UsageFolder implements ProviderUsageSource {
  readonly #files = new Map<string, Seen>();

  constructor(
    private readonly dir: string,
    private readonly onProblem: (problem: string) => void,
  ) {}

  async look(): Promise<readonly ToldUsage[]> {
    const names = (await readdir(this.dir)).filter((name) => name.toLowerCase().endsWith(".csv")).sort();
    for (const known of this.#files.keys()) if (!names.includes(known)) this.#files.delete(known);
    const told: ToldUsage[] = [];
    for (const name of names) told.push(...(await this.#file(name)));
    return told;
  }

  async #file(name: string): Promise<readonly ToldUsage[]> {
    const file = path.join(this.dir, name);
    const { mtimeMs, size } = await stat(file);
    const seen = this.#files.get(name);
    const state = `${mtimeMs} ${size}`;
    this.#files.set(name, { state, isRead: seen?.state === state });
    if (seen?.state !== state || seen.isRead) return [];
    if (size > BYTES_MAX) {
      this.onProblem(`\`${file}\` has ${size} bytes; expected at most ${BYTES_MAX}: split it`);
      return [];
    }
    try {
      return this.#lines(file, await readFile(file));
    } catch (thrown) {
      this.onProblem(`\`${file}\` is no report of usage: ${toAppError(thrown).message}`);
      return [];
    }
  }

  #lines(file: string, bytes: Uint8Array): readonly ToldUsage[] {
    const rows = parse(Buffer.from(bytes), { bom: true, skip_empty_lines: true, relax_column_count: true, trim: true }) as string[][];
    const [headings = [], ...lines] = rows;
    const named = headings.map((heading) => heading.toLowerCase().replaceAll(/[\s-]+/g, "_"));
    const columnOf = (names: readonly string[]) => named.findIndex((name) => names.includes(name));
    const [attempt, cost, tokens] = [columnOf(HEADINGS.attempt), columnOf(HEADINGS.cost), columnOf(HEADINGS.tokens)];
    if (attempt < 0 || cost < 0) throw new AppError("bad_input", `its headings are ${headings.map((name) => `\`${name}\``).join(", ")}; expected \`attempt_id\` and \`cost_usd\``);
    const told = lines.map((cells) => toldBy(cells[attempt] ?? "", cells[cost] ?? "", cells[tokens] ?? ""));
    const unread = told.filter((one) => one === null).length;
    if (unread > 0) this.onProblem(`\`${file}\` has ${unread} lines that cannot be read: expected the id of an attempt, dollars such as \`0.0123\`, and a whole number of tokens or nothing`);
    return told.filter((one) => one !== null);
  }
}

/** Nano-dollars; what is told beyond them is rounded up, since a charge is never below what is billed. */
function toldBy(attemptId: string, cost: string, tokens: string): ToldUsage | null {
  const [, dollars, fraction = ""] = /^\$?(\d{1,9})(?:\.(\d{1,30}))?$/.exec(cost) ?? [];
  if (!attemptId || dollars === undefined || !/^\d{0,12}$/.test(tokens)) return null;
  const nano = parseUsd(`${dollars}.${fraction.slice(0, NANO_DIGITS).padEnd(NANO_DIGITS, "0")}`);
  if (nano === null) return null;
  const costNanoUsd = /[1-9]/.test(fraction.slice(NANO_DIGITS)) ? nano + 1n : nano;
  return { attemptId, costNanoUsd, chargeMicroUsd: toMicroUsd(costNanoUsd), chargeTokens: tokens === "" ? null : Number(tokens) };
}
