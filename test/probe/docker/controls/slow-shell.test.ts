import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createLogger } from '../../../../src/log/log.ts'
import {
  type ContainerControls,
  createContainerControls,
} from '../../../../src/probe/docker/controls/container-controls.ts'
import { markOf } from '../../../../src/probe/docker/controls/exec/end-inside.ts'
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
const key = 'abc'
/** What the log has of each try. */
const TRIED = /could not be ended;|still cannot be ended|did not let a program be ended/
const cleanUps: (() => Promise<void>)[] = []

/** The controls of a container on this machine, in which a shell does nothing until it may go on. */
const createControls = async () => {
  const dir = await mkdtemp(join(tmpdir(), 'scope-execs-'))
  const mayGoOn = join(dir, 'go')
  const wait = `while [ ! -e ${mayGoOn} ]; do sleep 0.2; done; exec sh "$@"`
  const daemon = createLocalDaemon({ shell: ['sh', '-c', wait, 'sh'] })
  const records = createExecRecords(join(dir, 'execs'))
  const lines: string[] = []
  const controls = createContainerControls({
    client: { container: async () => container },
    actions: daemon.actions,
    processes: { ...visibleProcesses('/proc'), isInReach: async () => false },
    clock: { nowMs: () => Date.now() },
    newKey: () => key,
    records,
    log: createLogger({ format: 'text', debug: true, write: (line) => lines.push(line) }),
  })
  cleanUps.push(async () => {
    await controls.stop()
    await daemon.close()
    await rm(dir, { recursive: true })
  })
  return { controls, daemon, records, lines, goOn: () => writeFile(mayGoOn, '') }
}

/** A program that somebody has run and left. */
const runAndLeave = async ({ controls, daemon, records }: Awaited<ReturnType<typeof createControls>>) => {
  const control = controls.all.find(({ id }) => id === 'docker_exec_container') as ContainerControls['all'][0]
  const nodeId = containerNodeId(Id)
  const node = { ...containerNode('here', 'any'), id: nodeId }
  const args = { command: '["sleep","4340"]', tty: 'false' }
  const { opened } = await control.run({ nodeId, node, args, signal: AbortSignal.timeout(60_000) })
  const [execId = ''] = (await records.all()).keys()
  opened?.abandon()
  return daemon.pidOf(execId) as number
}

/** A program that a killed probe has left behind. */
const leaveBehind = async ({ controls, daemon, records }: Awaited<ReturnType<typeof createControls>>) => {
  const options = { argv: ['sleep', '4341'], tty: false, env: [markOf(key)], user: undefined }
  const execId = await daemon.actions.createExec(Id, options)
  await daemon.actions.startExec(execId)
  await records.add(execId, {
    ...{ containerId: Id, key, tty: false },
    probe: { pid: process.pid, startTicks: 1 },
  })
  void controls.endLeftBehind()
  return daemon.pidOf(execId) as number
}

describeWith(
  ['root'],
  'a shell that is to end a program in a container, and waits itself, as for a disk',
  () => {
    afterAll(async () => {
      for (const cleanUp of cleanUps) await cleanUp()
    })

    test.concurrent.each([
      ['that was left', runAndLeave],
      ['of a probe before', leaveBehind],
    ])(
      'is waited for, and another one ends the program %s, without anything that tells of it',
      async (_, leave) => {
        const made = await createControls()
        const pid = await leave(made)
        await eventually('a second try', () => made.lines.filter((line) => TRIED.test(line)).length >= 2)
        expect(await membersOf(pid)).toHaveLength(1)
        // No further shell waits beside the first.
        expect(made.daemon.asked().filter((line) => line.startsWith('sh -c'))).toHaveLength(1)
        await made.goOn()
        await eventually('its end', async () => (await membersOf(pid)).length === 0)
        await eventually('its record to go', async () => (await made.records.all()).size === 0)
      },
    )
  },
)
