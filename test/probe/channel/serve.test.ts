import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { createLogger } from '../../../src/log/log.ts'
import { connectionsMethod } from '../../../src/probe/channel/connections-method.ts'
import {
  type ControlMethod,
  handlerOf,
  type ReadingMethod,
  RequestError,
} from '../../../src/probe/channel/methods.ts'
import type { OrderAudit } from '../../../src/probe/channel/order-audit.ts'
import { createServer } from '../../../src/probe/channel/serve.ts'
import { type ChannelAnswer, channelLimits } from '../../../src/report/channel.ts'
import type { Order } from '../../../src/report/proof/order.ts'
import { eventually } from '../../support/eventually.ts'

const reading = (run: (params: unknown) => unknown): ReadingMethod => ({ kind: 'reading', run })
const control = (run: (params: unknown) => unknown): ControlMethod => ({
  kind: 'container',
  nodeOf: (params) => (typeof params === 'string' ? params : undefined),
  run,
})

const serving = () => {
  const answers: ChannelAnswer[] = []
  const logged: string[] = []
  const asked: unknown[] = []
  const audited: unknown[][] = []
  const note =
    (result: string) =>
    ({ person, method }: Order, ...more: unknown[]) =>
      void audited.push([result, person, method, ...more])
  const audit: OrderAudit = {
    refused: note('refused'),
    done: note('done'),
    failed: note('failed'),
    forged: () => {},
  }
  const serve = createServer({
    timeoutMs: 100,
    log: createLogger({ format: 'text', debug: false, write: (line) => logged.push(line) }),
    send: (text) => answers.push(JSON.parse(text)),
    audit,
    guard: (kind, node) => (kind === 'reading' || node === 'mine' ? undefined : 'not here'),
    methods: new Map<string, ReadingMethod | ControlMethod>([
      ['echo', reading(handlerOf(z.strictObject({ text: z.string() }), ({ text }) => text))],
      ['later', reading(async () => 'done')],
      ['nothing', reading(() => undefined)],
      ['hang', reading(() => new Promise(() => {}))],
      ['refuse', reading(() => Promise.reject(new RequestError('no', 'not today')))],
      [
        'fail',
        reading(() => {
          throw new Error('out of order')
        }),
      ],
      ['large', reading(() => 'x'.repeat(channelLimits.frameBytes))],
      ['pause', control(() => 'paused')],
      ['break', control(() => Promise.reject(new Error('no such container')))],
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
  })
  const ask = (method: string, params: unknown = null, number = 1) =>
    serve({
      ...{ probeId: '0'.repeat(16), epoch: '1'.repeat(16), channel: 1, person: 'anna' },
      ...{ number, method, params },
    })
  return { ask, answers, logged, asked, audited }
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
    for (let id = 1; id <= channelLimits.concurrentRequests; id++) ask('hang', null, id)
    ask('later', null, 9)
    expect(await eventually('the answer', () => answers[0])).toMatchObject({ id: 9, error: { code: 'busy' } })
    await eventually('the others', () => answers.length === 1 + channelLimits.concurrentRequests)
    ask('later', null, 10)
    await eventually('room', () => answers.some((answer) => 'result' in answer && answer.id === 10))
  })

  test.each([
    ['pause', 'mine', { result: 'paused' }, ['done', 'anna', 'pause', 'mine']],
    [
      'break',
      'mine',
      { error: { code: 'failed' } },
      ['failed', 'anna', 'break', 'mine', 'no such container'],
    ],
    [
      'pause',
      'other',
      { error: { code: 'not_allowed', message: 'not here' } },
      ['refused', 'anna', 'pause', 'other', 'not here'],
    ],
    [
      'pause',
      null,
      { error: { code: 'not_allowed', message: 'not here' } },
      ['refused', 'anna', 'pause', undefined, 'not here'],
    ],
  ])('decides about the control %s of %s itself, and writes it down', async (method, node, answer, entry) => {
    const { ask, answers, audited } = serving()
    ask(method, node)
    expect(await eventually('the answer', () => answers[0])).toMatchObject({ id: 1, ...answer })
    expect(audited).toEqual([entry])
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
    const method = fc.constantFrom('echo', 'nothing', 'connections', 'unheard', 'pause')
    let asked = 0
    fc.assert(
      fc.property(method, fc.jsonValue(), (name, params) => {
        ask(name, params, ++asked)
      }),
    )
    await eventually('all answers', () => answers.length === asked)
  })
})
