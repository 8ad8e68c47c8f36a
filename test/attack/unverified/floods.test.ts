import { generateKeyPairSync } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { defaultUnverifiedBounds, type UnverifiedBounds } from '../../../src/app/reports/unverified/limits.ts'
import { ask, startTestApp, type TestApp } from '../../app/start-test-app.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { processNode, report } from '../../support/reports/reports.ts'
import { connectTestProbe, type TestProbe } from '../../support/scope/app-client.ts'
import { askAs, NOBODY } from '../as-user.ts'

const free = { perSecond: 1e9, burst: 1e9 }
/** Without limits on the pace, so that others are reached. */
const unpaced: Partial<UnverifiedBounds> = {
  ...{ requests: free, requestsPerAddress: free, bytes: free, bytesPerAddress: free },
  ...{ newcomers: free, newcomersPerAddress: free },
}

describeWith(['root'], 'probes without the cluster key, many of them', () => {
  let app: TestApp
  afterEach(() => app.remove())
  const start = async (unverified: Partial<UnverifiedBounds>) => {
    app = await startTestApp({ address: ':0', limits: { unverified } })
  }
  const url = () => `http://127.0.0.1:${app.port}`
  const stranger = () =>
    connectTestProbe({
      ...{ url: url(), stateDir: app.stateDir, unverified: true },
      key: generateKeyPairSync('ed25519').privateKey,
    })
  const codeOf = async (answer: ReturnType<TestProbe['post']>): Promise<string> => {
    const { status, body } = await answer
    return body.error === undefined ? String(status) : `${status} ${body.error.code}`
  }
  const codesOf = async (count: number): Promise<Record<string, number>> => {
    const codes: Record<string, number> = {}
    for (let i = 0; i < count; i++) {
      const code = await codeOf((await stranger()).post(report({ host: `h${i}` })))
      codes[code] = (codes[code] ?? 0) + 1
    }
    return codes
  }
  const verifiedReports = async () => {
    const alpha = await connectTestProbe({ url: url(), stateDir: app.stateDir })
    expect(await codeOf(alpha.post(report({ host: 'alpha', nodes: [processNode('alpha', 1)] })))).toBe('200')
    const hosts = JSON.parse((await ask(`${url()}/api/topology/hosts?unconnected=show`)).text)
    expect(Object.keys(hosts.nodes)).toContain('alpha;<host>')
  }

  test('are taken up to a number, from one address and all together', async () => {
    await start({ ...unpaced, probesPerAddress: 5 })
    expect(await codesOf(8)).toEqual({ 200: 5, '503 too_many_unverified': 3 })
    await verifiedReports()
  })

  test('are taken more slowly when they are new', async () => {
    const { newcomers } = defaultUnverifiedBounds
    await start({ ...unpaced, newcomers, newcomersPerAddress: { perSecond: 0.001, burst: 4 } })
    expect(await codesOf(6)).toEqual({ 200: 4, '503 too_many_unverified': 2 })
    await verifiedReports()
  })

  test('are answered 429 when they come too fast, before anything is read', async () => {
    await start({ ...unpaced, requestsPerAddress: { perSecond: 0.001, burst: 3 } })
    const probe = await stranger()
    const codes: string[] = []
    for (let i = 0; i < 5; i++) codes.push(await codeOf(probe.post(report({ host: 'h' }))))
    expect(codes).toEqual(['200', '200', '200', '429 too_many_unverified', '429 too_many_unverified'])
    await verifiedReports()
  })

  test.each<[string, number, string]>([
    ['reports full of small things', 300, '200'],
    ['bodies that are no reports', 0, '400'],
  ])('are answered 429 when what they send costs too much: %s', async (_what, count, first) => {
    await start({ ...unpaced, bytesPerAddress: { perSecond: 1, burst: 100_000 } })
    const probe = await stranger()
    const nodes = Array.from({ length: count }, (_, i) => processNode('h', i + 1))
    const send = async (): Promise<number> => {
      if (count > 0) return (await probe.post(report({ host: 'h', nodes }))).status
      probe.seq += 1
      return (await probe.postBody(gzipSync(Buffer.alloc(20_000)))).status
    }
    expect(String(await send())).toBe(first)
    expect(await send()).toBe(429)
    await verifiedReports()
  })

  test('hold bounded room, also by changes that add to what is held', async () => {
    await start({ ...unpaced, held: { ...defaultUnverifiedBounds.held, nodes: 30 } })
    const nodes = (count: number) => Array.from({ length: count }, (_, i) => processNode('h', i + 1))
    const probe = await stranger()
    expect(await codeOf(probe.post(report({ host: 'h', nodes: nodes(20) })))).toBe('200')
    expect(await codeOf(probe.post(report({ host: 'h', nodes: nodes(40) })))).toBe('503 too_many_unverified')
    expect(await codeOf(probe.post(report({ host: 'h', nodes: nodes(10) })))).toBe('200')
    await verifiedReports()
  })

  test('may not report more than a quarter of what others may', async () => {
    await start(unpaced)
    const nodes = Array.from({ length: 5001 }, (_, i) => processNode('h', i + 1))
    expect(await codeOf((await stranger()).post(report({ host: 'h', nodes })))).toMatch(/^4\d\d too_many/)
    await verifiedReports()
  })

  test('do not make the app forget what keeps recorded reports of others from being repeated, nor whose hosts are whose', async () => {
    const knownHosts = 12
    await start({ ...unpaced, knownHosts })
    const alpha = await connectTestProbe({ url: url(), stateDir: app.stateDir })
    const told = report({ host: 'alpha' })
    expect(await codeOf(alpha.post(told))).toBe('200')
    const codes = await codesOf(knownHosts + 5)
    expect(codes).toEqual({ 200: knownHosts, '409 too_many_hosts': 5 })
    expect(await codeOf(alpha.post(told, { seq: 1 }))).not.toBe('200')
    await app.stop()
    const known = JSON.parse(await readFile(join(app.stateDir, 'app', 'known-hosts.json'), 'utf8'))
    expect(Object.keys(known)).toHaveLength(knownHosts + 1)
    expect(known.alpha).toMatchObject({ probe: alpha.probeId, verified: true })
  })

  test('get nothing from another user of the machine', async () => {
    await start({})
    const [answer] = await askAs(NOBODY, app.port, [{ method: 'POST', path: '/api/report' }])
    expect(answer?.status).toBe(401)
    const challenge = await (await fetch(`${url()}/api/report`, { method: 'POST' })).headers.get(
      'scope-challenge',
    )
    const headers = {
      'scope-challenge': String(challenge),
      'scope-probe-id': '0'.repeat(16),
      'scope-probe-epoch': '0'.repeat(16),
      'scope-probe-seq': '1',
      'scope-body-sha256': '0'.repeat(64),
    }
    const [refused] = await askAs(NOBODY, app.port, [{ method: 'POST', path: '/api/report', headers }])
    expect(refused).toMatchObject({ status: 403 })
    expect(refused?.text).toContain('only root and whoever launched Scope')
    const forwarded = { ...headers, 'x-forwarded-for': '10.0.0.9' }
    const [proxied] = await askAs(0, app.port, [{ method: 'POST', path: '/api/report', headers: forwarded }])
    expect(proxied).toMatchObject({ status: 403 })
  })
})
