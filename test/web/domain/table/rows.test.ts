import { describe, expect, it } from 'vitest'
import {
  heldRowWords,
  matchingRows,
  noRowsWords,
  pressOnRow,
  rowsToSave,
  tableNodes,
} from '../../../../web/domain/table/rows.ts'
import { edge, graph, node } from '../../support/graph.ts'

const idsOf = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id)
const shop = {
  nodes: new Map(
    [node('3', { label: 'web-10' }), node('1', { label: 'web-2' }), node('2', { label: 'web-2' })].map(
      (one) => [one.id, one],
    ),
  ),
  edges: new Map([['e', edge('1', '3', { open: 4 })]]),
}

describe('rows', () => {
  it('are the nodes as people order names, equal ones always in the same order, with their connections', () => {
    const rows = tableNodes(shop)
    expect(idsOf(rows)).toEqual(['1', '2', '3'])
    expect(rows.map(({ traffic }) => traffic?.open)).toEqual([4, undefined, 4])
  })

  it.each([
    ['are all while nothing is typed', undefined, ['1', '2', '3']],
    ['are those that match what is typed', { nodes: new Set(['3', '1', 'elsewhere']) }, ['1', '3']],
    ['are none when nothing matches', { nodes: new Set<string>() }, []],
  ])('%s', (_, matches, ids) => expect(idsOf(matchingRows(tableNodes(shop), matches))).toEqual(ids))

  it.each([
    ['all, when none is marked', new Set<string>(), ['1', '2', '3']],
    ['the marked ones, as they are sorted', new Set(['3', '1']), ['1', '3']],
    ['the marked ones that are shown', new Set(['2', 'hidden']), ['2']],
    ['all that are shown, when none of them is marked', new Set(['hidden']), ['1', '2', '3']],
  ])('that are saved are %s', (_, marks, ids) =>
    expect(idsOf(rowsToSave(tableNodes(shop), marks))).toEqual(ids),
  )
})

describe('a press on a row', () => {
  const group = node('group', { group: { id: 'group', label: 'group', members: 3 } as never })
  const member = node('member', { group: { id: 'group', label: 'group', members: 3 } as never })
  const nodes = new Map([group, member, ...graph('web').nodes.values()].map((one) => [one.id, one]))
  it.each([
    ['opens the card of a node', 'web', undefined, 'select'],
    ['opens the card of a closed group first', 'group', undefined, 'select'],
    ['opens a closed group whose card is open', 'group', 'group', 'open-group'],
    ['opens no group that is open already', 'member', 'member', 'select'],
    ['that is held, although its node is gone, opens the card', 'gone', 'gone', 'select'],
  ])('%s', (_, id, selected, does) => expect(pressOnRow({ nodes }, id, selected)).toBe(does))
})

it.each([
  ['its node is gone', false, false, [], 'gone'],
  ['there is a filter', false, true, [], 'gone, or no longer matches'],
  ['its node is hidden', true, false, [], 'no longer shown'],
  ['its node is hidden, and there is a filter', true, true, [], 'no longer shown'],
  ['its node may have stopped', false, false, ['pseudo', 'stopped'], 'gone, or stopped'],
  ['its node may be unconnected', false, false, ['unconnected'], 'gone, or unconnected'],
  ['options hide what it never is', false, false, ['pseudo', 'system'], 'gone'],
  [
    'its node may have stopped, and there is a filter',
    false,
    true,
    ['stopped'],
    'gone, stopped, or no longer matches',
  ],
  ['its node is hidden, and may have stopped', true, false, ['stopped'], 'no longer shown'],
])('a row that is held under the pointer although %s says so', (_, isInView, filtered, hides, words) =>
  expect(
    heldRowWords(
      isInView,
      filtered,
      hides.map((id) => ({ id, what: id })),
    ),
  ).toBe(words),
)

it.each([
  ['is told what nothing matches', ' web ', 'Nothing matches web'],
  ['without text has no rows', undefined, 'No rows.'],
  ['with an empty text, too', '', 'No rows.'],
])('an empty table %s', (_, typed, words) => expect(noRowsWords(typed)).toBe(words))
