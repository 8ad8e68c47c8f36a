import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { createLogger } from '../../../../src/log/log.ts'
import { createContainerControls } from '../../../../src/probe/docker/controls/container-controls.ts'
import { markOf } from '../../../../src/probe/docker/controls/exec/end-inside.ts'
import { visibleProcesses } from '../../../../src/probe/docker/controls/exec/end-visible.ts'
import { createExecRecords } from '../../../../src/probe/docker/controls/exec/exec-records.ts'
import type { DockerActions } from '../../../../src/probe/docker/daemon/actions.ts'
import type { EventMessage } from '../../../../src/probe/docker/daemon/messages.ts'
import { eventually } from '../../../support/eventually.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { createLocalDaemon, membersOf } from './local-daemon.ts'

const containerId = 'c'.repeat(64)
const other = 'd'.repeat(64)
const key = 'abc'
/** A probe that has ended. */
const probe = { pid: process.pid, startTicks: 1 }

const cleanUps: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp()
})

const createControls = async (actions: Partial<DockerActions>) => {
  const dir = await mkdtemp(join(tmpdir(), 'scope-execs-'))
  const lines: string[] = []
  const records = createExecRecords(dir)
  const controls = createContainerControls({
    client: { container: async () => undefined },
    actions: actions as DockerActions,
    processes: { ...visibleProcesses('/proc'), isInReach: async () => false },
    clock: { nowMs: () => Date.now() },
    newKey: () => key,
    records,
    log: createLogger({ format: 'text', debug: false, write: (line) => lines.push(line) }),
  })
  cleanUps.push(async () => {
    await controls.stop()
    await rm(dir, { recursive: true })
  })
  const recorded = async () => [...(await records.all()).keys()]
  return { controls, lines, records, recorded }
}

/** A Docker that answers nothing before it is told to, takes its time then, and has a program that cannot be ended. */
const createSlow = async () => {
  const asked: string[] = []
  const begun = Promise.withResolvers<void>()
  let now = 0
  let most = 0
  const made = await createControls({
    async execState(execId) {
      asked.push(execId)
      most = Math.max(most, ++now)
      await begun.promise
      await sleep(20)
      now--
      return { Running: true, Pid: 1, ExitCode: null }
    },
  })
  await made.records.add('1'.repeat(64), { containerId, tty: false, probe })
  await made.records.add('2'.repeat(64), { containerId: other, tty: false, probe })
  return { ...made, asked, most: () => most, begin: () => begun.resolve() }
}

const unpaused = (id: string): EventMessage =>
  ({ Type: 'container', Action: 'unpause', Actor: { ID: id } }) as EventMessage

test('however often Docker answers again, what was left behind is ended by one run at a time', async () => {
  const { controls, asked, most, lines, begin } = await createSlow()
  const runs = [1, 2, 3, 4].map(() => controls.endLeftBehind())
  await eventually('the first request', () => asked.length > 0)
  runs.push(controls.endLeftBehind())
  begin()
  await Promise.all(runs)
  expect(most()).toBe(1)
  expect(asked).toHaveLength(4)
  expect(lines).toHaveLength(2)
})

test('what is left behind in a container is tried again after that has changed, also while a run is made', async () => {
  const { controls, asked, most, begin } = await createSlow()
  const run = controls.endLeftBehind()
  await eventually('the first request', () => asked.length > 0)
  controls.handle(unpaused(containerId))
  controls.handle(unpaused('e'.repeat(64)))
  begin()
  await run
  expect(asked).toHaveLength(3)
  controls.handle(unpaused('e'.repeat(64)))
  controls.handle(unpaused(other))
  await eventually('the next request', () => asked.length === 4)
  expect(asked).toEqual(['1', '2', '1', '2'].map((digit) => digit.repeat(64)))
  expect(most()).toBe(1)
})

describeWith(['root'], 'a program that Docker begins only after the probe was killed that had it run', () => {
  test('is ended when it has begun', async () => {
    const daemon = createLocalDaemon()
    cleanUps.push(() => daemon.close())
    const { controls, records, recorded } = await createControls(daemon.actions)
    const options = {
      argv: ['sh', '-c', 'sleep 4330; true'],
      tty: false,
      env: [markOf(key)],
      user: undefined,
    }
    const execId = await daemon.actions.createExec(containerId, options)
    await records.add(execId, { containerId, key, tty: false, probe })
    await controls.endLeftBehind()
    expect(await recorded()).toEqual([execId])
    // A retry may end it at any time from then on.
    const pid = daemon.begin(execId).pid as number
    expect(pid).toBeGreaterThan(0)
    await eventually('its end', async () => (await membersOf(pid)).length === 0)
    await eventually('the record to go', async () => (await recorded()).length === 0)
  })
})
