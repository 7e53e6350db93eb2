import { AppError } from "@leverframe/kernel";
import type { PartitionOffset } from "../log";
import type { Database } from "./database";
import type { RecordStore, StoredPartition } from "./record-store";

/** What one member may read, and the generation that makes it valid. */
export interface Assignment {
  readonly generation: number;
  readonly partitions: readonly StoredPartition[];
}

type MemberRow = readonly [id: string, topics: string, leaseUntilMs: number];

/**
 * Consumer groups, kept in the log file itself, so that processes which share the file share the groups. A member holds
 * a lease; whoever sees one run out removes that member. Each change of members raises the group's generation and
 * writes every member's partitions anew, in one transaction. A commit counts only in the generation it was made in.
 */
export class GroupStore {
  private readonly generationRows;
  private readonly raiseGeneration;
  private readonly memberRows;
  private readonly insertMember;
  private readonly assignMember;
  private readonly renewLease;
  private readonly removeMember;
  private readonly assignedRows;
  private readonly groupIds;
  private readonly upsertCommitted;
  private readonly committedRows;
  private readonly expiredRows;

  constructor(
    private readonly database: Database,
    private readonly records: RecordStore,
    private readonly leaseMs: number,
  ) {
    this.generationRows = database.rows<readonly [number]>("SELECT generation FROM consumer_group WHERE id = ?");
    this.raiseGeneration = database.command(
      "INSERT INTO consumer_group (id, generation) VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET generation = generation + 1",
    );
    this.memberRows = database.rows<MemberRow>("SELECT id, topics, lease_until_ms FROM member WHERE group_id = ? ORDER BY id");
    this.insertMember = database.command(
      "INSERT OR REPLACE INTO member (group_id, id, topics, assigned, lease_until_ms) VALUES (?, ?, ?, '[]', ?)",
    );
    this.assignMember = database.command("UPDATE member SET assigned = ? WHERE group_id = ? AND id = ?");
    this.renewLease = database.command("UPDATE member SET lease_until_ms = ? WHERE group_id = ? AND id = ?");
    this.removeMember = database.command("DELETE FROM member WHERE group_id = ? AND id = ?");
    this.assignedRows = database.rows<readonly [string]>("SELECT assigned FROM member WHERE group_id = ? AND id = ?");
    this.groupIds = database.rows<readonly [string]>("SELECT id FROM consumer_group");
    this.upsertCommitted = database.command(
      "INSERT INTO committed (group_id, partition_id, next_offset) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET next_offset = excluded.next_offset",
    );
    this.committedRows = database.rows<readonly [partitionId: number, nextOffset: number]>(
      "SELECT partition_id, next_offset FROM committed WHERE group_id = ?",
    );
    this.expiredRows = database.rows<readonly [number]>("SELECT 1 FROM member WHERE group_id = ? AND lease_until_ms < ? LIMIT 1");
  }

  join(groupId: string, memberId: string, topics: readonly string[]): void {
    for (const topic of topics) this.records.partitionsOf(topic);
    this.database.transaction(() => {
      this.insertMember(groupId, memberId, JSON.stringify(topics), Date.now() + this.leaseMs);
      this.rebalance(groupId);
    });
  }

  leave(groupId: string, memberId: string): void {
    this.database.transaction(() => {
      if (this.removeMember(groupId, memberId) > 0) this.rebalance(groupId);
    });
  }

  /** Renews the lease and removes members whose own ran out. False: this member was removed itself and must join again. */
  heartbeat(groupId: string, memberId: string): boolean {
    return this.database.transaction(() => {
      const now = Date.now();
      const alive = this.renewLease(now + this.leaseMs, groupId, memberId) > 0;
      if (this.expiredRows(groupId, now).length > 0) this.rebalance(groupId);
      return alive;
    });
  }

  generation(groupId: string): number {
    return this.generationRows(groupId)[0]?.[0] ?? 0;
  }

  /** Undefined: not a member (any more). */
  assignment(groupId: string, memberId: string, topics: readonly string[]): Assignment | undefined {
    const [generation, assigned] = this.database.transaction(
      () => [this.generation(groupId), this.assignedRows(groupId, memberId)[0]?.[0]] as const,
    );
    if (assigned === undefined) return undefined;
    const mine = new Set(JSON.parse(assigned) as number[]);
    const partitions = topics.flatMap((topic) => this.records.partitionsOf(topic)).filter(({ id }) => mine.has(id));
    return { generation, partitions };
  }

  /** False, and nothing is kept, when the group has moved on to another generation. */
  commit(groupId: string, generation: number, offsets: readonly PartitionOffset[]): boolean {
    const rows = offsets.map(({ topic, partition, offset }) => [this.partitionId(topic, partition), Number(offset)] as const);
    return this.database.transaction(() => {
      if (this.generation(groupId) !== generation) return false;
      for (const [partitionId, nextOffset] of rows) this.upsertCommitted(groupId, partitionId, nextOffset);
      return true;
    });
  }

  /** Next offset to read by partition id, for the partitions that have one. */
  committedById(groupId: string): Map<number, number> {
    return new Map(this.committedRows(groupId));
  }

  committed(groupId: string, topic: string): PartitionOffset[] {
    const byId = this.committedById(groupId);
    return this.records.partitionsOf(topic).flatMap(({ id, partition }) => {
      const offset = byId.get(id);
      return offset === undefined ? [] : [{ topic, partition, offset: BigInt(offset) }];
    });
  }

  /** After topics grew. */
  rebalanceAll(): void {
    this.database.transaction(() => {
      for (const [groupId] of this.groupIds()) this.rebalance(groupId);
    });
  }

  /** Deals the partitions of each topic out in turn, starting one member further for each topic. */
  private rebalance(groupId: string): void {
    const now = Date.now();
    const alive: { id: string; topics: readonly string[]; assigned: number[] }[] = [];
    for (const [id, topics, leaseUntilMs] of this.memberRows(groupId)) {
      if (leaseUntilMs < now) this.removeMember(groupId, id);
      else alive.push({ id, topics: JSON.parse(topics) as string[], assigned: [] });
    }
    const topics = [...new Set(alive.flatMap((member) => member.topics))].sort();
    topics.forEach((topic, shift) => {
      const takers = alive.filter((member) => member.topics.includes(topic));
      for (const { id, partition } of this.records.partitionsOf(topic)) takers[(partition + shift) % takers.length]!.assigned.push(id);
    });
    for (const { id, assigned } of alive) this.assignMember(JSON.stringify(assigned), groupId, id);
    this.raiseGeneration(groupId);
  }

  private partitionId(topic: string, partition: number): number {
    const found = this.records.partitionsOf(topic).find((one) => one.partition === partition);
    if (found === undefined) throw new AppError("bad_input", `topic \`${topic}\` has no partition \`${partition}\``);
    return found.id;
  }
}
