import { describe, expect, it } from 'vitest'
import { BELOW_MOST, type Place } from '../../../../web/domain/address/route.ts'
import {
  closeTop,
  nodesOf,
  type OpenCards,
  openOnTop,
  returnTo,
} from '../../../../web/domain/card/card-stack.ts'

const node = (view: string, id: string): Place => ({ view, selected: { kind: 'node', id } })
const edge: Place = { view: 'hosts', selected: { kind: 'edge', source: 'a', target: 'b' } }
const none: OpenCards = { view: 'containers', selected: undefined, below: [] }
const opened = (...places: readonly Place[]) => places.reduce(openOnTop, none)

describe('a stack of cards', () => {
  it('grows by what is opened from the card on top, and shrinks by closing that', () => {
    const three = opened(node('containers', 'a'), node('hosts', 'a'), edge)
    expect(three).toEqual({ ...edge, below: [node('containers', 'a'), node('hosts', 'a')] })
    expect(closeTop(three)).toEqual(opened(node('containers', 'a'), node('hosts', 'a')))
    expect(closeTop(closeTop(three))).toEqual(opened(node('containers', 'a')))
    expect(closeTop(opened(node('containers', 'a')))).toEqual(none)
    expect(closeTop(none)).toEqual(none)
  })

  it('has each card once: one that is opened again comes to the top', () => {
    expect(opened(node('hosts', 'a'), edge, node('hosts', 'a'))).toEqual({
      ...node('hosts', 'a'),
      below: [edge],
    })
    expect(opened(edge, edge)).toEqual(opened(edge))
    const reversed: Place = { view: 'hosts', selected: { kind: 'edge', source: 'b', target: 'a' } }
    expect(opened(edge, reversed).below).toEqual([edge])
  })

  it('returns to any card below, and closes those above it', () => {
    const three = opened(node('hosts', 'a'), node('hosts', 'b'), node('hosts', 'c'))
    expect(returnTo(three, 0)).toEqual(opened(node('hosts', 'a')))
    expect(returnTo(three, 1)).toEqual(opened(node('hosts', 'a'), node('hosts', 'b')))
    expect(returnTo(three, 2)).toBe(three)
  })

  it('forgets the lowest of too many', () => {
    const many = opened(...Array.from({ length: BELOW_MOST + 5 }, (_, i) => node('hosts', String(i))))
    expect(many.below).toHaveLength(BELOW_MOST)
    expect(many.below[0]).toEqual(node('hosts', '4'))
  })

  it('names a node, or both ends of an edge', () => {
    expect(nodesOf(node('hosts', 'a'))).toEqual([{ view: 'hosts', id: 'a' }])
    expect(nodesOf(edge).map(({ id }) => id)).toEqual(['a', 'b'])
  })
})
