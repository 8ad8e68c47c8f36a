import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'vitest'
import type { AuditDocument, AuditEntry } from '../../src/api/types.ts'
import { token } from '../../src/state/state-dir.ts'
import { ask, startTestApp, type TestApp } from '../app/start-test-app.ts'
import { processNode, report } from '../support/reports/reports.ts'
import { connectTestProbe } from '../support/scope/app-client.ts'

/** An app with a host on its map, which is attacked. */
export interface Victim {
  readonly app: TestApp
  /** The bearer token. */
  readonly token: string
  /** Entries of the audit log, newest first. */
  audited(): Promise<readonly AuditEntry[]>
  /** Somebody who may see the map looks at it, and sees it. */
  seesMap(): Promise<void>
  /** Somebody looks at the map again and again as long as the attack goes on, and sees it each time. */
  during<Result>(attack: () => Promise<Result>): Promise<Result>
}

export const startVictim = async (options: Parameters<typeof startTestApp>[0] = {}): Promise<Victim> => {
  const app = await startTestApp(options)
  const secret = await token(app.stateDir)
  const probe = await connectTestProbe({ url: localUrl(app), stateDir: app.stateDir })
  const nodes = [processNode('alpha', 1, { name: 'server' })]
  expect((await probe.post(report({ host: 'alpha', nodes, intervalMs: 60_000 }))).status).toBe(200)
  const get = (path: string) => ask(localUrl(app), { path, headers: { authorization: `Bearer ${secret}` } })
  const victim: Victim = {
    app,
    token: secret,
    async audited() {
      return (JSON.parse((await get('/api/audit?limit=1000')).text) as AuditDocument).entries
    },
    async seesMap() {
      const answer = await get('/api/topology/hosts')
      expect(answer.status).toBe(200)
      expect(Object.keys(JSON.parse(answer.text).nodes)).toContain('alpha;<host>')
    },
    async during(attack) {
      let isOver = false
      const looking = (async () => {
        do {
          await victim.seesMap()
          await pause(20)
        } while (!isOver)
      })()
      try {
        const [result] = await Promise.all([attack().finally(() => (isOver = true)), looking])
        return result
      } finally {
        isOver = true
      }
    },
  }
  return victim
}

const localUrl = ({ port }: TestApp): string => `http://127.0.0.1:${port}`

/** Sends bytes as they are over a connection of its own. @returns all that comes back until it is closed */
export const sendRaw = async (port: number, text: string | Buffer, limitMs = 30_000): Promise<string> => {
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  // What is refused may be reset before all of it has been read.
  socket.on('error', () => undefined)
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  const late = setTimeout(() => socket.destroy(new Error('not closed')), limitMs)
  socket.write(text)
  await closed
  clearTimeout(late)
  return Buffer.concat(chunks).toString('latin1')
}

/** The statuses of all answers that came back over a connection. */
export const statusesOf = (answer: string): number[] =>
  Array.from(answer.matchAll(/^HTTP\/1\.1 (\d{3}) /gm), ([, status]) => Number(status))
