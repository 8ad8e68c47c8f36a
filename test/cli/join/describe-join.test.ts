import { describe, expect, it } from 'vitest'
import { describeJoin } from '../../../src/cli/join/describe-join.ts'
import type { ProbeStatusDocument } from '../../../src/probe/status-file.ts'

const url = 'http://10.0.0.5:4040'
const wordsOf = (app: Partial<ProbeStatusDocument['apps'][number]>): string => {
  const probe = { apps: [{ url, ...app }] } as unknown as ProbeStatusDocument
  const [[, words] = ['', '']] = describeJoin({ oldKeyPath: undefined } as never, [url], probe)
  return words
}

describe('what came of a join', () => {
  it('tells that all is well, and what that means', () => {
    expect(wordsOf({ state: 'ok' })).toBe(
      `${url}: it takes the reports of this machine; whoever may act there may act here, within --probe.controls`,
    )
  })

  it('tells why it failed', () => {
    expect(wordsOf({ state: 'refused', reason: 'it holds another cluster key' })).toBe(
      `${url}: PROBLEM: it holds another cluster key`,
    )
  })

  it.each(['refused', 'failed', 'away', 'ok'] as const)(
    'has nothing that a terminal acts on, whatever whoever answers there says (%s)',
    (state) => {
      const said = '\x1b]52;c;aGk=\x07\x1b[2J\x9b\u202eno\nscope: all is well'
      const words = wordsOf({ state, reason: said, distrust: said })
      expect(words).not.toMatch(/[\p{Cc}\u202e]/u)
      expect(words).toContain('all is well')
    },
  )
})
