import { Packr } from 'msgpackr'
import { expect } from 'vitest'
import type { Report } from '../../../src/report/schema.ts'
import { pair, processNode, report } from '../../support/reports/reports.ts'
import { connectTestProbe, type TestAnswer, type TestProbe } from '../../support/scope/app-client.ts'
import { ask, startTestApp, type TestApp } from '../start-test-app.ts'

/** What a probe that has the key may do to an app, and who watches that it does no harm. */
export interface Attack {
  readonly app: TestApp
  readonly attacker: TestProbe
  /** The view of processes; the nodes of the witness are in it. */
  map(): Promise<string>
  /** Sends a body as the attacker; whatever the answer is, the map stays and memory does, too. */
  send(body: Uint8Array, headers?: Record<string, string | undefined>): Promise<TestAnswer>
  /** Of the attacker's next report. */
  envelope(): Report['envelope']
  /** A report of the attacker's own that would be taken, but for the change. */
  changed(change: (report: Record<string, unknown>) => void): Uint8Array
}

const MIB = 1024 * 1024

export const packr = new Packr({ useRecords: false, variableMapSize: true })

/** Headers of a body that is not compressed. */
export const plain = { 'content-encoding': undefined }

/** A report of two processes that are connected, which lasts for the whole test. */
export const valid = (host: string): Report =>
  report({
    host,
    nodes: [processNode(host, 1, { name: 'client' }), processNode(host, 2, { name: 'server' })],
    connections: [pair(`${host};1`, `${host};2`, 80)],
    // With the time that passes, or the app would reckon the start of the probe anew.
    uptimeMs: 60_000 + Math.round(performance.now()),
    intervalMs: 60_000,
  })

/** An app with a witness, the host alpha, and an attacker. */
export const prepareAttack = async (): Promise<Attack> => {
  const app = await startTestApp()
  const witness = await connectTestProbe(app)
  const attacker = await connectTestProbe(app)
  expect((await witness.post(valid('alpha'))).status).toBe(200)
  const map = async (): Promise<string> => (await ask(`${app.url}/api/topology/processes`)).text
  const envelope = () => ({
    ...valid('beta').envelope,
    probeId: attacker.probeId,
    epoch: attacker.epoch,
    seq: attacker.seq + 1,
  })
  return {
    ...{ app, attacker, map, envelope },
    async send(body, headers = {}) {
      const before = await map()
      const rssBefore = process.memoryUsage.rss()
      attacker.seq += 1
      const answer = await attacker.postBody(body, headers)
      expect(process.memoryUsage.rss() - rssBefore).toBeLessThan(400 * MIB)
      expect(await map()).toBe(before)
      return answer
    },
    changed(change) {
      const loose: Record<string, unknown> = { ...structuredClone(valid('beta')), envelope: envelope() }
      change(loose)
      return packr.pack(loose)
    },
  }
}
