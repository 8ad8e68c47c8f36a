import { controllables } from '../../topology/controls/controllables.ts'
import { GROUP, OPEN, REST, ungrouped } from '../../topology/grouping/grouping-options.ts'
import { placedNode } from '../../topology/node-details/placed-node.ts'
import { showEverything } from '../../topology/view/options/options.ts'
import { isView, parseOptions } from '../../topology/views.ts'
import { ApiError } from '../http/api-error.ts'
import type { Handlers } from '../http/handlers.ts'
import { answerDocument } from '../http/sending/answer-document.ts'
import type { SharedTexts } from '../http/sending/shared-texts.ts'
import { askedQuery } from '../search/asked-query.ts'
import type { Renders } from '../views/renders.ts'
import type { RefusalsFor } from './refusals-for.ts'

/** What {@link controlsHandler} needs. */
export interface ControlsHandlerOptions {
  readonly renders: Renders
  readonly refusalsFor: RefusalsFor
  readonly texts: SharedTexts
}

/** Handler of `GET /api/controls`. */
export const controlsHandler =
  ({ renders, refusalsFor, texts }: ControlsHandlerOptions): Handlers['controls'] =>
  (c) => {
    const { topology, q, ids, limit, ...given } = c.req.valid('query')
    if (!isView(topology))
      throw new ApiError(404, 'unknown_view', `there is no view ${topology.slice(0, 200)}`)
    const { [GROUP]: _, [OPEN]: __, [REST]: ___, ...options } = parseOptions(topology, given)
    const filter = askedQuery(q)
    const wanted = ids === undefined ? undefined : new Set(ids.split(',').filter((id) => id !== ''))
    const isById = wanted !== undefined && filter === undefined
    const found = isById ? [] : [...renders.get(topology, options, filter).view.nodes.values()]
    const held = renders.recentReports()
    const everything = renders.pipeline.parts(topology, { ...options, ...showEverything, ...ungrouped }, held)
    const nodes = isById
      ? [...wanted].flatMap((id) => placedNode(everything, id)?.summary ?? [])
      : found.filter(({ id }) => wanted?.has(id) ?? true)
    const refuse = refusalsFor(c.get('authentication').subject)
    const json = JSON.stringify(controllables({ nodes, everything, held, refuse, limit }))
    return answerDocument(c, texts.of(json))
  }
