import { describe, expect, it } from 'vitest'
import type { Place } from '../../../../web/domain/address/route.ts'
import { cardName, nameKey, planNames } from '../../../../web/domain/card/card-names.ts'
import { node } from '../../support/graph.ts'

const card = (view: string, id: string): Place => ({ view, selected: { kind: 'node', id } })
const edgeCard = (view: string, source: string, target: string): Place => ({
  view,
  selected: { kind: 'edge', source, target },
})
const shown = { view: 'containers', graph: { nodes: new Map([['a', node('a', { label: 'web' })]]) } }

describe('the names of open cards', () => {
  it('are those of the map, for nodes of its view', () => {
    const { told, untold } = planNames([card('containers', 'a'), card('hosts', 'a')], shown)
    expect([...told]).toEqual([['containers a', 'web']])
    expect(untold).toEqual([{ view: 'hosts', id: 'a' }])
  })

  it('are asked for once where the map has no such node', () => {
    const places = [edgeCard('containers', 'a', 'b'), card('containers', 'b')]
    expect(planNames(places, shown).untold).toEqual([{ view: 'containers', id: 'b' }])
  })

  it('are awaited of a map that is being opened, not asked for', () => {
    const places = [card('containers', 'a'), card('hosts', 'h')]
    const { told, untold, wanted } = planNames(places, { ...shown, graph: undefined })
    expect(told.size).toBe(0)
    expect(untold).toEqual([{ view: 'hosts', id: 'h' }])
    expect([...wanted]).toEqual(['containers a', 'hosts h'])
  })

  it('of an edge is that of both its ends, once both are known', () => {
    const names = new Map([[nameKey({ view: 'containers', id: 'a' }), 'web']])
    expect(cardName(card('containers', 'a'), names)).toBe('web')
    expect(cardName(edgeCard('containers', 'a', 'b'), names)).toBeUndefined()
    expect(cardName(card('hosts', 'a'), names)).toBeUndefined()
    names.set('containers b', 'db')
    expect(cardName(edgeCard('containers', 'a', 'b'), names)).toBe('web → db')
  })
})
