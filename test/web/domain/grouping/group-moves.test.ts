import { describe, expect, it } from 'vitest'
import {
  type GroupMove,
  groupClosed,
  groupOpened,
  markedOnMap,
  openedFor,
} from '../../../../web/domain/grouping/group-moves.ts'
import { node } from '../../support/graph.ts'

const at = (id: string | undefined, open?: string): GroupMove => ({
  options: { group: 'host', ...(open === undefined ? {} : { open }) },
  selected: id === undefined ? undefined : { kind: 'node', id },
})
const edge: GroupMove = { ...at(undefined), selected: { kind: 'edge', source: 'one', target: 'a' } }

describe('opening a group', () => {
  it.each([
    ['closes its card', at('one'), at(undefined, 'one')],
    ['leaves another card open', at('two'), at('two', 'one')],
    ['leaves the card of an edge open', edge, { ...edge, ...{ options: { group: 'host', open: 'one' } } }],
    ['leaves other groups open', at(undefined, 'two'), at(undefined, 'two,one')],
  ])('%s', (_, before, after) => expect(groupOpened(before, 'one')).toEqual(after))
})

describe('closing groups', () => {
  it.each([
    ['opens its card instead of that of a node within', 'one', 'one', at('a', 'one,two'), at('one', 'two')],
    ['leaves the card of a node elsewhere open', 'one', 'two', at('b', 'one,two'), at('b', 'two')],
    ['leaves the card of a node in no group open', 'one', undefined, at('c', 'one'), at('c')],
    ['opens no card where none is', 'one', undefined, at(undefined, 'one'), at(undefined)],
    ['closes all, with the card of the one around the node', undefined, 'two', at('b', 'one,two'), at('two')],
  ])('%s', (_, id, around, before, after) => expect(groupClosed(before, id, around)).toEqual(after))
})

describe('what is marked on the map', () => {
  const onMap = (id: string) => ['one', 'b'].includes(id)
  it.each([
    ['is a node of the map itself', at('b').selected, 'one', at('b').selected],
    ['is the closed group around a node', at('a').selected, 'one', at('one').selected],
    ['is what is not there, where no group around it is', at('a').selected, 'two', at('a').selected],
    ['is what is not there and in no group', at('c').selected, undefined, at('c').selected],
    ['is an edge as it is', edge.selected, 'one', edge.selected],
    ['is nothing when no card is open', undefined, 'one', undefined],
  ])('%s', (_, selected, around, marked) => expect(markedOnMap(selected, around, onMap)).toEqual(marked))
})

describe('opening a card from another card', () => {
  const closed = node('one', { group: { id: 'one', label: 'one' } })
  const member = node('a', { group: { id: 'one', label: 'one' } })
  const options = { group: 'host', open: 'two' }
  it.each([
    [
      'opens the closed group of a member that is not on the map',
      closed,
      true,
      { group: 'host', open: 'two,one' },
    ],
    ['opens no group for what is on the map, or of another view', closed, false, undefined],
    ['opens no group from a card of a node within one', member, true, undefined],
    ['opens no group from a card of what is in none', node('c'), true, undefined],
    ['opens no group from a card of what is not on the map', undefined, true, undefined],
  ])('%s', (_, from, isHere, opened) => expect(openedFor(from, isHere, options)).toEqual(opened))
})
