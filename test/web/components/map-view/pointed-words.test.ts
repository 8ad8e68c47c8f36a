import { describe, expect, it } from 'vitest'
import { pointedLabel } from '../../../../web/components/map-view/pointed-words.ts'
import { type LiveContent, nothingOf } from '../../../../web/domain/graph/live-content.ts'
import { noPresence } from '../../../../web/domain/node/presence.ts'
import { graph, node } from '../../support/graph.ts'

const content: LiveContent = {
  ...nothingOf('containers'),
  graph: graph('web'),
  presence: { ...noPresence, goneNodes: new Map([['db', { node: node('db'), atMs: 0 }]]) },
}
const filtered: LiveContent = { ...content, query: { text: 'is:trouble', matched: 1, hidden: 3 } }
const label = (of: LiveContent, kind: 'node' | 'ghost', id: string, leftOut: readonly string[] = []) =>
  pointedLabel(
    of,
    { kind, id, at: { x: 0, y: 0 } },
    {
      pinned: new Set(['web']),
      leftOut: leftOut.map((one) => ({ id: one, what: one })),
    },
  )

describe('what is pointed at, in words', () => {
  it('is a node by its name, and that it is pinned', () =>
    expect(label(content, 'node', 'web')).toBe('web, pinned'))
  it('is a node that is gone', () => expect(label(content, 'ghost', 'db')).toBe('db is gone'))
  it('is a node that may be there, and only matches the filter no longer', () =>
    expect(label(filtered, 'ghost', 'db')).toBe('db is gone, or no longer matches'))
  it.each([
    [content, 'db is gone, or stopped'],
    [filtered, 'db is gone, stopped, or no longer matches'],
  ])('is a node that may be there, and has only become what the options hide', (of, words) =>
    expect(label(of, 'ghost', 'db', ['system', 'stopped'])).toBe(words),
  )
  it('is nothing where nothing is', () => expect(label(filtered, 'ghost', 'cache')).toBe(''))
})
