/**
 * Which channel has been told of which alert. It outlives the process and is shared by all of them, so that a record that
 * comes again (one channel was down, a relay said it twice, a rebalance) tells only those that do not know.
 */
export interface DeliveryRegister {
  /** Names of the channels that have it. `unavailable` when the store cannot be asked. */
  deliveredTo(alertId: string): Promise<ReadonlySet<string>>;
  /** Durable when it resolves; any number of times. */
  delivered(alertId: string, channel: string): Promise<void>;
  close(): Promise<void>;
}
