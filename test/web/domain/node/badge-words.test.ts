import { describe, expect, it } from 'vitest'
import type { MapNode } from '../../../../web/domain/graph/graph.ts'
import { badgeHints, badgeWords } from '../../../../web/domain/node/badge-words.ts'
import { node } from '../../support/graph.ts'

const stateRow = (value: string) => [{ id: 'docker_container_state', label: 'State', value }]
const watch = (kind: 'silent' | 'partial') => ({ kind, words: 'why' })

describe('a badge in words', () => {
  it.each<[words: string | undefined, hints: readonly string[], node: Partial<MapNode>]>([
    [undefined, [], {}],
    ['unhealthy', ['unhealthy'], { state: 'unhealthy' }],
    ['exited', ['exited (exit code 137)'], { state: 'exited', metadata: stateRow('exited (exit code 137)') }],
    [
      '1 of 3 unhealthy',
      ['1 of 3 unhealthy'],
      { state: 'unhealthy', trouble: { of: 3, states: [{ state: 'unhealthy', count: 1 }] } },
    ],
    [
      '2 of 1,200 dead, 5 paused',
      ['2 of 1,200 dead, 5 paused'],
      {
        state: 'dead',
        trouble: {
          of: 1200,
          states: [
            { state: 'dead', count: 2 },
            { state: 'paused', count: 5 },
          ],
        },
      },
    ],
    ['silent', ['silent: why'], { watch: watch('silent') }],
    ['partial', ['partial: why'], { watch: watch('partial') }],
    [
      '2 of 1,200 silent',
      ['2 of 1,200 silent: why'],
      { watch: { ...watch('silent'), hosts: { count: 2, of: 1200 } } },
    ],
    [undefined, ["unverified: its probe does not hold the app's cluster key"], { verified: false }],
    [
      'partial',
      ['partial: why', "unverified: its probe does not hold the app's cluster key"],
      { watch: watch('partial'), verified: false },
    ],
    // Of what is well, the state is no badge.
    [undefined, [], { metadata: stateRow('running (healthy)') }],
  ])('%s', (words, hints, more) => {
    expect(badgeWords(node('a', more))).toBe(words)
    expect(badgeHints(node('a', more))).toEqual(hints)
  })
})
