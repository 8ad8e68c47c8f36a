import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest'
import type { SignedIn, Who } from '../../../src/api/session.ts'
import type { NodeDetails, ProbeSummary, ViewDiff } from '../../../src/api/types.ts'
import {
  type Answer,
  ask,
  NO_ANSWER,
  type Parameters,
  type SocketPath,
  send,
  socketUrlOf,
  urlOf,
} from '../../../web/data/client.ts'
import { onRefused } from '../../../web/data/refusals.ts'
import { heldSecret, holdSecret } from '../../../web/data/session-secret.ts'
import { settings } from '../../../web/settings.ts'
import { stubStorage } from '../support/browser-globals.ts'

beforeEach(() => vi.stubGlobal('location', new URL('https://machine.example/scope/index.html#/containers')))
afterEach(() => vi.unstubAllGlobals())

describe('addresses', () => {
  it('are beside the page', () => {
    expect(urlOf('/api/probes', {}).href).toBe('https://machine.example/scope/api/probes')
  })

  it('hold ids whatever is in them', () => {
    const path = { view: 'processes', id: 'alpha;1/2?#%' }
    expect(urlOf('/api/topology/{view}/{id}', { path }).pathname).toBe(
      '/scope/api/topology/processes/alpha%3B1%2F2%3F%23%25',
    )
  })

  it('hold parameters and the options of views', () => {
    const query = { view: 'hosts', edge: 'a&b' }
    const expected = { view: 'hosts', edge: 'a&b', stopped: 'both' }
    for (const options of [{ stopped: 'both' }, '?stopped=both', 'stopped=both']) {
      const { searchParams } = urlOf('/api/connections', { query, options })
      expect(Object.fromEntries(searchParams)).toEqual(expected)
    }
  })

  it('hold lists with commas', () => {
    const url = urlOf('/api/events', { query: { kind: ['gone', 'restarted'], limit: 5 } })
    expect(Object.fromEntries(url.searchParams)).toEqual({ kind: 'gone,restarted', limit: '5' })
  })

  it('of sockets are as safe as the page', () => {
    expect(socketUrlOf('/api/events/ws', { query: {} }).href).toBe(
      'wss://machine.example/scope/api/events/ws',
    )
  })
})

describe('answers', () => {
  const answering = (response: Response | Error) =>
    vi.stubGlobal('fetch', () =>
      response instanceof Error ? Promise.reject(response) : Promise.resolve(response),
    )

  it('are what was sent', async () => {
    answering(Response.json([]))
    expect(await ask('/api/probes', {})).toEqual([])
  })

  it.each([
    [
      'the words of the app',
      Response.json({ error: { code: 'unknown_node', message: 'no such node' } }, { status: 404 }),
      { status: 404, message: 'no such node' },
    ],
    [
      'the status, where there are no words',
      new Response('<html>', { status: 502 }),
      { status: 502, message: 'The app answered 502.' },
    ],
    ['that there is none', new TypeError('fetch failed'), { status: 0, message: 'The app does not answer.' }],
  ])('that are errors tell %s', async (_what, response, error) => {
    answering(response)
    await expect(ask('/api/probes', {})).rejects.toMatchObject({ name: 'RequestError', ...error })
  })

  describe('that do not come', () => {
    const { requestPausesMs, requestTimeoutMs } = settings.data
    let asked: number
    const unansweredTimes = (times: number, first: () => unknown = () => new TypeError('network changed')) =>
      vi.stubGlobal('fetch', async () => {
        asked += 1
        if (asked > times) return Response.json(['came'])
        const given = first()
        if (given instanceof Response) return given
        throw given
      })
    const settled = async <T>(promise: Promise<T>) => {
      const result = promise.then(
        (value) => ({ value }),
        (error) => ({ error }),
      )
      await vi.advanceTimersByTimeAsync(requestTimeoutMs)
      return result
    }
    beforeEach(() => {
      asked = 0
      vi.useFakeTimers()
    })
    afterEach(() => void vi.useRealTimers())

    it('are asked for again, also when they break off', async () => {
      const brokenOff = () =>
        new Response(
          new ReadableStream({ start: (stream) => stream.error(new TypeError('network changed')) }),
        )
      for (const first of [undefined, brokenOff]) {
        asked = 0
        unansweredTimes(requestPausesMs.length, first)
        expect(await settled(ask('/api/probes', {}))).toEqual({ value: ['came'] })
        expect(asked).toBe(requestPausesMs.length + 1)
      }
    })

    it('are given up after some tries', async () => {
      unansweredTimes(Number.POSITIVE_INFINITY)
      expect(await settled(ask('/api/probes', {}))).toMatchObject({ error: { status: NO_ANSWER } })
      expect(asked).toBe(requestPausesMs.length + 1)
    })

    it('are not asked for again when who asked has left', async () => {
      unansweredTimes(Number.POSITIVE_INFINITY)
      const aborter = new AbortController()
      const result = settled(ask('/api/probes', {}, aborter.signal))
      aborter.abort()
      await result
      expect(asked).toBe(1)
    })

    it('are not asked for again by what changes something', async () => {
      unansweredTimes(1)
      const path = { name: 'anna' }
      const result = await settled(send('post', '/api/users/{name}', { path, body: { role: 'viewer' } }))
      expect(result).toMatchObject({ error: { status: NO_ANSWER } })
      expect(asked).toBe(1)
    })
  })
})

describe('requests', () => {
  const sent: Request[] = []
  const answer = (response: () => Response) =>
    vi.stubGlobal('fetch', (url: URL, options: RequestInit) => {
      sent.push(new Request(url, options))
      return Promise.resolve(response())
    })

  beforeEach(() => {
    sent.length = 0
    stubStorage()
  })

  it('carry the secret of the session, in a header and nowhere else', async () => {
    answer(() => Response.json([]))
    await ask('/api/probes', {})
    holdSecret('s3cret')
    await ask('/api/probes', {})
    await send('delete', '/api/sessions/{id}', { path: { id: 'a/b' } })
    expect(sent.map(({ method, headers }) => [method, headers.get('scope-secret')])).toEqual([
      ['GET', null],
      ['GET', 's3cret'],
      ['DELETE', 's3cret'],
    ])
    expect(sent.map(({ url }) => url).join()).not.toContain('s3cret')
    expect(sent[2]?.url).toBe('https://machine.example/scope/api/sessions/a%2Fb')
  })

  it('that change something send JSON', async () => {
    answer(() => Response.json({}))
    await send('post', '/api/users/{name}', { path: { name: 'anna' }, body: { role: 'viewer' } })
    expect(sent[0]?.headers.get('content-type')).toBe('application/json')
    expect(await sent[0]?.json()).toEqual({ role: 'viewer' })
    await send('post', '/api/ticket', {})
    expect(sent[1]?.headers.get('content-type')).toBeNull()
  })

  it('that are refused for want of a session say so to the page', async () => {
    let told = 0
    const ignore = onRefused(() => {
      told += 1
    })
    const answers = [
      [401, 'unauthorized', 1],
      [403, 'forbidden', 1],
      [403, 'sign_in', 2],
      [502, 'sign_in', 2],
      [404, 'unknown_node', 2],
      [500, 'internal', 2],
    ] as const
    for (const [status, code, times] of answers) {
      answer(() => Response.json({ error: { code, message: 'no', field: 'q' } }, { status }))
      await expect(ask('/api/probes', {})).rejects.toMatchObject({ status, code, field: 'q' })
      expect(told).toBe(times)
    }
    ignore()
  })

  it('go on without a session where storage is forbidden, which then is not shared', async () => {
    vi.stubGlobal('localStorage', undefined)
    answer(() => Response.json([]))
    holdSecret('s3cret')
    await ask('/api/probes', {})
    expect(sent[0]?.headers.get('scope-secret')).toBe('s3cret')
    holdSecret(undefined)
    expect(heldSecret()).toBeUndefined()
  })
})

it('types paths, parameters and answers by the schemas of the app', () => {
  expectTypeOf<Answer<'/api/probes'>>().toEqualTypeOf<readonly ProbeSummary[] | boolean>()
  expectTypeOf<Answer<'/api/topology/{view}/{id}'>['node']>().toEqualTypeOf<NodeDetails>()
  expectTypeOf<Answer<'/api/topology/{view}/ws'>>().toEqualTypeOf<ViewDiff>()
  expectTypeOf<SocketPath>().toEqualTypeOf<
    '/api/topology/{view}/ws' | '/api/events/ws' | '/api/findings/ws' | '/api/probe/ws' | '/api/pipe/{id}'
  >()
  expectTypeOf<Answer<'/api/session', 'post'>>().toEqualTypeOf<SignedIn>()
  expectTypeOf<Answer<'/api/session'>>().toEqualTypeOf<Who>()
  // @ts-expect-error: a node has an id
  expectTypeOf<{ path: { view: string } }>().toExtend<Parameters<'/api/topology/{view}/{id}'>>()
  // @ts-expect-error: a limit is a number
  expectTypeOf<{ query: { limit: string } }>().toExtend<Parameters<'/api/events'>>()
  // @ts-expect-error: probes have no options
  expectTypeOf<{ options: string }>().toExtend<Parameters<'/api/probes'>>()
})
