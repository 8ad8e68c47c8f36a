import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createLogger } from '../../../../src/log/log.ts'
import { createDockerCollector } from '../../../../src/probe/docker/collector.ts'
import { createExecRecords } from '../../../../src/probe/docker/controls/exec/exec-records.ts'
import { eventually } from '../../../support/eventually.ts'

const execId = 'e'.repeat(64)
const info = { ID: 'here', Name: 'here', ServerVersion: '1', KernelVersion: '1', NCPU: 1, MemTotal: 1 }
const answers: Readonly<Record<string, unknown>> = {
  '/info': info,
  '/containers/json': [],
  '/images/json': [],
  '/networks': [],
  '/_ping': 'OK',
  [`/exec/${execId}/json`]: { Running: true, Pid: 1, ExitCode: null },
}

/** A daemon that has no containers, knows one program, and hangs on demand: then it closes no connection. */
const createDaemon = async (path: string) => {
  let hangs = false
  let asked = 0
  const server = createServer(({ url = '' }, response) => {
    const { pathname } = new URL(url, 'http://docker')
    if (hangs) return
    if (pathname.startsWith('/exec/')) asked++
    response.setHeader('content-type', 'application/json')
    if (pathname === '/events') response.flushHeaders()
    else response.end(JSON.stringify(answers[pathname] ?? null))
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  return {
    /** How often it was asked for the program. */
    asked: () => asked,
    hang(value: boolean): void {
      hangs = value
    },
    close(): void {
      server.closeAllConnections()
      server.close()
    },
  }
}

test('what could not be ended is tried again when a Docker that hung answers again', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'scope-hung-'))
  await createExecRecords(join(dir, 'execs')).add(execId, {
    ...{ containerId: 'c'.repeat(64), tty: false },
    probe: { pid: process.pid, startTicks: 1 },
  })
  const path = join(dir, 'docker.sock')
  const daemon = await createDaemon(path)
  const collector = createDockerCollector({
    clock: { uptimeMs: () => performance.now(), nowMs: () => Date.now() },
    hostId: 'here',
    log: createLogger({ format: 'text', debug: false, write: () => {} }),
    ...{ dockerHost: `unix://${path}`, env: {}, stateDir: dir },
  })
  const status = () => collector.collect(performance.now()).status
  try {
    await collector.start(() => {})
    await eventually('the first try', () => daemon.asked() > 0)
    daemon.hang(true)
    await eventually('its silence', () => status().reason.includes('does not answer'))
    const before = daemon.asked()
    daemon.hang(false)
    await eventually('the next try', () => daemon.asked() > before)
    expect(status()).toMatchObject({ counters: { connects: 1 } })
  } finally {
    await collector.stop()
    daemon.close()
    await rm(dir, { recursive: true })
  }
})
