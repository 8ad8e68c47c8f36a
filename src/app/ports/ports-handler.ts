import type { HeldReport } from '../../topology/held-report.ts'
import { portTest } from '../../topology/ports/match-ports.ts'
import { portsOf } from '../../topology/ports/port-rows.ts'
import { showEverything } from '../../topology/view/options/options.ts'
import { parseOptions } from '../../topology/views.ts'
import type { Handlers } from '../http/handlers.ts'
import { answerDocument } from '../http/sending/answer-document.ts'
import type { SharedTexts } from '../http/sending/shared-texts.ts'
import { askedQuery } from '../search/asked-query.ts'
import type { Renders } from '../views/renders.ts'

/** What {@link portsHandler} needs. */
export interface PortsHandlerOptions {
  readonly held: () => readonly HeldReport[]
  /** Renders the views in which a query's conditions on processes and containers are evaluated. */
  readonly renders: Renders
  readonly texts: SharedTexts
}

/** Views in which the owner of a listening socket is a node, or part of one. */
const WHO = ['processes', 'containers']

/** Longer lists are made for each who asks, since many of them would take much memory. */
const MAX_REMEMBERED = 1000

/** Handler of `GET /api/ports`. */
export const portsHandler =
  ({ held, renders, texts }: PortsHandlerOptions): Handlers['ports'] =>
  (c) => {
    const { q, limit } = c.req.valid('query')
    const filter = askedQuery(q)
    const make = (): string => {
      const graphs = () => WHO.map((id) => renders.get(id, everythingIn(id)).view)
      const isAsked = filter ? portTest(filter.query, graphs, renders.pipeline.texts) : () => true
      const found = renders.pipeline.reports(held()).flatMap(portsOf).filter(isAsked)
      return JSON.stringify({ ports: found.slice(0, limit), total: found.length })
    }
    const json =
      limit > MAX_REMEMBERED ? make() : renders.once(JSON.stringify(['ports', filter?.text, limit]), make)
    return answerDocument(c, texts.of(json))
  }

const everythingIn = (viewId: string) => parseOptions(viewId, showEverything)
