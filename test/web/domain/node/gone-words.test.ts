import { expect, it } from 'vitest'
import type { MapEvent } from '../../../../src/api/types.ts'
import { goneWords } from '../../../../web/domain/node/gone-words.ts'

const event = (kind: MapEvent['kind'], at: string, id = 'a'): MapEvent => ({
  id: 1,
  at,
  kind,
  nodes: [{ view: 'containers', topology: 'container', id, label: 'web' }],
  text: '',
})
const now = Date.parse('2026-01-01T12:05:00Z')

it.each<[string, string | undefined, readonly MapEvent[] | undefined, RegExp]>([
  [
    'when it went, by its newest event',
    'web',
    [event('gone', '2026-01-01T12:02:00Z'), event('gone', '2026-01-01T11:00:00Z')],
    /^web went at \S+.*, 3 min ago\. What is shown is the last that was known\.$/,
  ],
  [
    'the name of what the page never knew',
    undefined,
    [event('gone', '2026-01-01T12:02:00Z')],
    /^web went at .*, 3 min ago\.$/,
  ],
  [
    'not when another went',
    'web',
    [event('gone', '2026-01-01T12:02:00Z', 'b'), event('restarted', '2026-01-01T12:01:00Z')],
    /^web is gone\. What is shown/,
  ],
  ['that it is gone, before events have come', 'web', undefined, /^web is gone\./],
  [
    'what may be, of what nobody knows',
    undefined,
    [],
    /^This node is not here: it has gone, or the options hide it\.$/,
  ],
])('tells %s', (_, label, events, expected) => {
  expect(goneWords({ id: 'a', label }, events, now)).toMatch(expected)
})
