import type { Context } from 'hono'
import { detailsQuerySchema } from '../../api/parameters.ts'
import { nodeDetails } from '../../topology/details.ts'
import type { RenderContext } from '../../topology/render.ts'
import { isView, parseOptions, type ViewOptions } from '../../topology/views.ts'
import { ApiError } from '../http/api-error.ts'
import type { AppEnv } from '../http/env.ts'
import { answerJson } from '../http/json.ts'
import { parseQuery } from '../http/parse-query.ts'
import { requireUpgrade } from '../http/require-upgrade.ts'
import { datedSamples } from '../metrics/dated-samples.ts'
import type { MetricStore } from '../metrics/metric-store.ts'
import { parsePauseMs } from '../push/pause.ts'
import type { Push } from '../push/push.ts'
import { askedQuery } from '../search/asked-query.ts'
import { type Renders, renderKey } from './renders.ts'
import { viewSource } from './view-source.ts'

/** What {@link viewHandlers} needs. */
export interface ViewHandlersOptions {
  /** As `renders` makes views with. */
  readonly context: RenderContext
  readonly renders: Renders
  readonly metrics: MetricStore
  readonly push: Push
}

/** Handlers of `/api/topology/{view}`, `…/{id}` and `…/ws`. */
export const viewHandlers = ({ context, renders, metrics, push }: ViewHandlersOptions) => ({
  document: (c: Context<AppEnv>): Response => {
    const { viewId, options } = askedView(c)
    return answerJson(c, renders.get(viewId, options, askedQuery(c.req.query('q'))).document())
  },

  details: (c: Context<AppEnv>): Response => {
    const { viewId, options } = askedView(c)
    const id = c.req.param('id') ?? ''
    const { samples } = parseQuery(c, detailsQuerySchema)
    const node = nodeDetails(
      viewId,
      id,
      options,
      renders.recentReports(),
      datedSamples(metrics, samples),
      context,
    )
    if (node === undefined)
      throw new ApiError(404, 'unknown_node', `the view ${viewId} has no node ${id.slice(0, 200)}`)
    return answerJson(c, JSON.stringify({ node }))
  },

  socket: (c: Context<AppEnv>): Response => {
    const { viewId, options } = askedView(c)
    const filter = askedQuery(c.req.query('q'))
    const pauseMs = parsePauseMs(c.req.query('t'))
    const upgrade = requireUpgrade(c)
    push.checkRoom()
    const key = renderKey(viewId, options, filter)
    const source = viewSource(renders, viewId, options, filter)
    upgrade.accept = (socket) => push.attach(socket, key, source, pauseMs)
    return c.body(null, 204)
  },
})

const askedView = (c: Context<AppEnv>): { viewId: string; options: ViewOptions } => {
  const viewId = c.req.param('view') ?? ''
  if (!isView(viewId)) throw new ApiError(404, 'unknown_view', `there is no view ${viewId.slice(0, 200)}`)
  return { viewId, options: parseOptions(viewId, c.req.query()) }
}
