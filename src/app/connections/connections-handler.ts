import type { Operations } from '../../api/operations/operations.ts'
import type { ConnectionsDocument } from '../../api/types.ts'
import { describeError, type Logger } from '../../log/log.ts'
import {
  type ConnectionsParams,
  type ConnectionsResult,
  connectionsResultSchema,
  MAX_SINGLE_CONNECTIONS,
} from '../../report/channel.ts'
import { type EdgeFlows, edgeFlows } from '../../topology/edges/edge-flows.ts'
import { type EdgeRecords, edgeRecords, processNames } from '../../topology/edges/edge-records.ts'
import type { HeldReport } from '../../topology/held-report.ts'
import type { Pipeline } from '../../topology/pipeline/pipeline.ts'
import { type GivenOptions, isView, parseOptions } from '../../topology/views.ts'
import { ChannelError } from '../channel/channel-error.ts'
import type { ProbeChannels } from '../channel/probe-channels.ts'
import { ApiError } from '../http/api-error.ts'
import type { OperationHandler } from '../http/handlers.ts'
import { answerJson } from '../http/sending/json.ts'
import type { Renders } from '../views/renders.ts'
import { type Heard, mergeAnswers } from './merge-answers.ts'

/** What {@link connectionsHandler} needs. */
export interface ConnectionsHandlerOptions {
  readonly held: () => readonly HeldReport[]
  readonly renders: Renders
  readonly channels: ProbeChannels
  /** Since when connections of these records fail; undefined when they do not. In ms since 1970. */
  readonly failingSinceMs: (records: readonly EdgeRecords[]) => number | undefined
  readonly log: Logger
}

/**
 * Handler of `GET /api/connections?view=…&edge=…`: the single connections of an edge, requested from the probes that
 * see them.
 */
export const connectionsHandler = ({
  held,
  renders,
  channels,
  failingSinceMs,
  log,
}: ConnectionsHandlerOptions): OperationHandler<Operations['connections']> => {
  const ask = async (records: EdgeRecords, person: string): Promise<Asked> => {
    const params: ConnectionsParams = { records: [...records.ids], limit: MAX_SINGLE_CONNECTIONS }
    try {
      const request = { person, method: 'connections', params }
      return { records, answer: await channels.ask(records, request, connectionsResultSchema) }
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error
      log.debug('a probe did not tell its connections', { probe: records.probeId, error })
      return { records, answer: undefined, error: describeError(error) }
    }
  }

  return async (c) => {
    const reports = held()
    const person = c.get('authentication').subject.name
    const { view, edge, ...given } = c.req.valid('query')
    const { records, flows } = askedEdge(view, edge, given, reports, renders.pipeline)
    const asked = await Promise.all(records.map((ofProbe) => ask(ofProbe, person)))
    const sinceMs = failingSinceMs(records)
    const failing = sinceMs === undefined ? {} : { failingSince: new Date(sinceMs).toISOString() }
    return answerJson(c, JSON.stringify({ ...documentOf(asked, flows, reports), ...failing }))
  }
}

interface Asked {
  readonly records: EdgeRecords
  readonly answer: ConnectionsResult | undefined
  readonly error?: string
}

const askedEdge = (
  viewId: string,
  edgeId: string,
  given: GivenOptions,
  held: readonly HeldReport[],
  pipeline: Pipeline,
): { readonly records: readonly EdgeRecords[]; readonly flows: EdgeFlows } => {
  if (!isView(viewId)) throw new ApiError(404, 'unknown_view', `there is no view ${viewId.slice(0, 200)}`)
  const options = parseOptions(viewId, given)
  const records = edgeRecords(viewId, edgeId, options, held, pipeline)
  const flows = edgeFlows(viewId, edgeId, options, held, pipeline)
  return records !== undefined && flows !== undefined
    ? { records, flows }
    : unknownEdge(`the view ${viewId} has no edge ${edgeId.slice(0, 200)}`)
}

const unknownEdge = (message: string): never => {
  throw new ApiError(404, 'unknown_edge', message, { field: 'edge' })
}

const documentOf = (
  asked: readonly Asked[],
  { flows, total: flowsTotal }: EdgeFlows,
  held: readonly HeldReport[],
): ConnectionsDocument => {
  const heard = asked.map(({ records, answer }): Heard => ({ ...records, answer }))
  const { connections, total } = mergeAnswers(heard, MAX_SINGLE_CONNECTIONS)
  const ids = connections.flatMap(({ client, server }) => [client.process, server.process])
  return {
    connections,
    total,
    processNames: processNames(
      ids.filter((id) => id !== undefined),
      held,
    ),
    flows,
    flowsTotal,
    probes: probesOf(asked),
  }
}

const probesOf = (asked: readonly Asked[]): ConnectionsDocument['probes'] =>
  [...Map.groupBy(asked, ({ records }) => records.probeId)].map(([id, ofProbe]) => {
    const error = ofProbe.find((one) => one.error !== undefined)?.error
    const hostname = ofProbe[0]?.records.hostname ?? ''
    return { id, hostname, ...(error === undefined ? {} : { error }) }
  })
