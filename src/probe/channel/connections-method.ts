import { connectionsParamsSchema, type SingleConnection } from '../../report/channel.ts'
import { handlerOf } from './handlers.ts'

/** Who follows single connections. */
export interface SingleConnectionSource {
  /**
   * The newest connections of these records, newest first.
   *
   * @returns `total` counts those left out, too
   */
  singleConnections(
    recordIds: readonly string[],
    limit: number,
  ): { readonly connections: readonly SingleConnection[]; readonly total: number }
}

/** The method `connections`. */
export const connectionsMethod = (source: SingleConnectionSource) =>
  handlerOf(connectionsParamsSchema, ({ records, limit }) => source.singleConnections(records, limit))
