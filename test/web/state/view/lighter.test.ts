import { createRoot, createSignal } from 'solid-js'
import { expect, it } from 'vitest'
import { type LiveContent, nothingOf } from '../../../../web/domain/graph/live-content.ts'
import { settings } from '../../../../web/settings.ts'
import { createLighter } from '../../../../web/state/view/lighter.ts'
import { graph } from '../../support/graph.ts'

const SERVICES = 20
const all = Array.from({ length: SERVICES }, (_, from) =>
  Array.from({ length: SERVICES - 1 }, (_, to) => `s${from}>s${to < from ? to : to + 1}`),
).flat()
const contentOf = (view: string, edges: readonly string[]): LiveContent => ({
  ...nothingOf(view),
  ...{ graph: graph(...edges), loaded: true },
})
const LIGHTER = all.length - settings.dense.most

it('the lighter edges of a dense view are told whether they are drawn or not', () =>
  createRoot((dispose) => {
    const [content, show] = createSignal(contentOf('containers', all))
    const [areAllShown, showAll] = createSignal(false)
    const lighter = createLighter(content, areAllShown)
    const state = () => [
      lighter.thinned().lighter.size,
      lighter.thinned().placing !== undefined,
      lighter.words()?.action,
    ]
    expect(state()).toEqual([LIGHTER, true, 'Show all'])
    const before = [...lighter.thinned().lighter]
    showAll(true)
    expect(state()).toEqual([0, false, 'Only the heaviest'])
    // The same as before, though nothing tells them apart.
    showAll(false)
    expect([...lighter.thinned().lighter]).toEqual(before)
    show(contentOf('hosts', ['s0>s1']))
    expect(state()).toEqual([0, false, undefined])
    dispose()
  }))
