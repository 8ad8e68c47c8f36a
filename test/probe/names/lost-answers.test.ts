import { type Answer, encode } from 'dns-packet'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLogger } from '../../../src/log/log.ts'
import { LostAnswers } from '../../../src/probe/names/answers/lost-answers.ts'
import type { ReceivedMessage } from '../../../src/probe/names/answers/packet.ts'
import { createNames, type Names } from '../../../src/probe/names/collector.ts'

/** A log that nobody reads. */
const silent = createLogger({ format: 'text', debug: false, write: () => {} })

/** An answer that gives the address of a name to a cgroup. */
const answerTo = (cgroupId: number, name: string, ip: string, netns = 100 + cgroupId): ReceivedMessage => {
  const answers: Answer[] = [{ name, type: 'A', ttl: 600, data: ip }]
  const message = encode({ type: 'response', id: 7, questions: [{ name, type: 'A' }], answers })
  return { cgroupId, netns, message }
}

describe('names of which answers are lost', () => {
  const BUSY = 11
  const QUIET = 12
  let nowMs: number
  let received: ReceivedMessage[]
  let lostInRing: number
  let limitation: string
  let names: Names

  const start = async (): Promise<void> => {
    names = createNames({
      ...{ dns: true, ebpf: true, procRoot: '/proc', env: {}, log: silent },
      containerOf: () => undefined,
      tenancyOf: () => undefined,
      clock: { uptimeMs: () => nowMs, nowMs: () => nowMs },
      every: () => () => {},
      watch: async () => ({
        drain(take) {
          for (const one of received.splice(0)) take(one)
        },
        lost: () => lostInRing,
        limitation,
        close() {},
      }),
    })
    await names.start(() => {})
  }
  beforeEach(async () => {
    nowMs = 1000
    received = []
    lostInRing = 0
    limitation = ''
    await start()
  })
  afterEach(() => names.stop())

  const nameFor = (cgroupId: number, ip: string, netns = 100 + cgroupId) =>
    names.askedFor({ pid: 1, startTicks: 1, comm: 'any', cgroupId, netns }, ip)
  const busy = (count: number) =>
    Array.from({ length: count }, (_, i) => answerTo(BUSY, 'busy.test', `10.0.${i >> 8}.${i & 255}`))
  const status = () => names.collect(0).status

  it('are all read of one cgroup while another gets more than are read', () => {
    received = [...busy(5000), answerTo(QUIET, 'quiet.test', '192.0.2.1')]
    expect(nameFor(QUIET, '192.0.2.1')).toBe('quiet.test')
    expect(nameFor(BUSY, '10.0.0.0')).toBe('busy.test')
    expect(nameFor(BUSY, '10.0.19.0')).toBeUndefined()
    expect(status()).toMatchObject({ counters: { answers: 1001, lost: 4000 } })
  })

  it('are read of many cgroups up to a limit for all', () => {
    received = Array.from({ length: 10 }, (_, i) =>
      Array.from({ length: 1000 }, () => answerTo(i + 11, 'a.test', '192.0.2.1')),
    ).flat()
    nameFor(QUIET, '192.0.2.1')
    expect(status()).toMatchObject({ counters: { answers: 4000, lost: 6000 } })
    nowMs += 1000
    received = [answerTo(QUIET, 'later.test', '192.0.2.2')]
    expect(nameFor(QUIET, '192.0.2.2')).toBe('later.test')
  })

  it.each([
    ['not known', 0],
    ['the topmost', 1],
  ])('are counted by cgroup, whatever its network namespaces, and by these where it is %s', (_, cgroupId) => {
    received = Array.from({ length: 3000 }, (_, i) => answerTo(BUSY, 'busy.test', '10.0.0.1', 1000 + i))
    nameFor(BUSY, '10.0.0.1')
    expect(status()).toMatchObject({ counters: { answers: 1000, lost: 2000 } })
    nowMs += 10_000
    received = [
      ...Array.from({ length: 2000 }, () => answerTo(cgroupId, 'busy.test', '10.0.0.1', 1)),
      answerTo(cgroupId, 'quiet.test', '192.0.2.1', 2),
    ]
    expect(nameFor(cgroupId, '192.0.2.1', 2)).toBe('quiet.test')
  })

  it('are told for a minute, with their number', async () => {
    expect(status()).toMatchObject({ state: 'ok', reason: '' })
    received = busy(5000)
    nameFor(BUSY, '10.0.0.0')
    const told = { state: 'degraded', reason: expect.stringContaining('(4000 were lost so far)') }
    expect(status()).toMatchObject(told)
    nowMs += 59_999
    expect(status()).toMatchObject(told)
    nowMs += 1
    expect(status()).toMatchObject({ state: 'ok', reason: '', counters: { lost: 4000 } })
    lostInRing = 7
    expect(status()).toMatchObject({
      state: 'degraded',
      reason: expect.stringContaining('(4007 were lost so far)'),
    })
    await names.stop()
    limitation = 'not all is seen'
    await start()
    expect(status()).toMatchObject({
      state: 'degraded',
      reason: expect.stringMatching(/^not all is seen; more DNS answers came/),
    })
  })

  it('are told in words that change once a minute while more are lost', () => {
    let ms = 0
    const lost = new LostAnswers(() => ms)
    const texts = Array.from({ length: 180 }, (_, second) => {
      ms = second * 1000
      return lost.tell(second + 1)
    })
    const changes = texts.flatMap((text, second) => (text === texts[second - 1] ? [] : [second]))
    expect(changes).toEqual([0, 60, 120])
    expect(texts[120]).toContain('(121 were')
  })
})
