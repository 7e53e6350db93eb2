import { AppError } from "@leverframe/kernel";
import type { RedisClient } from "./redis-client";

/** Begins the epoch of a ledger that was found to lack entries (fence.lua). */
export const LOST = "lost:";

/** What stands in the ledger's `meta` about its life. */
interface LifeOnRecord {
  readonly epoch: string | null;
  readonly sequence: number;
  /** Whether this epoch began with a rebuild. */
  readonly isRebuilt: boolean;
  /** The journal's end that it was rebuilt from; 0 for a ledger that began empty. */
  readonly from: number;
}

/**
 * Which life of the ledger a handle is of, and how far it has seen it: the fence of all its commands. A store that
 * answers with another life is refused, until somebody has rebuilt the ledger from its journal: then the handle goes on
 * in that life, by itself. It follows into a rebuilt life alone (restore.lua says so in the step that begins it), so an
 * empty store in which somebody began anew is never taken for the ledger; and never back: a life that was rebuilt from
 * less of the journal than this one is that of a replica which lagged behind. Such lives are taken out of service, for
 * those who have not seen as much. A pinned epoch is not followed from.
 */
export class LedgerLife {
  readonly #client: RedisClient;
  readonly #meta: string;
  readonly #follows: boolean;
  readonly #onFollowed: (epoch: string) => void;
  #epoch: string;
  #from: number;
  #sequenceSeen = 0;
  #following: Promise<boolean> | null = null;

  constructor(client: RedisClient, meta: string, { epoch, from }: Pick<LifeOnRecord, "epoch" | "from">, follows: boolean, onFollowed: (epoch: string) => void) {
    this.#client = client;
    this.#meta = meta;
    this.#epoch = epoch ?? "";
    this.#from = from;
    this.#follows = follows;
    this.#onFollowed = onFollowed;
  }

  get epoch(): string {
    return this.#epoch;
  }

  /** Sequences only rise: a store that is behind what was seen has lost data. */
  get sequenceSeen(): number {
    return this.#sequenceSeen;
  }

  saw(sequence: string | undefined): void {
    this.#sequenceSeen = Math.max(this.#sequenceSeen, Number(sequence));
  }

  /** Whether what was refused under this epoch may be asked again, under the one that is the handle's now. */
  follow(refused: string): Promise<boolean> {
    if (refused !== this.#epoch) return Promise.resolve(true);
    if (!this.#follows) return Promise.resolve(false);
    // One look for all commands that were refused at once.
    this.#following ??= this.#look().finally(() => (this.#following = null));
    return this.#following;
  }

  async #look(): Promise<boolean> {
    const { epoch, sequence, isRebuilt, from } = await lifeOnRecord(this.#client, this.#meta);
    if (epoch === null || epoch === this.#epoch || epoch.startsWith(LOST)) return false;
    const isLater = from > this.#from || (from === this.#from && sequence >= this.#sequenceSeen);
    if (!isRebuilt || !isLater) {
      // A handle that has seen nothing cannot know which of the two is the ledger.
      const seen = Math.max(this.#from, this.#sequenceSeen);
      if (seen > 0) await this.#client.script("lf_disown_v1", [this.#meta], [epoch, seen]);
      return false;
    }
    // What was seen of the lost life and is not in the journal is lost with it: the rebuilt one counts from its own end.
    [this.#epoch, this.#from, this.#sequenceSeen] = [epoch, from, sequence];
    this.#onFollowed(epoch);
    return true;
  }
}

export async function lifeOnRecord(client: RedisClient, meta: string): Promise<LifeOnRecord> {
  const [epoch = null, sequence, rebuilt, from] = await client.run((redis) => redis.hmget(meta, "epoch", "sequence", "rebuilt", "from"));
  const isRebuilt = epoch !== null && epoch === rebuilt;
  return { epoch, sequence: Number(sequence ?? 0), isRebuilt, from: isRebuilt ? Number(from ?? 0) : 0 };
}

/** A script's refusal because of another life, or one that is behind (fence.lua). */
export const isFenced = (error: unknown): boolean => error instanceof AppError && error.cause instanceof Error && error.cause.message.startsWith("FENCED");

/** The store is there and is not the one that was opened: nothing is granted or told until it is rebuilt. */
export function fenced(found: string | null, expected: string): AppError {
  const message = `ledger store: the epoch is \`${found ?? ""}\`, expected \`${expected}\`; it lost data and must be rebuilt`;
  return new AppError("unavailable", message);
}
