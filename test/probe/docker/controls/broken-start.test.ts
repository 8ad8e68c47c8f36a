import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createLogger } from '../../../../src/log/log.ts'
import {
  type ContainerControls,
  createContainerControls,
} from '../../../../src/probe/docker/controls/container-controls.ts'
import { visibleProcesses } from '../../../../src/probe/docker/controls/exec/end-visible.ts'
import { createExecRecords } from '../../../../src/probe/docker/controls/exec/exec-records.ts'
import type { ContainerMessage } from '../../../../src/probe/docker/daemon/messages.ts'
import { containerNodeId } from '../../../../src/report/ids.ts'
import { eventually } from '../../../support/eventually.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { containerNode } from '../../../support/reports/reports.ts'
import { createLocalDaemon, membersOf } from './local-daemon.ts'

const Id = 'c'.repeat(64)
const container = { Id, Name: '/web', State: { Pid: 1, Running: true } } as unknown as ContainerMessage
const cleanUps: (() => Promise<void>)[] = []

const brokenOff = () => Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })

/** The controls of a container whose Docker can break off. @param areSeen whether the probe sees its processes */
const createBreakable = async (areSeen: boolean) => {
  const dir = await mkdtemp(join(tmpdir(), 'scope-execs-'))
  const daemon = createLocalDaemon()
  const records = createExecRecords(dir)
  const lines: string[] = []
  let askedFor = 0
  const docker = {
    /** What it waits for before it answers; it throws in place of an answer. */
    state: async () => {},
    start: async () => {},
    asked: () => askedFor,
  }
  const controls = createContainerControls({
    client: { container: async () => container },
    actions: {
      ...daemon.actions,
      async execState(execId) {
        askedFor++
        await docker.state()
        return await daemon.actions.execState(execId)
      },
      async startExec(execId) {
        await docker.start()
        return await daemon.actions.startExec(execId)
      },
    },
    processes: { ...visibleProcesses('/proc'), isInReach: async (pid) => areSeen && pid > 0 },
    clock: { nowMs: () => Date.now() },
    newKey: () => 'abc',
    records,
    log: createLogger({ format: 'text', debug: false, write: (line) => lines.push(line) }),
  })
  cleanUps.push(async () => {
    await controls.stop()
    await daemon.close()
    await rm(dir, { recursive: true })
  })
  const recorded = async () => [...(await records.all()).keys()]
  /** Runs a program. @returns what was thrown, and the id of its exec */
  const run = async () => {
    const control = controls.all.find(
      ({ id }) => id === 'docker_exec_container',
    ) as ContainerControls['all'][0]
    const args = { command: 'sleep 4320; true', tty: 'false' }
    const nodeId = containerNodeId(Id)
    const node = { ...containerNode('here', 'any'), id: nodeId }
    const use = { nodeId, node, args, signal: AbortSignal.timeout(60_000) }
    return await control.run(use).then(
      () => undefined,
      (error: Error) => error,
    )
  }
  return { controls, daemon, docker, lines, recorded, run }
}

/** That Docker has run. */
const programOf = async ({ daemon, recorded }: Awaited<ReturnType<typeof createBreakable>>) => {
  const [execId = ''] = await recorded()
  return { execId, pid: daemon.pidOf(execId) as number }
}

describeWith(['root'], 'a program whose start broke off after it had begun', () => {
  afterAll(async () => {
    for (const cleanUp of cleanUps) await cleanUp()
  })

  test.concurrent.each([
    ['seen', true],
    ['not seen', false],
  ])('is ended when Docker answers again, with processes that are %s', async (_, areSeen) => {
    const made = await createBreakable(areSeen)
    const { controls, docker, lines, recorded, run } = made
    docker.state = async () => {
      throw brokenOff()
    }
    expect(await run()).toMatchObject({ code: 'docker_unreachable' })
    const { pid } = await programOf(made)
    expect(await membersOf(pid)).toContain(pid)
    await eventually('a warning', () => lines.join('').includes('could not be ended'))
    docker.state = async () => {}
    await controls.endLeftBehind()
    expect(await membersOf(pid)).toEqual([])
    expect(await recorded()).toEqual([])
  })

  test.concurrent('is ended at once where Docker answers, and before the probe stops', async () => {
    const made = await createBreakable(false)
    const { controls, docker, recorded, run } = made
    const answers = Promise.withResolvers<void>()
    docker.state = async () => {
      docker.state = () => answers.promise
      throw brokenOff()
    }
    expect(await run()).toMatchObject({ code: 'docker_unreachable' })
    const { pid } = await programOf(made)
    expect(await membersOf(pid)).toContain(pid)
    const stopped = controls.stop()
    answers.resolve()
    await stopped
    expect(await membersOf(pid)).toEqual([])
    expect(await recorded()).toEqual([])
  })

  /** Has one begin only after its start has broken off, and gives its pid. A retry may end it at any time from then on. */
  const beginLater = async (made: Awaited<ReturnType<typeof createBreakable>>): Promise<number> => {
    const { daemon, docker, lines, run } = made
    docker.start = async () => {
      throw brokenOff()
    }
    expect(await run()).toMatchObject({ code: 'docker_unreachable' })
    docker.start = async () => {}
    await eventually('a warning', () => lines.join('').includes('may still begin'))
    const { pid } = daemon.begin((await programOf(made)).execId)
    expect(pid).toBeGreaterThan(0)
    return pid as number
  }

  test.concurrent('is ended when it has begun only after that', async () => {
    const made = await createBreakable(false)
    const pid = await beginLater(made)
    await made.controls.endLeftBehind()
    expect(await membersOf(pid)).toEqual([])
    expect(await made.recorded()).toEqual([])
  })

  test.concurrent('is ended when it has begun only after that, under a Docker that has answered all the while', async () => {
    const made = await createBreakable(false)
    const pid = await beginLater(made)
    await eventually('its end', async () => (await membersOf(pid)).length === 0)
    await eventually('the record to go', async () => (await made.recorded()).length === 0)
  })

  test.concurrent('is none that Docker has refused to run: there is nothing to end', async () => {
    const { controls, docker, lines, recorded, run } = await createBreakable(false)
    docker.start = async () => {
      throw Object.assign(new Error('container web is paused'), { statusCode: 409 })
    }
    expect(await run()).toMatchObject({ code: 'conflict' })
    expect(await recorded()).toEqual([])
    await controls.endLeftBehind()
    expect(docker.asked()).toBe(0)
    expect(lines).toEqual([])
  })
})
