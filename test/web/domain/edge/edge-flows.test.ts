import { describe, expect, it } from 'vitest'
import type { EdgeFlow, FailureReasons } from '../../../../src/api/types.ts'
import { flowLines, noneCameAbout } from '../../../../web/domain/edge/edge-flows.ts'
import { reasonMeanings, reasonWords } from '../../../../web/domain/edge/failure-words.ts'

const nowMs = Date.UTC(2026, 0, 1, 12)
const none: FailureReasons = { refused: 0, timedOut: 0, unreachable: 0, outOfPorts: 0, other: 0 }
const flow = (more: Partial<EdgeFlow> = {}): EdgeFlow => ({
  client: { process: 'alpha;1', name: 'worker' },
  server: { process: 'alpha;2', name: 'redis' },
  port: 6379,
  open: 0,
  opened: 0,
  failed: 0,
  abandoned: 0,
  lastSeen: new Date(nowMs - 12_000).toISOString(),
  ...more,
})
const lines = (...flows: EdgeFlow[]) =>
  flowLines({ connections: [], total: 0, probes: [], flows, flowsTotal: flows.length }, nowMs)

describe('why connections failed', () => {
  it.each<[Partial<FailureReasons>, string]>([
    [{}, ''],
    [{ refused: 7 }, 'refused'],
    [{ outOfPorts: 1 }, 'out of local ports'],
    [{ refused: 1, timedOut: 20 }, '20 timed out, 1 refused'],
    [{ unreachable: 3, other: 3 }, '3 unreachable, 3 for another reason'],
  ])('%j: %s', (reasons, words) => expect(reasonWords({ ...none, ...reasons })).toBe(words))

  it('is explained, and no more than was met', () => {
    expect(reasonMeanings({ ...none, timedOut: 1 })).toBe('Timed out: no answer came.')
    expect(reasonMeanings(none)).toBe('')
  })
})

describe('who connects', () => {
  it.each<[Partial<EdgeFlow>, string, string | undefined]>([
    [{ open: 2, opened: 5 }, '2 open · 5 opened · 12 s ago', undefined],
    [{ abandoned: 1 }, '1 abandoned · 12 s ago', undefined],
    [
      { failed: 3, failedBy: { ...none, refused: 3 }, wanted: ['10.0.0.9:6379'] },
      '12 s ago',
      'all 3 failed: refused · wanted 10.0.0.9:6379',
    ],
    [{ failed: 1, failedBy: { ...none, timedOut: 1 } }, '12 s ago', '1 failed: timed out'],
    [{ opened: 9, failed: 2 }, '9 opened · 12 s ago', '2 failed'],
  ])('%j', (more, words, trouble) => {
    expect(lines(flow(more))).toMatchObject([{ words, trouble, port: ':6379' }])
  })

  it('is known by its ends, whatever they are called', () => {
    const outside = flow({ client: { address: '10.0.0.1', name: 'a.example' } })
    const [one, two] = lines(flow(), outside)
    expect(one?.id).toBe('alpha;1 alpha;2 6379')
    expect(two?.id).toBe('10.0.0.1 alpha;2 6379')
  })

  it.each<[Partial<EdgeFlow>[], boolean]>([
    [[], false],
    [[{}], false],
    [[{ failed: 1 }], true],
    [[{ failed: 1 }, { opened: 1 }], false],
    [[{ failed: 1, open: 1 }], false],
  ])('or nobody, ever: %j', (flows, expected) =>
    expect(noneCameAbout({ flows: flows.map((more) => flow(more)) })).toBe(expected),
  )
})
