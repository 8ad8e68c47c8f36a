import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import type { IntakeChoices } from '../../../../src/app/reports/intake/intake-choices.ts'
import { hashBody, proofHeaders, proveReport } from '../../../../src/report/proof/proof.ts'
import { REPORT_CONTENT_TYPE } from '../../../../src/report/schema.ts'
import { termsHeaderNames } from '../../../../src/report/terms.ts'
import { clusterKey } from '../../../../src/state/state-dir.ts'
import { pair, processNode, report } from '../../../support/reports/reports.ts'
import { connectTestProbe, type TestProbe } from '../../../support/scope/app-client.ts'
import { ask, eventually, startTestApp, type TestApp } from '../../start-test-app.ts'

let app: TestApp | undefined
afterEach(async () => {
  await app?.remove()
  app = undefined
})

const start = async (intake: Partial<IntakeChoices>): Promise<TestApp> => {
  app = await startTestApp({ limits: { intake } })
  return app
}

/** So many, with the one of the host itself. */
const nodesOf = (host: string, count: number) =>
  Array.from({ length: count - 1 }, (_, index) => processNode(host, index + 1))

const of = (host: string, nodes: number, parts: Parameters<typeof report>[0] = {}) =>
  report({ host, nodes: nodesOf(host, nodes), intervalMs: 60_000, ...parts })

const refused = (status: number, code: string, field?: string) => ({
  status,
  body: { error: { code, ...(field && { field }) } },
})

describe('one report', () => {
  it.each([
    ['nodes', { nodes: 3 }, of('a', 3), of('a', 4), refused(413, 'too_many', 'nodes')],
    [
      'connections',
      { connections: 1 },
      of('a', 3, { connections: [pair('a;1', 'a;2', 80)] }),
      of('a', 3, { connections: [pair('a;1', 'a;2', 80), pair('a;1', 'a;2', 81)] }),
      refused(413, 'too_many', 'connections'),
    ],
    [
      'characters of a text',
      { textLength: 600 },
      report({ host: 'a', nodes: [processNode('a', 1, { facts: { note: 'x'.repeat(600) } })] }),
      report({ host: 'a', nodes: [processNode('a', 1, { facts: { note: 'x'.repeat(601) } })] }),
      refused(413, 'too_long', 'nodes[1].facts.note'),
    ],
    [
      'bytes as sent',
      { bodyBytes: 2000 },
      of('a', 3),
      report({ host: 'a', nodes: nodesOf('a', 3), status: [], metrics: noise(300) }),
      refused(413, 'too_large'),
    ],
    [
      'bytes once decompressed',
      { decodedBytes: 4000 },
      of('a', 3),
      report({ host: 'a', nodes: [processNode('a', 1, { facts: { note: 'x'.repeat(5000) } })] }),
      refused(413, 'too_large'),
    ],
  ] as const)('may have so many %s and no more', async (_, limits, fits, over, answer) => {
    const probe = await connectTestProbe(await start(limits))
    expect(await probe.post(fits)).toMatchObject({ status: 200 })
    expect(await probe.post(over)).toMatchObject(answer)
  })

  it('that expands without end is stopped at the limit', async () => {
    const probe = await connectTestProbe(await start({ decodedBytes: 256 * 1024 }))
    probe.seq = 1
    expect(await probe.postBody(gzipSync(Buffer.alloc(100_000_000)))).toMatchObject(refused(413, 'too_large'))
  })
})

/** Samples that hardly compress. */
function noise(count: number) {
  return [
    {
      node: 'a;1',
      id: 'process_cpu_usage_percent',
      samples: Array.from({ length: count }, (_, i): [number, number] => [count - i, Math.random()]),
    },
  ]
}

describe('all reports together', () => {
  const post = async (to: TestApp, host: string, nodes: number, connections = 0) => {
    const probe = await connectTestProbe(to)
    const parts = {
      connections: Array.from({ length: connections }, (_, i) => pair(`${host};1`, `${host};1`, 80 + i)),
    }
    return { probe, answer: await probe.post(of(host, nodes, parts)) }
  }

  it('have so many nodes, whichever probe tells of them; a smaller report is taken', async () => {
    const to = await start({ nodesInAll: 10 })
    const { probe, answer } = await post(to, 'a', 6)
    expect(answer.status).toBe(200)
    const second = await post(to, 'b', 5)
    expect(second.answer).toMatchObject(refused(413, 'too_much_in_all', 'nodes'))
    expect(second.answer.body.error?.message).toContain('--app.max-nodes-total')
    expect((await second.probe.post(of('b', 4))).status).toBe(200)
    // What a report replaces does not count beside it, and a smaller one is always taken.
    expect((await probe.post(of('a', 6))).status).toBe(200)
    probe.restart()
    expect((await probe.post(of('a', 6))).status).toBe(200)
    expect((await probe.post(of('a', 7))).status).toBe(413)
    expect((await probe.post(of('a', 2))).status).toBe(200)
    expect((await second.probe.post(of('b', 8))).status).toBe(200)
  })

  it('have so many connections', async () => {
    const to = await start({ connectionsInAll: 5 })
    expect((await post(to, 'a', 2, 3)).answer.status).toBe(200)
    expect((await post(to, 'b', 2, 3)).answer).toMatchObject(refused(413, 'too_much_in_all', 'connections'))
    expect((await post(to, 'b', 2, 2)).answer.status).toBe(200)
  })

  it('have so many bytes once decompressed, told in words and in /health; a smaller report is taken', async () => {
    const reportBytesInAll = 256 * 1024
    const to = await start({ reportBytesInAll, decodedBytes: reportBytesInAll })
    const large = (host: string, notes: number) =>
      report({
        ...{ host, intervalMs: 60_000 },
        nodes: Array.from({ length: notes }, (_, i) =>
          processNode(host, i + 1, { facts: { note: 'x'.repeat(5000) } }),
        ),
      })
    const held = async () => JSON.parse((await ask(`${to.url}/health`)).text).memory.reports
    expect(await held()).toEqual({ bytes: 0, maxBytes: reportBytesInAll })
    const [one, other] = [await connectTestProbe(to), await connectTestProbe(to)]
    expect((await one.post(large('a', 30))).status).toBe(200)
    const { bytes } = await held()
    expect(bytes).toBeGreaterThan(30 * 5000)
    expect(bytes).toBeLessThan(35 * 5000)
    const over = await other.post(large('b', 30))
    expect(over).toMatchObject(refused(413, 'too_much_in_all', 'body'))
    expect(over.body.error?.message).toContain('--app.max-reports-total')
    expect(await held()).toEqual({ bytes, maxBytes: reportBytesInAll })
    expect((await other.post(large('b', 10))).status).toBe(200)
    // What it replaces does not count beside it.
    expect((await one.post(large('a', 31))).status).toBe(200)
    expect((await one.post(large('a', 45))).status).toBe(413)
    expect((await one.post(large('a', 5))).status).toBe(200)
    expect((await other.post(large('b', 30))).status).toBe(200)
  })

  it('come from so many probes', async () => {
    const to = await start({ probes: 2 })
    expect((await post(to, 'a', 2)).answer.status).toBe(200)
    expect((await post(to, 'b', 2)).answer.status).toBe(200)
    expect((await post(to, 'c', 2)).answer).toMatchObject(refused(503, 'too_many_probes'))
  })

  it.each([
    ['wait their turn where no more may be decompressed at a time', 1],
    ['are decompressed side by side where there is room', 12],
  ])('%s', async (_, atOnce) => {
    const decodedBytes = 32 * 1024 * 1024
    const to = await start({ decodedBytes, decodedBytesInAll: atOnce * decodedBytes })
    // They are no reports, which shows only once they are decompressed.
    const large = gzipSync(Buffer.alloc(decodedBytes))
    const probes = await Promise.all(Array.from({ length: 12 }, () => connectTestProbe(to)))
    const small = await connectTestProbe(to)
    const first = [...probes, small].map((probe, i) => probe.post(of(`host-${i}`, 2)))
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual(Array(13).fill(200))
    const answered: string[] = []
    const answers = probes.map(async (probe) => {
      probe.seq += 1
      const answer = await probe.postBody(large)
      answered.push('large')
      return answer.status
    })
    // All of them have been received by then.
    await Promise.race(answers)
    expect((await small.post(of('host-12', 3))).status).toBe(200)
    answered.push('small')
    expect(await Promise.all(answers)).toEqual(Array(12).fill(400))
    // Two answers that come at the same time may be read in either order.
    const before = answered.indexOf('small')
    if (atOnce === 1) expect(before).toBeGreaterThanOrEqual(11)
    else expect(before).toBeLessThan(11)
  })

  it('have so many bytes while they are received', async () => {
    const to = await start({ bodyBytesInAll: 1000 })
    const probe = await connectTestProbe(to)
    expect((await probe.post(of('a', 2))).status).toBe(200)
    expect(await probe.post(of('a', 2, { metrics: noise(300) }))).toMatchObject(refused(503, 'busy'))
  })
})

describe('posts', () => {
  const answersOf = async (probe: TestProbe, count: number): Promise<number[]> => {
    const statuses: number[] = []
    for (let i = 0; i < count; i++) statuses.push((await probe.post(of('a', 2))).status)
    return statuses
  }

  it('of one probe come so often; others are not kept out, and it is taken again later', async () => {
    const to = await start({ postsPerSecond: 1 })
    const [greedy, other] = [await connectTestProbe(to), await connectTestProbe(to)]
    const statuses = await answersOf(greedy, 100)
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(0)
    // On a busy machine a second may pass before the next one, which is taken then.
    await eventually(async () => {
      const late = await greedy.post(of('a', 2))
      expect(late).toMatchObject(refused(429, 'too_many_posts'))
      expect(late.headers.get('retry-after')).toBe('1')
    })
    expect((await other.post(of('b', 2))).status).toBe(200)
    await eventually(async () => expect((await greedy.post(of('a', 2))).status).toBe(200))
  })

  it('of all probes together come so often', async () => {
    const to = await start({ postsPerSecondInAll: 1 })
    const [one, other] = [await connectTestProbe(to), await connectTestProbe(to)]
    expect((await other.post(of('b', 2))).status).toBe(200)
    expect(await answersOf(one, 100)).toContain(429)
    await eventually(async () => {
      expect((await one.post(of('a', 2))).status).toBe(429)
      expect((await other.post(of('b', 2))).status).toBe(429)
    })
  })

  it('that somebody else signs do not count for the probe that they name', async () => {
    const to = await start({ postsPerSecond: 1 })
    const probe = await connectTestProbe(to)
    expect((await probe.post(of('a', 2))).status).toBe(200)
    const forger = await connectTestProbe(to)
    for (let i = 0; i < 30; i++) {
      const answer = await forger.postBody(Buffer.from('x'), { [proofHeaders.probeId]: probe.probeId })
      expect([400, 403]).toContain(answer.status)
    }
    expect((await probe.post(of('a', 2))).status).toBe(200)
  })
})

describe('what an app tells', () => {
  it('its readers in GET /api, and a probe that proves itself in the answer', async () => {
    const to = await start({
      ...{ nodes: 10, textLength: 600, postsPerSecond: 3, probes: 7, nodesInAll: 70 },
    })
    const details = JSON.parse((await ask(`${to.url}/api`)).text)
    expect(details.limits).toMatchObject({
      ...{ nodes: 10, metrics: 30, listeners: 5, valueLength: 600, nameLength: 600, postsPerSecond: 3 },
    })
    expect(details.limitsInAll).toMatchObject({
      ...{ probes: 7, nodes: 70, connections: 1_000_000, reportBytes: 1024 ** 3 },
    })

    const probe = await connectTestProbe(to)
    const { headers } = await probe.postBody(new Uint8Array([1]), { [proofHeaders.challenge]: 'x' })
    const subject = {
      challenge: headers.get(proofHeaders.challenge) ?? '',
      ...{ probeId: probe.probeId, epoch: probe.epoch, seq: 1, bodySha256: hashBody(new Uint8Array()) },
    }
    const proofs = proveReport(subject, probe.key, await clusterKey(to.stateDir))
    const answer = await ask(`${to.url}/api/report`, {
      method: 'POST',
      headers: { 'content-type': REPORT_CONTENT_TYPE, ...proofs },
    })
    expect(answer.status).toBe(204)
    expect(JSON.parse(String(answer.headers[termsHeaderNames.limits]))).toEqual(details.limits)
    expect(answer.headers[termsHeaderNames.takes]).toBe('absorbed,cut-texts,goodbye,zstd')
  })
})
