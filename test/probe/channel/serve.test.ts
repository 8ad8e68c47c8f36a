import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { createLogger } from '../../../src/log/log.ts'
import { connectionsMethod } from '../../../src/probe/channel/connections-method.ts'
import { handlerOf, RequestError } from '../../../src/probe/channel/handlers.ts'
import { createServer } from '../../../src/probe/channel/serve.ts'
import { type ChannelAnswer, channelLimits } from '../../../src/report/channel.ts'
import { eventually } from '../../support/eventually.ts'

const serving = () => {
  const answers: ChannelAnswer[] = []
  const logged: string[] = []
  const asked: unknown[] = []
  const serve = createServer({
    timeoutMs: 100,
    log: createLogger({ format: 'text', debug: false, write: (line) => logged.push(line) }),
    send: (text) => answers.push(JSON.parse(text)),
    handlers: new Map<string, (params: unknown) => unknown>([
      ['echo', handlerOf(z.strictObject({ text: z.string() }), ({ text }) => text)],
      ['later', async () => 'done'],
      ['nothing', () => undefined],
      ['hang', () => new Promise(() => {})],
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
  })
  const ask = (method: string, params: unknown = null, id = 1) =>
    serve(JSON.stringify({ id, method, params }))
  return { serve, ask, answers, logged, asked }
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
    '',
    '{',
    '[]',
    'null',
    '{"id":0,"method":"echo","params":1}',
    '{"id":1}',
    '{"id":1,"method":"","params":1}',
    '{"id":1,"method":"echo","params":1,"more":1}',
  ])('takes %j for no request', (text) => {
    const { serve, answers } = serving()
    expect(() => serve(text)).toThrow()
    expect(answers).toEqual([])
  })

  test('withstands whatever JSON it is given', async () => {
    const { serve } = serving()
    const method = fc.constantFrom('echo', 'nothing', 'connections', 'unheard')
    const frame = fc.oneof(
      fc.json(),
      fc.string(),
      fc.record({ id: fc.nat(3), method, params: fc.jsonValue() }).map((request) => JSON.stringify(request)),
    )
    fc.assert(
      fc.property(frame, (text) => {
        try {
          serve(text)
        } catch (error) {
          expect(error).toBeInstanceOf(Error)
        }
      }),
    )
  })
})
