import type { HeldReport } from '../../topology/held-report.ts'
import { portTest } from '../../topology/ports/match-ports.ts'
import { portsOf } from '../../topology/ports/port-rows.ts'
import { showEverything } from '../../topology/view/options/options.ts'
import { parseOptions } from '../../topology/views.ts'
import type { Handlers } from '../http/handlers.ts'
import { answerJson } from '../http/sending/json.ts'
import { askedQuery } from '../search/asked-query.ts'
import type { Renders } from '../views/renders.ts'

/** What {@link portsHandler} needs. */
export interface PortsHandlerOptions {
  readonly held: () => readonly HeldReport[]
  /** Renders the views in which a query's conditions on processes and containers are evaluated. */
  readonly renders: Renders
}

/** Views in which the owner of a listening socket is a node, or part of one. */
const WHO = ['processes', 'containers']

/** Handler of `GET /api/ports`. */
export const portsHandler =
  ({ held, renders }: PortsHandlerOptions): Handlers['ports'] =>
  (c) => {
    const { q, limit } = c.req.valid('query')
    const filter = askedQuery(q)
    const graphs = () => WHO.map((id) => renders.get(id, everythingIn(id)).view)
    const isAsked = filter ? portTest(filter.query, graphs, renders.pipeline.texts) : () => true
    const found = renders.pipeline.reports(held()).flatMap(portsOf).filter(isAsked)
    return answerJson(c, JSON.stringify({ ports: found.slice(0, limit), total: found.length }))
  }

const everythingIn = (viewId: string) => parseOptions(viewId, showEverything)
