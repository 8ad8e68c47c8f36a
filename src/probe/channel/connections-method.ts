import { connectionsParamsSchema } from '../../report/channel.ts'
import type { ConnectionsCollector } from '../connections/collector.ts'
import { handlerOf } from './handlers.ts'

/** The method `connections`: single connections of records. */
export const connectionsMethod = (collector: Pick<ConnectionsCollector, 'singleConnections'>) =>
  handlerOf(connectionsParamsSchema, ({ records, limit }) => collector.singleConnections(records, limit))
