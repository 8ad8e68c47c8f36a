import { connectionsParamsSchema } from '../../report/channel.ts'
import type { ConnectionsCollector } from '../connections/collector.ts'
import { handlerOf, type ReadingMethod } from './methods.ts'

/** The method `connections`: returns the individual connections behind some records. */
export const connectionsMethod = (
  collector: Pick<ConnectionsCollector, 'singleConnections'>,
): ReadingMethod =>
  handlerOf(connectionsParamsSchema, ({ records, limit }) => collector.singleConnections(records, limit))
