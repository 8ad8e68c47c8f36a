import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import type { ByteStream, Chunk } from '../../../src/channel/stream.ts'
import { createLogger } from '../../../src/log/log.ts'
import { connectionsMethod } from '../../../src/probe/channel/connections-method.ts'
import { handlerOf, type ReadingMethod, RequestError } from '../../../src/probe/channel/methods.ts'
import type { AuditedUse, OrderAudit } from '../../../src/probe/channel/order-audit.ts'
import { createServer } from '../../../src/probe/channel/serve.ts'
import type { Control } from '../../../src/probe/controls/control.ts'
import { type ChannelAnswer, channelLimits } from '../../../src/report/channel.ts'
import { joinedMuxes } from '../../channel/mux/joined-muxes.ts'
import { eventually } from '../../support/eventually.ts'
import { processNode } from '../../support/reports/reports.ts'

const description = { kind: 'container', icon: '', rank: 0 } as const
const container = (id: string, run: Control['run'], more: Partial<Control> = {}): Control => ({
  ...{ ...description, id, label: id, run },
  ...more,
})

/** @param readingMs how long a question may take @param stickMs how long the control `stick` may take */
const serving = ({ readingMs = 100, stickMs = 60_000 } = {}) => {
  const answers: ChannelAnswer[] = []
  const logged: string[] = []
  const asked: unknown[] = []
  const audited: unknown[][] = []
  const signals: AbortSignal[] = []
  const abandoned: string[] = []
  const note =
    (result: string) =>
    ({ person, control, nodeId }: AuditedUse, ...more: unknown[]) =>
      void audited.push([result, person, control, nodeId, ...more])
  const audit: OrderAudit = {
    refused: note('refused'),
    done: note('done'),
    failed: note('failed'),
    ended: note('ended'),
    forged: () => {},
  }
  const { ours: streams, theirs } = joinedMuxes()
  const opened = (name: string, attach: (stream: ByteStream) => Promise<void>) => ({
    opened: { tty: true, attach, abandon: () => void abandoned.push(name) },
  })
  const hanging = (signal: AbortSignal) =>
    new Promise<never>(() => {
      signals.push(signal)
    })
  const server = createServer({
    readingTimeoutMs: readingMs,
    log: createLogger({ format: 'text', debug: false, write: (line) => logged.push(line) }),
    send: (json) => answers.push(JSON.parse(json)),
    openStream: (number) => streams.open(number),
    audit,
    guard: (_control, id) =>
      id === 'mine'
        ? { node: { ...processNode('alpha', 1), id } }
        : { refusal: { code: 'not_offered', reason: 'not here' } },
    methods: new Map<string, ReadingMethod>([
      ['echo', handlerOf(z.strictObject({ text: z.string() }), ({ text }) => text)],
      ['later', async () => 'done'],
      ['nothing', () => undefined],
      ['hang', (_params, signal) => hanging(signal)],
      ['refuse', () => Promise.reject(new RequestError('no', 'not today'))],
      [
        'fail',
        () => {
          throw new Error('out of order')
        },
      ],
      ['large', () => 'x'.repeat(channelLimits.frameBytes)],
      [
        'connections',
        connectionsMethod({
          singleConnections: (...args) => {
            asked.push(args)
            return { connections: [], total: 3 }
          },
        }),
      ],
    ]),
    controls: () => [
      container('pause', async ({ args }) => ({ message: `paused ${args.why ?? ''}` })),
      container('remove', async ({ nodeId }) => ({ removedNode: nodeId })),
      container('break', () => Promise.reject(new Error('no such container'))),
      container('conflict', () => Promise.reject(new RequestError('conflict', 'it runs'))),
      container('stick', ({ signal }) => hanging(signal), { timeoutMs: stickMs }),
      container('slow', ({ signal }) => hanging(signal), { timeoutMs: 50 }),
      container(
        'exec',
        async () =>
          opened('exec', async (stream) => {
            for await (const chunk of stream) stream.write({ ...chunk, lane: 'out' })
          }),
        { opens: 'terminal' },
      ),
      container('crash', async () => opened('crash', () => Promise.reject(new Error('no shell'))), {
        opens: 'terminal',
      }),
      container(
        'late',
        ({ signal }) =>
          new Promise((resolve) => {
            signals.push(signal)
            signal.addEventListener('abort', () => resolve(opened('late', async () => {})))
          }),
        { opens: 'terminal' },
      ),
      container('empty', async () => ({}), { opens: 'logs' }),
    ],
  })
  const ask = (method: string, params: unknown = null, number = 1, opens = false, ageMs = 0) =>
    server.take(
      {
        ...{ probeId: '0'.repeat(16), epoch: '1'.repeat(16), channel: 1, person: 'anna' },
        ...{ number, method, params },
      },
      opens,
      ageMs,
    )
  const use = (control: string, nodeId = 'mine', number = 1, opens = false, ageMs = 0) =>
    ask('control', { control, nodeId, args: {} }, number, opens, ageMs)
  return { ask, use, answers, logged, asked, audited, signals, abandoned, server, streams, theirs }
}

describe('a probe that is asked', () => {
  test.each<[string, unknown, object]>([
    ['echo', { text: 'hi' }, { id: 1, result: 'hi' }],
    ['later', null, { id: 1, result: 'done' }],
    ['nothing', null, { id: 1, result: null }],
    [
      'unheard',
      null,
      { id: 1, error: { code: 'unknown_method', message: 'this probe has no method unheard' } },
    ],
    [
      'echo',
      { text: 1 },
      { id: 1, error: { code: 'invalid_params', message: expect.stringContaining('params.text') } },
    ],
    ['echo', undefined, { id: 1, error: { code: 'invalid_params' } }],
    ['refuse', null, { id: 1, error: { code: 'no', message: 'not today' } }],
    ['fail', null, { id: 1, error: { code: 'failed', message: 'out of order' } }],
    ['large', null, { id: 1, error: { code: 'too_large' } }],
    ['hang', null, { id: 1, error: { code: 'timeout' } }],
    ['connections', { records: ['c1'], limit: 9 }, { id: 1, result: { connections: [], total: 3 } }],
    ['connections', { records: [], limit: 501 }, { id: 1, error: { code: 'invalid_params' } }],
    ['connections', { records: [1], limit: 1 }, { id: 1, error: { code: 'invalid_params' } }],
    ['connections', { records: [], limit: 1, more: 1 }, { id: 1, error: { code: 'invalid_params' } }],
  ])('%s %j answers', async (method, params, expected) => {
    const { ask, answers } = serving()
    ask(method, params)
    expect(await eventually('the answer', () => answers[0])).toMatchObject(expected)
  })

  test('passes on exactly what was asked', async () => {
    const { ask, asked, answers } = serving()
    ask('connections', { records: ['c1', 'c2'], limit: 9 })
    await eventually('the answer', () => answers[0])
    expect(asked).toEqual([[['c1', 'c2'], 9]])
  })

  test('logs what it did not foresee, and nothing else', async () => {
    const { ask, answers, logged } = serving()
    ask('unheard')
    ask('fail')
    await eventually('both answers', () => answers.length === 2)
    expect(logged).toHaveLength(1)
    expect(logged[0]).toContain('out of order')
  })

  test('works on a few things at a time, and has room again after those that hung', async () => {
    const { ask, answers } = serving()
    for (let id = 1; id <= channelLimits.concurrentReadings; id++) ask('hang', null, id)
    ask('later', null, 9)
    expect(await eventually('the answer', () => answers[0])).toMatchObject({ id: 9, error: { code: 'busy' } })
    await eventually('the others', () => answers.length === 1 + channelLimits.concurrentReadings)
    ask('later', null, 10)
    await eventually('room', () => answers.some((answer) => 'result' in answer && answer.id === 10))
  })

  test.each<[string, string, boolean, object, unknown[]]>([
    ['pause', 'mine', false, { result: { message: 'paused ' } }, ['done']],
    ['remove', 'mine', false, { result: { removedNode: 'mine' } }, ['done']],
    ['break', 'mine', false, { error: { code: 'failed' } }, ['failed', 'no such container']],
    ['conflict', 'mine', false, { error: { code: 'conflict' } }, ['failed', 'it runs']],
    ['slow', 'mine', false, { error: { code: 'timeout' } }, ['failed', 'it took longer than 50 ms']],
    ['pause', 'other', false, { error: { code: 'not_offered' } }, ['refused', 'not here']],
    [
      'dance',
      'mine',
      false,
      { error: { code: 'unknown_control' } },
      ['refused', 'this probe has no control dance'],
    ],
    ['pause', 'mine', true, { error: { code: 'invalid_order' } }, ['refused', 'pause opens nothing']],
    [
      'exec',
      'mine',
      false,
      { error: { code: 'invalid_order' } },
      ['refused', 'exec opens a stream, which was not asked for'],
    ],
    ['empty', 'mine', true, { error: { code: 'failed' } }, ['failed', 'empty opened nothing']],
  ])(
    'decides about the control %s of %s itself, and writes it down',
    async (control, node, opens, answer, entry) => {
      const { use, answers, audited } = serving()
      use(control, node, 1, opens)
      expect(await eventually('the answer', () => answers[0])).toMatchObject({ id: 1, ...answer })
      const [result, ...reason] = entry
      expect(audited).toMatchObject([[result, 'anna', control, node, ...reason]])
    },
  )

  test.each([
    null,
    {},
    { control: 'pause', nodeId: 'mine' },
    { control: 'pause', nodeId: 'mine', args: { why: 1 } },
    { control: 'Pause!', nodeId: 'mine', args: {} },
    { control: 'pause', nodeId: '', args: {} },
    { control: 'pause', nodeId: 'mine', args: {}, more: 1 },
  ])('does not understand the use of a control as %j', async (params) => {
    const { ask, answers, audited } = serving()
    ask('control', params)
    const answer = await eventually('the answer', () => answers[0])
    expect(answer).toMatchObject({ error: { code: 'invalid_params' } })
    expect(audited).toEqual([])
  })

  test('writes down nothing of what was only read', async () => {
    const { ask, answers, audited } = serving()
    ask('later')
    ask('refuse')
    await eventually('both answers', () => answers.length === 2)
    expect(audited).toEqual([])
  })

  test('withstands whatever parameters it is given', async () => {
    const { ask, answers } = serving()
    const method = fc.constantFrom('echo', 'nothing', 'connections', 'unheard', 'control')
    let asked = 0
    fc.assert(
      fc.property(method, fc.jsonValue(), (name, params) => {
        ask(name, params, ++asked)
      }),
    )
    await eventually('all answers', () => answers.length === asked)
  })
})

describe('a control that opens a stream', () => {
  const openExec = async () => {
    const at = serving()
    at.use('exec', 'mine', 1, true)
    const answer = await eventually('the answer', () => at.answers[0])
    expect(answer).toEqual({ id: 1, result: { opened: { tty: true } }, opened: true })
    return { ...at, stream: at.theirs.open(1) }
  }

  test('is joined with it, and its end is written down', async () => {
    const { stream, audited, streams } = await openExec()
    stream.end({ lane: 'in', bytes: Buffer.from('hello') })
    const chunks: Chunk[] = await stream.toArray()
    expect(chunks.map(({ lane, bytes }) => [lane, Buffer.from(bytes).toString()])).toEqual([['out', 'hello']])
    await eventually('its end', () => audited.length === 2)
    expect(audited).toEqual([
      ['done', 'anna', 'exec', 'mine'],
      ['ended', 'anna', 'exec', 'mine', expect.any(Number), { failure: undefined, remark: undefined }],
    ])
    await eventually('the stream to be over', () => streams.size === 0)
  })

  test('ends when the other end closes the stream, which says why', async () => {
    const { stream, audited } = await openExec()
    stream.destroy(new Error('the viewer has gone'))
    await eventually('its end', () => audited.length === 2)
    expect(audited[1]?.at(-1)).toEqual({ failure: undefined, remark: 'the viewer has gone' })
  })

  test('ends when the channel dies', async () => {
    const { streams, audited } = await openExec()
    streams.close('the app has gone')
    await eventually('its end', () => audited.length === 2)
    expect(audited[1]?.at(-1)).toEqual({ failure: undefined, remark: 'the app has gone' })
  })

  test('tells the other end when it fails', async () => {
    const { use, audited, theirs } = serving()
    const stream = theirs.open(1)
    use('crash', 'mine', 1, true)
    await expect(stream.toArray()).rejects.toThrow('no shell')
    expect(audited[1]).toEqual([
      ...['ended', 'anna', 'crash', 'mine', expect.any(Number)],
      { failure: 'no shell', remark: undefined },
    ])
  })
})

describe('an order that comes late', () => {
  test('is not carried out when the app may have told already that it failed', async () => {
    const { use, answers, audited, abandoned } = serving()
    use('pause', 'mine', 1, false, channelLimits.answerGraceMs + 1)
    use('exec', 'mine', 2, true, 25_000)
    await eventually('the answers', () => answers.length === 2)
    const error = (seconds: number) => ({
      code: 'timeout',
      message: `the order came ${seconds} s late, so it was not carried out`,
    })
    expect(answers).toEqual([
      { id: 1, error: error(5) },
      { id: 2, error: error(25) },
    ])
    expect(audited).toEqual([
      ['refused', 'anna', 'pause', 'mine', error(5).message],
      ['refused', 'anna', 'exec', 'mine', error(25).message],
    ])
    expect(abandoned).toEqual([])
  })

  test('is carried out when its answer is still waited for', async () => {
    const { use, ask, answers } = serving()
    use('pause', 'mine', 1, false, channelLimits.answerGraceMs)
    await eventually('the answer', () => answers.length === 1)
    expect(answers[0]).toMatchObject({ id: 1, result: { message: 'paused ' } })
    // What only reads does no harm.
    ask('echo', { text: 'hi' }, 2, false, 60_000)
    await eventually('the answer', () => answers.length === 2)
    expect(answers[1]).toEqual({ id: 2, result: 'hi' })
  })
})

describe('an order that is given up', () => {
  test('is told so, and answered at once though it goes on', async () => {
    const { ask, use, server, signals, answers, audited } = serving({ readingMs: 60_000 })
    ask('hang', null, 1)
    use('stick', 'mine', 2)
    await eventually('both', () => signals.length === 2)
    expect([server.cancel(1, 'enough'), server.cancel(2, ''), server.cancel(3, '')]).toEqual([
      true,
      true,
      false,
    ])
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true])
    await eventually('both answers', () => answers.length === 2)
    expect(answers).toEqual([
      { id: 1, error: { code: 'cancelled', message: 'enough' } },
      { id: 2, error: { code: 'cancelled', message: 'it was given up' } },
    ])
    expect(audited).toEqual([['failed', 'anna', 'stick', 'mine', 'it was given up']])
  })

  test('may have been answered already, which counts once for each order', async () => {
    const { ask, server, answers } = serving()
    for (const number of [1, 2]) ask('echo', { text: 'ready' }, number)
    await eventually('both answers', () => answers.length === 2)
    expect([1, 2, 3].map((number) => server.cancel(number, 'enough'))).toEqual([true, true, false])
    expect(answers).toHaveLength(2)
  })

  test('ends what it opened after all', async () => {
    const { use, server, signals, answers, audited, abandoned } = serving()
    use('late', 'mine', 1, true)
    await eventually('it', () => signals[0])
    server.close('the app has gone')
    await eventually('the answer', () => answers[0])
    expect(answers).toMatchObject([{ error: { code: 'cancelled', message: 'the app has gone' } }])
    expect(abandoned).toEqual(['late'])
    expect(audited.map(([result]) => result).toSorted()).toEqual(['done', 'failed'])
  })
})

test('controls, questions and streams have limits of their own', async () => {
  const { ask, use, answers } = serving()
  for (let id = 1; id <= channelLimits.concurrentControls; id++) use('stick', 'mine', id)
  use('pause', 'mine', 101)
  ask('later', null, 102)
  await eventually('both answers', () => answers.length === 2)
  expect(answers).toMatchObject([
    { id: 101, error: { code: 'busy' } },
    { id: 102, result: 'done' },
  ])
})

test('no more streams are opened than a channel may have', async () => {
  const { use, answers, theirs } = serving()
  for (let id = 1; id <= channelLimits.concurrentStreams; id++) {
    use('exec', 'mine', id, true)
    await eventually('the answer', () => answers[id - 1])
  }
  use('exec', 'mine', 1000, true)
  expect(await eventually('the answer', () => answers[channelLimits.concurrentStreams])).toMatchObject({
    id: 1000,
    error: { code: 'busy' },
  })
  theirs.open(7).destroy()
  await eventually('room', async () => {
    use('exec', 'mine', 1000 + answers.length, true)
    const asked = answers.length
    return 'result' in (await eventually('the answer', () => answers[asked]))
  })
})
