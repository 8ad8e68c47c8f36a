import { connectionsParamsSchema } from '../../report/channel.ts'
import type { ConnectionsCollector } from '../connections/collector.ts'
import { handlerOf } from './handlers.ts'

/** The method `connections`: returns the individual connections behind some records. */
export const connectionsMethod = (collector: Pick<ConnectionsCollector, 'singleConnections'>) =>
  handlerOf(connectionsParamsSchema, ({ records, limit }) => collector.singleConnections(records, limit))
