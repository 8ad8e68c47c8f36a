import { describe, expect, it } from 'vitest'
import { type Matrix, matrixOf } from '../../../../web/domain/matrix/cells.ts'
import {
  cellAt,
  cellWords,
  isSamePair,
  labelsOf,
  openedEdge,
  pairAt,
  placeOf,
} from '../../../../web/domain/matrix/pairs.ts'
import { edge, graph } from '../../support/graph.ts'

const shown = graph('web>api', 'api>db')
const matrix: Matrix = matrixOf(shown, ['web', 'api', 'db'], [], new Map())

describe('a cell', () => {
  it.each([
    [{ row: 0, column: 0 }, { client: 'web', server: 'api' }, 'web>api'],
    [{ row: 0, column: 1 }, { client: 'web', server: 'db' }, undefined],
    [{ row: 1, column: 1 }, { client: 'api', server: 'db' }, 'api>db'],
  ])('at %o is of %o', (at, pair, id) => {
    expect(pairAt(matrix, at)).toEqual(pair)
    expect(placeOf(matrix, pair)).toEqual(at)
    expect(cellAt(matrix, at)?.id).toBe(id)
  })

  it.each([
    ['of nobody', undefined],
    ['of one that calls nobody', { client: 'db', server: 'api' }],
    ['of one that nobody calls', { client: 'api', server: 'web' }],
    ['of one that is gone', { client: 'gone', server: 'api' }],
  ])('%s is nowhere', (_, pair) => expect(placeOf(matrix, pair)).toBeUndefined())

  it('is none where nobody is', () => expect(cellAt(matrix, undefined)).toBeUndefined())
})

it.each([
  [{ client: 'a', server: 'b' }, { client: 'a', server: 'b' }, true],
  [{ client: 'a', server: 'b' }, { client: 'b', server: 'a' }, false],
  [{ client: 'a', server: 'b' }, undefined, false],
  [undefined, undefined, true],
])('%o and %o are the same: %s', (a, b, same) => expect(isSamePair(a, b)).toBe(same))

describe('what a press on a cell opens', () => {
  const [before, now] = [edge('web', 'api'), edge('web', 'api', { open: 2 })]
  const here = { client: 'web', server: 'api' }
  it.each([
    ['is what the cell has', before, here, now, now],
    ['is what it had last, when that has just gone', before, here, undefined, before],
    ['is not what another cell had', before, { client: 'web', server: 'db' }, undefined, undefined],
    ['is nothing where nobody is', before, undefined, undefined, undefined],
    ['is nothing in a cell that was always empty', undefined, here, undefined, undefined],
  ])('%s', (_, held, pair, edgeNow, opened) => expect(openedEdge(held, pair, edgeNow)).toBe(opened))
})

it('a line that is held has the label of its node when that is gone, and another one no more', () => {
  const nodes = new Map([['api', { label: 'the api' }]])
  const before = new Map([
    ['web', 'the web'],
    ['old', 'no line any more'],
  ])
  expect([...labelsOf(matrix, nodes, before)]).toEqual([
    ['web', 'the web'],
    ['api', 'the api'],
    ['db', ''],
  ])
})

it.each([
  [edge('web', 'api', { open: 3, opened: 5 }), 'web to api, 3 open, 5 opened'],
  [undefined, 'web does not call api'],
])('a screen reader is told %#', (one, words) => expect(cellWords('web', 'api', one)).toBe(words))
