import { describe, expect, it, test } from 'vitest'
import type { ControlUse } from '../../../../src/probe/controls/control.ts'
import { createSignalControls } from '../../../../src/probe/process/controls/signal-controls.ts'
import {
  type ProcessSignal,
  SignalError,
  type SignalFailure,
} from '../../../../src/probe/process/controls/signal-process.ts'
import {
  createSignalling,
  mayBeSignalled,
  type SignalRights,
  signalRights,
} from '../../../../src/probe/process/controls/signalling.ts'
import type { ProcessStat } from '../../../../src/probe/process/stat.ts'
import { facts } from '../../../../src/report/facts.ts'
import { processNode } from '../../../support/reports/reports.ts'

describe('what the probe may signal', () => {
  const status = (effective: string, pids: string) =>
    `Name:\tnode\nUid:\t1000\t1000\t1000\t1000\nCapEff:\t${effective}\nNSpid:\t${pids}\n`

  it.each<[string, string, string, SignalRights]>([
    ['all', '0000000000000020', '77', { uid: 1000, isForAll: true, isOwnNamespace: true }],
    ['that of its user', '0000000000000000', '77', { uid: 1000, isForAll: false, isOwnNamespace: true }],
    [
      'nothing, where proc is that of another pid namespace',
      '000001ffffffffff',
      '7711\t77',
      { uid: 1000, isForAll: true, isOwnNamespace: false },
    ],
  ])('is %s', (_what, effective, pids, rights) => {
    expect(signalRights(status(effective, pids))).toEqual(rights)
  })

  const stat: ProcessStat = {
    ...{ pid: 700_007, comm: 'web', state: 'S', ppid: 3, flags: 0, cpuTicks: 0, threads: 1 },
    ...{ startTicks: 500, residentPages: 0, stack: '' },
  }
  const root: SignalRights = { uid: 0, isForAll: true, isOwnNamespace: true }
  const ann: SignalRights = { uid: 1000, isForAll: false, isOwnNamespace: true }

  it.each<[string, SignalRights, ProcessStat, number | undefined, boolean]>([
    ['root, any process', root, stat, 33, true],
    ['root, one of unknown owner', root, stat, undefined, true],
    ['a user, their own', ann, stat, 1000, true],
    ['a user, one of another', ann, stat, 0, false],
    ['a user, one of unknown owner', ann, stat, undefined, false],
    ['root, a thread of the kernel', root, { ...stat, flags: 0x0020_0000 }, 0, false],
    ['root, the first process', root, { ...stat, pid: 1 }, 0, false],
    ['root, itself', root, { ...stat, pid: process.pid }, 0, false],
    ['root, with pids of another namespace', { ...root, isOwnNamespace: false }, stat, 0, false],
  ])('%s', (_what, rights, of, owner, expected) => {
    expect(mayBeSignalled(rights, of, owner)).toBe(expected)
  })

  it('is found out on this machine', () => {
    const { controls, offersOf } = createSignalling('/proc')
    expect(controls.map(({ id, rank }) => [id, rank])).toEqual([
      ['process_terminate', 0],
      ['process_kill', 1],
    ])
    expect(offersOf(stat, process.geteuid?.())).toEqual(['process_terminate', 'process_kill'])
    expect(offersOf({ ...stat, pid: 1 }, 0)).toEqual([])
  })
})

describe('a control that signals', () => {
  const reported = processNode('alpha', 7, { name: 'web', facts: { [facts.startTicks]: 500 } })
  const use = (node = reported): ControlUse => ({
    ...{ nodeId: node.id, node, args: {}, signal: new AbortController().signal },
  })
  const using = (send: (order: ProcessSignal) => void) => {
    const [terminate, kill] = createSignalControls({ procRoot: '/proc', send })
    if (terminate === undefined || kill === undefined) throw new Error('a control is missing')
    return { terminate, kill }
  }

  test('signals the process that was reported, and says so', async () => {
    const sent: ProcessSignal[] = []
    const { terminate, kill } = using((order) => sent.push(order))
    expect(await terminate.run(use())).toEqual({ message: 'SIGTERM was sent to web (process 7)' })
    expect(await kill.run(use())).toEqual({ message: 'SIGKILL was sent to web (process 7)' })
    const process = { pid: 7, startTicks: 500, procRoot: '/proc' }
    expect(sent).toEqual([
      { ...process, signal: 'SIGTERM' },
      { ...process, signal: 'SIGKILL' },
    ])
  })

  test('signals nothing that was reported without a start time', async () => {
    const sent: ProcessSignal[] = []
    const { kill } = using((order) => sent.push(order))
    await expect(kill.run(use(processNode('alpha', 7)))).rejects.toMatchObject({ code: 'conflict' })
    expect(sent).toEqual([])
  })

  test.each<[SignalFailure, string]>([
    ['gone', 'conflict'],
    ['not_permitted', 'not_allowed'],
    ['unsupported', 'unsupported'],
  ])('answers that the process is %s with the code %s, in the same words', async (failure, code) => {
    const { kill } = using(() => {
      throw new SignalError(failure, 'process 7 has ended')
    })
    await expect(kill.run(use())).rejects.toMatchObject({
      name: 'RequestError',
      code,
      message: 'process 7 has ended',
    })
  })
})
