import { createRoot, createSignal } from 'solid-js'
import { expect, it } from 'vitest'
import { parseRoute, type Route } from '../../../../web/domain/address/route.ts'
import { type LiveContent, nothingOf } from '../../../../web/domain/graph/live-content.ts'
import { createNear } from '../../../../web/state/view/near.ts'
import { graph } from '../../support/graph.ts'

const contentOf = (view: string): LiveContent => ({
  ...nothingOf(view),
  ...{ graph: graph('web>api', 'api>db', 'db>disk'), loaded: true },
})

it('what is near a node follows the address, the chosen node and the view', () =>
  createRoot((dispose) => {
    const [all, show] = createSignal(contentOf('hosts'))
    const [chosen, choose] = createSignal<string | undefined>('web')
    const [route, setRoute] = createSignal<Route>(parseRoute('#/hosts'))
    const go = (change: Partial<Route>) => void setRoute((before) => ({ ...before, ...change }))
    const near = createNear({ all, chosen, route, go })
    const state = () => [
      [...near.content().graph.nodes.keys()].join(' '),
      near.words()?.text,
      near.isSet(),
      near.isNarrowed(),
    ]
    expect(state()).toEqual(['web api db disk', undefined, false, false])
    near.toggle(1)
    expect(state()).toEqual(['web api', 'one step from web', true, true])
    choose('db')
    expect(state()).toEqual(['web api', 'one step from web', true, true])
    near.toggle(1)
    expect(state()).toEqual(['api db disk', 'one step from db', true, true])
    near.toggle(2)
    expect(state()).toEqual(['web api db disk', 'two steps from db', true, true])
    // Another view is shown whole, and the first one narrowed again.
    show(contentOf('pods'))
    expect(state()).toEqual(['web api db disk', undefined, true, false])
    show(contentOf('hosts'))
    near.toggle(2)
    expect(state()).toEqual(['web api db disk', undefined, false, false])
    near.toggle(1)
    near.clear()
    expect([state(), route().near]).toEqual([['web api db disk', undefined, false, false], undefined])
    dispose()
  }))
