import { type ChildProcess, spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { MAX_DATA_BYTES } from '../../../src/channel/frames.ts'
import type { Chunk } from '../../../src/channel/stream.ts'
import type { ChannelAnswer } from '../../../src/report/channel.ts'
import { CONTROL_METHOD } from '../../../src/report/control/control.ts'
import type { ControlKind } from '../../../src/report/control/control-kind.ts'
import { hostNodeId, processNodeId } from '../../../src/report/ids.ts'
import { signOrder } from '../../../src/report/proof/order.ts'
import { eventually } from '../../support/eventually.ts'
import { quietLogin } from '../../support/machine/quiet-login.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { startOf } from '../../support/run/run.ts'
import { type RogueApp, type RogueChannel, startRogueApp } from './rogue-app.ts'
import { startVictim, type Victim } from './victim.ts'

// An app that holds all its keys and is in the hands of somebody else. The probe then decides alone.

const clusterKey = Buffer.alloc(32, 5)
const appKey = generateKeyPairSync('ed25519').privateKey
const { passwdPath, remove: removeLogin } = quietLogin()
let rogue: RogueApp
let victim: Victim
let sleeper: ChildProcess

beforeEach(async () => {
  rogue = await startRogueApp({ clusterKey, appKey })
  sleeper = spawn('sleep', ['600'])
  await once(sleeper, 'spawn')
})
afterEach(async () => {
  await victim.remove()
  await rogue.close()
  sleeper.kill('SIGKILL')
})
afterAll(removeLogin)

const channelWith = async (controls: ControlKind[]): Promise<RogueChannel> => {
  victim = await startVictim({ host: 'victim', appUrls: [rogue.url], clusterKey, controls, passwdPath })
  return eventually('a channel', () => rogue.channels.at(-1))
}
const answerTo = (channel: RogueChannel, id: number): Promise<ChannelAnswer> =>
  eventually(`the answer to ${id}`, () => channel.answers.find((answer) => answer.id === id))
/** Uses a control, and gives the answer. */
const use = (channel: RogueChannel, type: 'request' | 'open', control: string, nodeId: string) =>
  answerTo(channel, channel.order(type, CONTROL_METHOD, { control, nodeId, args: {} }))
const host = hostNodeId('victim')
const processOf = (pid: number | undefined): string => processNodeId('victim', pid ?? 0)

interface Shell {
  readonly pid: string
  /** Of its stream. */
  readonly id: number
  /** Waits until a text is shown. */
  shows(text: string): Promise<unknown>
}

/** Opens a shell on the host. */
const openShell = async (channel: RogueChannel): Promise<Shell> => {
  const { id } = await use(channel, 'open', 'host_exec', host)
  const stream = await eventually('the stream', () => channel.opened[0])
  let shown = ''
  stream.on('data', ({ bytes }: Chunk) => {
    shown += Buffer.from(bytes).toString()
  })
  stream.write({ lane: 'in', bytes: Buffer.from('echo "pid is <$$>"\n') })
  return {
    id,
    pid: await eventually('its pid', () => /pid is <(\d+)>/.exec(shown)?.[1]),
    shows: (text) => eventually(text, () => shown.includes(text)),
  }
}
/** Whoever has ended may wait for another process to take its exit code. */
const lives = (pid: string): boolean => startOf(Number(pid)) !== undefined
const audited = (action: string) =>
  eventually('the entry', () => victim.audited().find((entry) => entry.action === action))

describeWith(['root'], 'an app that somebody has taken over', () => {
  test('gets no more than the probe allows, on what it reported, and never on Scope', async () => {
    const channel = await channelWith(['process'])
    const asked = [
      ['open', 'host_exec', host, 'unknown_control'],
      ['request', 'host_shell', host, 'unknown_control'],
      ['request', 'process_kill', processOf(process.pid), 'not_allowed'],
      ['request', 'process_kill', processOf(4_000_000), 'unknown_node'],
      ['request', 'process_kill', host, 'not_allowed'],
      ['open', 'process_kill', processOf(sleeper.pid), 'invalid_order'],
      ['request', 'make_coffee', host, 'unknown_control'],
    ] as const
    for (const [type, control, nodeId, code] of asked)
      expect(await use(channel, type, control, nodeId)).toMatchObject({ error: { code } })
    expect(sleeper.exitCode ?? sleeper.signalCode).toBeNull()
    expect(victim.audited().filter(({ result }) => result === 'refused')).toHaveLength(asked.length)
    expect(victim.audited()).toContainEqual(
      expect.objectContaining({
        action: 'process_kill',
        target: processOf(process.pid),
        reason: expect.stringContaining('is Scope itself'),
      }),
    )
  })

  test.each<[string, (channel: RogueChannel, shell: Shell) => unknown, string]>([
    [
      'sends more than the credit of the stream',
      async ({ sendFrame, opened }, { id, shows }) => {
        // The shell then reads nothing.
        opened[0]?.write({
          lane: 'in',
          bytes: Buffer.from('stty raw -echo; echo it is "dea"f; sleep 1000\n'),
        })
        await shows('it is deaf')
        const parts = [Buffer.alloc(MAX_DATA_BYTES, ' ')]
        for (let i = 0; i < 100; i++) sendFrame({ type: 'data', id, lane: 'in', parts })
      },
      'more was sent on a stream than its credit allows',
    ],
    [
      'sends on a stream that is not there',
      ({ sendFrame }) => sendFrame({ type: 'data', id: 999, lane: 'in', parts: [Buffer.of(1)] }),
      'came on the stream 999, which is not open',
    ],
    [
      'gives credit for nothing',
      ({ sendFrame }, { id }) => sendFrame({ type: 'credit', id, bytes: 200_000 }),
      'more credit than was used',
    ],
    [
      'sends an order that is not signed',
      ({ sendFrame }) => sendFrame({ type: 'open', order: Buffer.alloc(200) }),
      "an order is not signed by the app's key",
    ],
  ])('loses its channel and its shell when it %s, which is written down', async (_what, act, reason) => {
    const channel = await channelWith(['host'])
    const shell = await openShell(channel)
    const { pid } = shell
    expect(lives(pid)).toBe(true)
    const closed = once(channel.socket, 'close')
    await act(channel, shell)
    expect((await closed)[0]).toBe(1008)
    await eventually('the shell to end', () => !lives(pid))
    expect(await audited('host_exec')).toMatchObject({
      who: 'anna',
      from: rogue.url,
      target: host,
      result: 'done',
    })
    expect(await audited('host_exec:end')).toMatchObject({
      ...{ result: 'done', reason: 'the app has gone' },
      durationMs: expect.any(Number),
    })
    expect(victim.audited()).toContainEqual(
      expect.objectContaining({
        action: 'refused',
        target: 'order',
        reason: expect.stringContaining(reason),
      }),
    )
  })

  test('leaves no shell behind when it goes', async () => {
    const channel = await channelWith(['host'])
    const { pid } = await openShell(channel)
    channel.socket.terminate()
    await eventually('the shell to end', () => !lives(pid))
    expect(await audited('host_exec:end')).toMatchObject({ reason: 'the app has gone' })
  })

  test('cannot have an order carried out twice, by giving it as a question and as what opens a stream', async () => {
    const channel = await channelWith(['host'])
    const { recipient, sendFrame } = channel
    const params = { control: 'host_exec', nodeId: host, args: {} }
    const order = signOrder(
      { ...recipient, number: 5, person: 'anna', method: CONTROL_METHOD, params },
      appKey,
    )
    sendFrame({ type: 'request', order })
    expect(await answerTo(channel, 5)).toMatchObject({ error: { code: 'invalid_order' } })
    const closed = once(channel.socket, 'close')
    sendFrame({ type: 'open', order })
    expect((await closed)[0]).toBe(1008)
    expect(channel.opened).toEqual([])
  })
})
