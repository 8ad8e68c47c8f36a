import { describe, expect, it } from 'vitest'
import type { QuerySummary } from '../../../../src/api/types.ts'
import {
  afterFrame,
  goingOn,
  type LiveContent,
  nothingOf,
} from '../../../../web/domain/graph/live-content.ts'
import { noPresence } from '../../../../web/domain/node/presence.ts'
import { diff, graph, node } from '../../support/graph.ts'

const times = { pulseMs: 1_000, fadeMs: 10_000, failHoldMs: 20_000, openingMs: 15_000 }
const OPENED_MS = 1_000
const later = { nowMs: OPENED_MS + times.openingMs, openedMs: OPENED_MS, asked: '?stopped=both' }
const soon = { ...later, nowMs: later.nowMs - 1 }
const loaded = (...parts: readonly string[]): LiveContent => ({
  ...nothingOf('hosts'),
  graph: graph(...parts),
  loaded: true,
  asked: later.asked,
})
const came = ({ presence }: LiveContent) => [...presence.arrivedMs.keys()]
const gone = ({ presence }: LiveContent) => [...presence.goneNodes.keys()]
const nodeChange = diff({ add: [node('c')], remove: ['b'] })

describe('a frame', () => {
  it('that is the first of a view is all there is, and nothing of it has just come', () => {
    const first = afterFrame(nothingOf('hosts'), diff({ reset: true, add: [node('a')] }), later, times)
    expect([first.view, first.loaded, [...first.graph.nodes.keys()], came(first)]).toEqual([
      'hosts',
      true,
      ['a'],
      [],
    ])
  })

  it.each([
    ['tells what came and went', later, ['c'], ['b']],
    ['tells only what came, while the view is being opened', soon, ['c'], []],
    ['tells neither, when other options were chosen', { ...later, asked: '' }, [], []],
  ])('%s', (_, moment, arrived, left) => {
    const next = afterFrame(loaded('a', 'b'), nodeChange, moment, times)
    expect([came(next), gone(next)]).toEqual([arrived, left])
    expect([[...next.graph.nodes.keys()], next.asked]).toEqual([['a', 'c'], moment.asked])
  })

  it('tells only real differences of what was sent again as a whole', () => {
    const again = diff({ reset: true, add: [node('a'), node('c')] })
    const next = afterFrame(loaded('a', 'b'), again, later, times)
    expect([came(next), gone(next)]).toEqual([['c'], ['b']])
  })

  const summary = (text: string) => ({ text, selected: 1, hidden: 2 }) as unknown as QuerySummary
  it.each([
    ['has the filter that it tells', undefined, diff({ query: summary('web') }), 'web'],
    ['keeps the filter of before, when it tells none', summary('web'), diff({ add: [node('x')] }), 'web'],
    [
      'of a new connection without a filter has none',
      summary('web'),
      diff({ reset: true, add: [] }),
      undefined,
    ],
  ])('%s', (_, before, frame, text) => {
    const held = { ...loaded('a'), ...(before && { query: before }) }
    expect(afterFrame(held, frame, later, times).query?.text).toBe(text)
  })
})

describe('content that goes on', () => {
  it('has traces of what changed while it stood still, as if it just had', () => {
    const now = goingOn(loaded('a', 'b'), loaded('a', 'c'), 5_000, times)
    expect([came(now), gone(now), now.presence.arrivedMs.get('c')]).toEqual([['c'], ['b'], 5_000])
  })

  it('has no traces of what came and went before it stood still', () => {
    const shown = loaded('a')
    const old = { ...shown, presence: { ...noPresence, arrivedMs: new Map([['a', 4_999]]) } }
    expect(came(goingOn(shown, old, 5_000, times))).toEqual([])
  })

  it('has none before a frame has come', () => {
    const nothing = nothingOf('hosts')
    expect(goingOn(loaded('a'), nothing, 5_000, times)).toBe(nothing)
  })
})
