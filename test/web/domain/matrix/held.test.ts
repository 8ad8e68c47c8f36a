import { describe, expect, it } from 'vitest'
import { matrixOf } from '../../../../web/domain/matrix/cells.ts'
import { withHeldLines } from '../../../../web/domain/matrix/held.ts'
import { edge, node } from '../../support/graph.ts'

describe('lines of a matrix that are held', () => {
  it('keep their places when others join, which come last', () => {
    expect(withHeldLines(['new', 'a', 'b', 'newer', 'c'], ['a', 'b', 'c'])).toEqual([
      'a',
      'b',
      'c',
      'new',
      'newer',
    ])
  })

  it('keep the place of one that is gone', () => {
    expect(withHeldLines(['a', 'c'], ['a', 'b', 'c'])).toEqual(['a', 'b', 'c'])
  })

  it('give the place of one that is gone to one that joins, so that they do not become more and more', () => {
    expect(withHeldLines(['a', 'new', 'c'], ['a', 'b', 'c'])).toEqual(['a', 'new', 'c'])
  })

  it('do not exchange the line that is pointed at', () => {
    expect(withHeldLines(['a', 'new', 'c'], ['a', 'b', 'c'], 'b')).toEqual(['a', 'b', 'c', 'new'])
  })

  it('stay where they are when their order changes', () => {
    expect(withHeldLines(['c', 'b', 'a'], ['a', 'b', 'c'])).toEqual(['a', 'b', 'c'])
  })
})

it('a matrix that is held has its cells where they were, and those of newcomers behind', () => {
  const ids = ['api', 'db', 'new', 'web']
  const nodes = new Map(ids.map((id) => [id, node(id)]))
  const edgesOf = (edges: ReturnType<typeof edge>[]) => new Map(edges.map((one) => [one.id, one]))
  const [joined, first, second] = [edge('new', 'api'), edge('web', 'api'), edge('api', 'db')]
  const before = matrixOf({ nodes, edges: edgesOf([first, second]) }, ids, [], new Map())
  const now = matrixOf({ nodes, edges: edgesOf([joined, first, second]) }, ids, [], new Map(), { before })
  expect(now.rows).toEqual(['api', 'web', 'new'])
  expect(now.columns).toEqual(['api', 'db'])
  const places = new Map(now.cells.map(({ id, row, column }) => [id, { row, column }]))
  for (const { id, row, column } of before.cells) expect(places.get(id)).toEqual({ row, column })
})
