import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { partStates } from '../../../src/cli/parts/parts.ts'
import { identifyProcess } from '../../../src/cli/parts/processes/process-identity.ts'
import { writeAppStatus, writeLaunchRecord } from '../../../src/cli/parts/state-files.ts'
import { lookAtContainer } from '../../../src/cli/status/container-health.ts'
import { lookAtHealth } from '../../../src/cli/status/health.ts'
import { writePlan } from '../../../src/cli/supervisor/plan.ts'
import { eventually } from '../../support/eventually.ts'

/** What a machine takes that has far more to do than it can. */
const SLOW_MS = 4000

it('an app that answers within seconds is not taken for one that hangs', async () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'scope-slow-'))
  let latestMs = 0
  const server = createServer((_request, response) => {
    const askedMs = performance.now()
    setTimeout(() => {
      latestMs = Math.max(latestMs, performance.now() - askedMs)
      response.end('{}')
    }, SLOW_MS)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  try {
    const { port } = server.address() as AddressInfo
    const localUrl = `http://127.0.0.1:${port}`
    const identity = identifyProcess(process.pid)
    if (identity === undefined) throw new Error('this process was not found')
    const startedAt = new Date(0).toISOString()
    for (const member of ['app', 'supervisor'] as const)
      writeLaunchRecord(stateDir, member, { ...identity, launchedAt: startedAt })
    writeAppStatus(stateDir, { pid: process.pid, port, urls: [localUrl], localUrl, startedAt })
    writePlan(stateDir, { app: { args: [], env: {} } })
    await eventually('answers that came no later than they were to', async () => {
      latestMs = 0
      const [health, container] = await Promise.all([
        lookAtHealth(stateDir, partStates(stateDir), Date.now()),
        lookAtContainer(stateDir, Date.now()),
      ])
      // Where this process was held up, they are too late.
      if (latestMs > SLOW_MS + 1000) return false
      expect(health).toEqual({ app: '', probe: '' })
      expect(container).toEqual({ healthy: true, words: 'app runs' })
      return true
    })
  } finally {
    server.close()
    rmSync(stateDir, { recursive: true })
  }
})
