import { createRoot, createSignal } from 'solid-js'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { parseRoute, type Route } from '../../../../web/domain/address/route.ts'
import { createNetworks, type Networks } from '../../../../web/state/view/networks.ts'
import { edge, node } from '../../support/graph.ts'

const inNetworks = (id: string, value: string) =>
  node(id, { metadata: [{ id: 'docker_container_networks', label: 'Networks', value }] })
const shop = {
  nodes: new Map(
    [inNetworks('web', 'front, back'), inNetworks('db', 'back'), node('cron')].map((one) => [one.id, one]),
  ),
  edges: new Map([['web>db', edge('web', 'db')]]),
}

let dispose: () => void
let networks: Networks
let route: () => Route

beforeEach(() =>
  createRoot((end) => {
    dispose = end
    const [held, setRoute] = createSignal(parseRoute(''))
    route = held
    networks = createNetworks({
      graph: () => shop,
      options: () => held().options,
      route: held,
      go: (change) => void setRoute((before) => ({ ...before, ...change })),
    })
  }),
)
afterEach(() => dispose())

it('networks are offered, and shown when that is chosen', () => {
  expect([networks.isOffered(), networks.isShown(), networks.all()]).toEqual([true, false, []])
  networks.toggle()
  expect([networks.isShown(), networks.all().map(({ name }) => name)]).toEqual([true, ['back', 'front']])
})

it('the members of one that is pointed at are highlighted until the pointer leaves it', () => {
  networks.toggle()
  networks.point('back')
  expect(networks.pointed()).toEqual({ nodes: new Set(['web', 'db']), edges: new Set(['web>db']) })
  networks.point('front')
  // The pointer has left the one before only after it came to this one.
  networks.leave('back')
  expect([...(networks.pointed()?.nodes ?? [])]).toEqual(['web'])
  networks.leave('front')
  expect(networks.pointed()).toBeUndefined()
})

it('one stays highlighted until it is pressed again, or networks are hidden', () => {
  networks.toggle()
  networks.pin('back')
  expect([networks.pinned(), networks.held()?.nodes.size, route().network]).toEqual(['back', 2, 'back'])
  networks.pin('back')
  expect([networks.pinned(), networks.held()]).toEqual([undefined, undefined])
  networks.pin('front')
  networks.toggle()
  expect([networks.pinned(), networks.held(), route().network]).toEqual([undefined, undefined, undefined])
})
