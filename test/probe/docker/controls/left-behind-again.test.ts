import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createLogger } from '../../../../src/log/log.ts'
import { createLeftBehind } from '../../../../src/probe/docker/controls/exec/end-left-behind.ts'
import { visibleProcesses } from '../../../../src/probe/docker/controls/exec/end-visible.ts'
import { type ExecRecord, noExecRecords } from '../../../../src/probe/docker/controls/exec/exec-records.ts'
import type { DockerActions } from '../../../../src/probe/docker/daemon/actions.ts'
import { eventually } from '../../../support/eventually.ts'

const record: ExecRecord = {
  containerId: 'c'.repeat(64),
  tty: false,
  // A probe that has ended.
  probe: { pid: process.pid, startTicks: 1 },
}

test('what is left behind is looked for again after a retry that found nothing to do any more', async () => {
  let looks = 0
  const leftBehind = createLeftBehind(
    {
      actions: {
        execState: () => Promise.reject(Object.assign(new Error('no answer'), { code: 'ECONNRESET' })),
      } as Partial<DockerActions> as DockerActions,
      processes: visibleProcesses('/proc'),
      records: {
        ...noExecRecords,
        all: async () => new Map(++looks === 1 ? [['1'.repeat(64), record]] : []),
      },
      log: createLogger({ format: 'text', debug: false, write: () => {} }),
    },
    { firstMs: 50, longestMs: 50, random: () => 0.5 },
  )
  await leftBehind.end()
  await leftBehind.end()
  // The retry that was planned by the first is due meanwhile.
  await sleep(300)
  await leftBehind.end()
  await eventually('another look', () => looks === 3)
  leftBehind.stop()
  expect(looks).toBe(3)
})
