import { createRoot, createSignal } from 'solid-js'
import { expect, it } from 'vitest'
import { parseRoute } from '../../../../web/domain/address/route.ts'
import { type LiveContent, nothingOf } from '../../../../web/domain/graph/live-content.ts'
import { noPresence } from '../../../../web/domain/node/presence.ts'
import { createHubs } from '../../../../web/state/view/hubs.ts'
import { graph, node } from '../../support/graph.ts'

const SERVICES = 40
const chain = Array.from({ length: SERVICES }, (_, at) => `s${at}>s${at + 1}`)
const asked = Array.from({ length: SERVICES }, (_, at) => `monitor>s${at}`)
const contentOf = (edges: readonly string[], gone: readonly string[] = []): LiveContent => ({
  ...nothingOf('containers'),
  ...{ graph: graph(...edges), loaded: true },
  presence: { ...noPresence, goneNodes: new Map(gone.map((id) => [id, { node: node(id), atMs: 0 }])) },
})

it('a hub that was hidden stays so while it fades', () =>
  createRoot((dispose) => {
    const [all, show] = createSignal(contentOf([...chain, ...asked]))
    const hubs = createHubs({ all, route: () => ({ ...parseRoute(''), hubs: 'hide' }), go: () => {} })
    const shown = () => [...hubs.content().presence.goneNodes.keys()]
    expect([hubs.words(), hubs.content().graph.nodes.has('monitor')]).toEqual(['1 hub hidden', false])
    show(contentOf(chain, ['monitor', 's99']))
    expect([hubs.words(), shown()]).toEqual(['no hub to hide', ['s99']])
    show(contentOf(chain, ['monitor', 's98']))
    expect(shown()).toEqual(['s98'])
    // Once it has faded, another node of this name is one like any.
    show(contentOf(chain))
    show(contentOf(chain, ['monitor']))
    expect(shown()).toEqual(['monitor'])
    dispose()
  }))
