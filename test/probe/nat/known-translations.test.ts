import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KnownTranslations } from '../../../src/probe/nat/known-translations.ts'
import type { Translation } from '../../../src/probe/nat/nat-source.ts'

const translation = (n: number): Translation => ({
  original: { sourceIp: '10.0.0.2', sourcePort: n, destinationIp: '10.0.0.1', destinationPort: 8080 },
  reply: { sourceIp: '10.0.1.2', sourcePort: 80, destinationIp: '10.0.0.2', destinationPort: n },
})
const came = (n: number) => ({ there: true, id: n, translation: translation(n) })
const went = (n: number) => ({ there: false, id: n, translation: translation(n) })

/** Writes down what it is told: `+1` for one that came, `-1` for one that went. */
const recorder = (max = 100) => {
  const told: string[] = []
  const known = new KnownTranslations(
    {
      added: ({ original }) => told.push(`+${original.sourcePort}`),
      removed: ({ original }) => told.push(`-${original.sourcePort}`),
    },
    max,
  )
  return { known, told }
}

describe('known translations', () => {
  it.each<[string, (known: KnownTranslations) => void, string[]]>([
    ['an event of one that came', (k) => k.apply(came(1)), ['+1']],
    ['that it came, twice', (k) => [came(1), came(1)].forEach((e) => void k.apply(e)), ['+1']],
    ['that it came and went', (k) => [came(1), went(1)].forEach((e) => void k.apply(e)), ['+1', '-1']],
    ['that it went, its coming lost', (k) => k.apply(went(1)), ['+1', '-1']],
  ])('tells of %s', (_, act, expected) => {
    const { known, told } = recorder()
    act(known)
    expect(told).toEqual(expected)
  })

  it('tells of the end of what a dump no longer names', () => {
    const { known, told } = recorder()
    for (const n of [1, 2]) known.apply(came(n))
    known.beginDump()
    known.seen(came(2))
    known.endDump(true)
    expect(told).toEqual(['+1', '+2', '-1'])
  })

  it('keeps what a dump that broke off did not name', () => {
    const { known, told } = recorder()
    known.apply(came(1))
    known.beginDump()
    known.endDump(false)
    expect(told).toEqual(['+1'])
  })

  it('takes neither one that came while the dump ran for gone, nor one that went for there', () => {
    const { known, told } = recorder()
    known.apply(came(1))
    known.beginDump()
    known.apply(came(2))
    known.apply(went(1))
    known.seen(came(1))
    known.endDump(true)
    expect(told).toEqual(['+1', '+2', '-1'])
  })

  it('holds no more than it may, and counts what it gave up', () => {
    const { known, told } = recorder(2)
    for (const n of [1, 2, 3]) known.apply(came(n))
    expect(told).toEqual(['+1', '+2', '-1', '+3'])
    expect(known.counters).toEqual({ translated: 2, added: 3, forgotten: 1 })
  })

  it('is right after the next dump, whatever events were lost', () => {
    const step = fc.record({ n: fc.integer({ min: 1, max: 5 }), lost: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step), fc.array(step), (before, during) => {
        const { known, told } = recorder()
        const there = new Set<number>()
        const turn = ({ n, lost }: { n: number; lost: boolean }) => {
          const event = there.has(n) ? went(n) : came(n)
          if (event.there) there.add(n)
          else there.delete(n)
          if (!lost) known.apply(event)
        }
        before.forEach(turn)
        known.beginDump()
        for (const n of there) known.seen(came(n))
        for (const { n } of during) turn({ n, lost: false })
        known.endDump(true)
        const held = new Set<string>()
        for (const line of told) {
          if (line.startsWith('+')) held.add(line.slice(1))
          else held.delete(line.slice(1))
        }
        expect([...held].sort()).toEqual([...there].map(String).sort())
        expect(known.counters.translated).toBe(there.size)
      }),
    )
  })
})
