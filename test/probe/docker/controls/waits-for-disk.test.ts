import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
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
import { openStuckDisk, type StuckDisk } from '../../../support/machine/stuck-disk.ts'
import { containerNode } from '../../../support/reports/reports.ts'
import { createLocalDaemon, membersOf } from './local-daemon.ts'

const Id = 'c'.repeat(64)
const container = { Id, Name: '/web', State: { Pid: 1, Running: true } } as unknown as ContainerMessage
const cleanUps: (() => Promise<void>)[] = []

/** The controls of a container on this machine, and a program in it that waits for a disk. */
const runWaiting = async (disk: StuckDisk, areSeen: boolean, ofBefore: boolean) => {
  const dir = await mkdtemp(join(tmpdir(), 'scope-execs-'))
  const daemon = createLocalDaemon()
  const records = createExecRecords(dir)
  const lines: string[] = []
  const controls = createContainerControls({
    client: { container: async () => container },
    actions: daemon.actions,
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
  const control = controls.all.find(({ id }) => id === 'docker_exec_container') as ContainerControls['all'][0]
  const file = basename(dir)
  const command = `${disk.enter.join(' ')} cat ${join(disk.dir, file)}; true`
  const nodeId = containerNodeId(Id)
  const node = { ...containerNode('here', 'any'), id: nodeId }
  const signal = AbortSignal.timeout(60_000)
  const { opened } = await control.run({ nodeId, node, args: { command, tty: 'false' }, signal })
  const [[execId = '', record] = []] = await records.all()
  if (record === undefined) throw new Error('there is no record')
  const pid = daemon.pidOf(execId) as number
  await eventually('it to wait', () => disk.isAskedFor(file))
  return {
    lines,
    /** How its processes are, as `/proc/PID/stat` has it. */
    states: async () =>
      await Promise.all(
        (await membersOf(pid)).map(
          async (one) => /\) (.)/.exec(await readFile(`/proc/${one}/stat`, 'latin1').catch(() => ''))?.[1],
        ),
      ),
    isGone: async () => (await membersOf(pid)).length === 0 && (await records.all()).size === 0,
    async end() {
      if (!ofBefore) return opened?.abandon()
      // As if the probe that has run it had been killed.
      await records.change(execId, { ...record, probe: { pid: process.pid, startTicks: 1 } })
      await controls.endLeftBehind()
    },
  }
}

describeWith(['root', 'fuse'], 'a program in a container that waits for a disk', () => {
  let disk: StuckDisk
  beforeAll(async () => {
    disk = await openStuckDisk()
  })
  afterAll(async () => {
    await disk?.release()
    for (const cleanUp of cleanUps) await cleanUp()
  })

  // They share the disk, and go on together.
  test('is ended when it waits no longer, without anything that tells of it', async () => {
    const all = await Promise.all([
      runWaiting(disk, true, false),
      runWaiting(disk, false, false),
      runWaiting(disk, true, true),
      runWaiting(disk, false, true),
    ])
    await Promise.all(all.map((one) => one.end()))
    for (const { lines } of all)
      await eventually('a warning', () => /could not be ended|cannot be ended/.test(lines.join('')))
    // On a busy machine a shell is not done when it is warned of.
    for (const { states } of all) await expect.poll(states).toEqual(['D'])
    await disk.release()
    for (const { isGone } of all) await eventually('its end, and its record to go', isGone)
  })
})
