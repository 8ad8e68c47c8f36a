import { offeredControls } from '../../topology/controls/controllables.ts'
import { nodeDetails } from '../../topology/details.ts'
import { type GivenOptions, isView, parseOptions, type ViewOptions } from '../../topology/views.ts'
import { VIEW_PROTOCOL } from '../../view-stream/frame.ts'
import { sightOf } from '../access/sight.ts'
import type { RefusalsFor } from '../controls/refusals-for.ts'
import { ApiError } from '../http/api-error.ts'
import type { Handlers } from '../http/handlers.ts'
import { answerDocument } from '../http/sending/answer-document.ts'
import { requireUpgrade } from '../http/sockets/require-upgrade.ts'
import { socketServer } from '../http/sockets/socket-server.ts'
import { datedSamples } from '../metrics/dated-samples.ts'
import type { MetricStore } from '../metrics/metric-store.ts'
import { parsePauseMs } from '../push/pause.ts'
import type { Push } from '../push/push.ts'
import { askedQuery } from '../search/asked-query.ts'
import { type HidingParameters, hiddenKey } from './by-hidden.ts'
import type { DetailsDocuments } from './details-documents.ts'
import { frameSource } from './frame-source.ts'
import { type Renders, renderKey } from './renders.ts'
import { viewSource } from './view-source.ts'

/** What {@link viewHandlers} needs. */
export interface ViewHandlersOptions {
  /** Returns the renders that leave out what a request has hidden. */
  readonly rendersFor: (hidden: HidingParameters) => Renders
  readonly metrics: Pick<MetricStore, 'samples'>
  readonly push: Push
  /** Encodes details. */
  readonly detailsDocuments: DetailsDocuments
  /** Which controls somebody cannot use, and why. */
  readonly refusalsFor: RefusalsFor
}

/** Clients of views have nothing to say. */
const MAX_FRAME_BYTES = 4096

const sockets = socketServer(MAX_FRAME_BYTES, VIEW_PROTOCOL)

/** Handlers of `/api/topology/{view}`, `…/{id}` and `…/ws`. */
export const viewHandlers = ({
  rendersFor,
  metrics,
  push,
  detailsDocuments,
  refusalsFor,
}: ViewHandlersOptions): Pick<Handlers, 'document' | 'details' | 'viewSocket'> => ({
  document: (c) => {
    const { q, ...given } = c.req.valid('query')
    const { viewId, options } = askedView(c.req.valid('param').view, given)
    const render = rendersFor(given).get(viewId, options, askedQuery(q))
    return answerDocument(c, render.document)
  },

  details: (c) => {
    const { view, id } = c.req.valid('param')
    const { samples, ...given } = c.req.valid('query')
    const { viewId, options } = askedView(view, given)
    const renders = rendersFor(given)
    const reports = renders.recentReports()
    const make = () =>
      nodeDetails(viewId, id, options, reports, datedSamples(metrics, samples), renders.pipeline)
    // By all facts, also where the request has some hidden: rights depend on them.
    const held = rendersFor({}).recentReports()
    const refuse = refusalsFor(c.get('authentication').subject)
    const controls = offeredControls(held, new Set([id]), refuse).get(id) ?? []
    const key = JSON.stringify([hiddenKey(given), renderKey(viewId, options), samples, id])
    const document = detailsDocuments.get(key, reports, make, controls)
    if (document === undefined)
      throw new ApiError(404, 'unknown_node', `the view ${viewId} has no node ${id.slice(0, 200)}`)
    return answerDocument(c, document)
  },

  viewSocket: (c) => {
    const { q, t, ...given } = c.req.valid('query')
    const { viewId, options } = askedView(c.req.valid('param').view, given)
    const filter = askedQuery(q)
    const pauseMs = parsePauseMs(t)
    const upgrade = requireUpgrade(c)
    const { remoteAddress } = c.env.incoming.socket
    push.checkRoom(remoteAddress)
    const what = `${hiddenKey(given)} ${renderKey(viewId, options, filter)}`
    const renders = rendersFor(given)
    const current = () => renders.get(viewId, options, filter).view
    const sight = sightOf(c.get('authentication').subject)
    upgrade.server = sockets
    upgrade.accept = (socket) => {
      const { protocol } = socket
      const source = protocol === VIEW_PROTOCOL ? frameSource(current) : viewSource(current)
      push.attach(socket, remoteAddress, { what: `${protocol} ${what}`, sight, source, pauseMs })
    }
    return c.body(null, 204)
  },
})

const askedView = (viewId: string, given: GivenOptions): { viewId: string; options: ViewOptions } => {
  if (!isView(viewId)) throw new ApiError(404, 'unknown_view', `there is no view ${viewId.slice(0, 200)}`)
  return { viewId, options: parseOptions(viewId, given) }
}
