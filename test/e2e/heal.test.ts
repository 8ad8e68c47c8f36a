import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ProbeSummary } from '../../src/api/types.ts'
import { livingRecord } from '../../src/cli/parts/parts.ts'
import { readSupervisorStatus } from '../../src/cli/supervisor/supervisor-status.ts'
import { eventually } from '../support/eventually.ts'
import { createOwnDaemon, type OwnDaemon } from '../support/machine/docker.ts'
import { startClient, startServer } from '../support/machine/network/traffic.ts'
import { describeWith } from '../support/machine/requirements.ts'
import { type RunningScope, startScope } from '../support/scope/running-scope.ts'

/** Kills a part, and waits until it was started again. */
const kill = async (scope: RunningScope, part: 'app' | 'probe'): Promise<void> => {
  const pid = await scope.pidOf(part)
  process.kill(pid, 'SIGKILL')
  await eventually(
    `the ${part} again`,
    async () => (await scope.pidOf(part)) !== pid && (await scope.scope('status')).code === 0,
    60_000,
  )
}

describeWith(['root', 'ebpf', 'docker'], 'what is killed is started again', () => {
  let scope: RunningScope
  let daemon: OwnDaemon
  let server: Awaited<ReturnType<typeof startServer>>
  let client: Awaited<ReturnType<typeof startClient>>

  const probe = async (): Promise<ProbeSummary | undefined> =>
    (await scope.get<ProbeSummary[]>('/api/probes'))[0]
  const edge = async () => {
    const hostId = (await probe())?.hostId
    const { edges } = await scope.view('processes')
    return Object.values(edges).find(
      (e) => e.source === `${hostId};${client.pid}` && e.target === `${hostId};${server.pid}`,
    )
  }
  const dockerState = async () => (await probe())?.collectors.find(({ id }) => id === 'docker')?.state

  beforeAll(async () => {
    daemon = await createOwnDaemon(true)
    process.env.DOCKER_HOST = daemon.host
    scope = await startScope()
    server = await startServer()
    client = await startClient()
  })
  afterAll(async () => {
    await client?.end()
    await server?.end()
    await scope?.stop()
    await daemon?.close()
    delete process.env.DOCKER_HOST
  })

  it('a daemon of Docker that is not there yet is waited for, and found when it comes', async () => {
    await eventually('no Docker', async () => (await dockerState()) === 'waiting')
    await daemon.start()
    await eventually('Docker', async () => (await dockerState()) === 'ok')
  })

  it('Docker comes back', async () => {
    await daemon.stop('SIGKILL')
    await eventually('the loss of Docker', async () => (await dockerState()) === 'waiting')
    await daemon.start()
    await eventually('Docker', async () => (await dockerState()) === 'ok')
  })

  it('the app comes back with the same numbers', async () => {
    await client.ask(`open 127.0.0.1 ${server.port}`)
    await client.ask('send 1000')
    await eventually('the edge', async () => (await edge())?.bytesSent === 1000)
    await kill(scope, 'app')
    expect(await eventually('the edge', edge)).toMatchObject({
      open: 1,
      opened: 1,
      bytesSent: 1000,
      bytesReceived: 1000,
    })
  })

  it('the probe comes back, finds the connection still open, and counts it from zero', async () => {
    await kill(scope, 'probe')
    const found = await eventually('the edge', async () => {
      const now = await edge()
      return now?.opened === 0 && now
    })
    expect(found).toMatchObject({ open: 1, opened: 0, bytesSent: 0 })
    expect(await scope.get<ProbeSummary[]>('/api/probes')).toHaveLength(1)
    await client.ask('send 500')
    await eventually('new bytes', async () => (await edge())?.bytesSent === 500)
  })

  it('a launch meanwhile does not fail because of the death before, however busy the supervisor is', async () => {
    const supervisor = livingRecord(scope.stateDir, 'supervisor')?.pid
    if (supervisor === undefined) throw new Error('the supervisor does not run')
    const deaths = () => readSupervisorStatus(scope.stateDir)?.parts.app?.deaths
    const before = deaths() ?? 0
    process.kill(await scope.pidOf('app'), 'SIGKILL')
    await eventually('the death to be noted', () => deaths() === before + 1)
    let launched: ReturnType<typeof scope.launch>
    process.kill(supervisor, 'SIGSTOP')
    try {
      launched = scope.launch()
      await Promise.race([launched, sleep(3000)])
    } finally {
      process.kill(supervisor, 'SIGCONT')
    }
    expect(await launched).toMatchObject({ code: 0, stderr: '' })
    expect((await scope.scope('status')).code).toBe(0)
  })
})
