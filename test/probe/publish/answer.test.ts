import { describe, expect, test } from 'vitest'
import { judge, shrunken, termsFrom, termsOfEarlier } from '../../../src/probe/publish/answer.ts'
import { defaultLimits } from '../../../src/report/limits.ts'
import { features, termsHeaders } from '../../../src/report/terms.ts'

const answer = (status: number, body: unknown = '') => ({
  status,
  header: () => undefined,
  text: typeof body === 'string' ? body : JSON.stringify(body),
})
const error = (code: string, message: string, field?: string) => ({
  error: { code, message, ...(field && { field }) },
})

test('what a stranger says in place of an app holds no control characters, and is short', () => {
  const said = `\x1b]52;c;aGk=\x07\x1b[2J\x9b\u202e\nno${'!'.repeat(100_000)}`
  const verdict = judge(answer(403, error(said, said, said)), undefined)
  expect(verdict).toMatchObject({ kind: 'refused', reason: expect.stringContaining('no!') })
  if (verdict.kind !== 'refused') return
  for (const text of [verdict.code, verdict.reason]) {
    expect(text).not.toMatch(/[\p{Cc}\u202e]/u)
    expect(text.length).toBeLessThanOrEqual(500)
  }
  expect(verdict.code.length).toBeLessThanOrEqual(100)
})

describe('what an answer means', () => {
  test.each([
    ['taken', answer(200, { seq: 1 }), undefined, { kind: 'taken' }],
    ['rests', answer(200, { seq: 1, restMs: 5000 }), undefined, { kind: 'taken', restMs: 5000 }],
    ['nonsense of a rest', answer(200, { seq: 1, restMs: -1 }), undefined, { kind: 'taken' }],
    ['a challenge', answer(401), 'abc', { kind: 'challenge', challenge: 'abc' }],
    [
      'no challenge, so another guard than the app',
      answer(401, '<html>'),
      undefined,
      { kind: 'refused', code: 'http_401', reason: 'it answered HTTP 401', isAboutAccess: true },
    ],
    [
      'a challenge that is none',
      answer(401),
      'a\nb',
      { kind: 'refused', code: 'http_401', reason: 'it answered HTTP 401', isAboutAccess: true },
    ],
    [
      'a second probe',
      answer(409, error('host_taken', 'taken by x', 'host.id')),
      undefined,
      { kind: 'refused', code: 'host_taken', reason: 'taken by x' },
    ],
    [
      'a whole report asked for',
      answer(409, { ...error('need_full', 'report 3 is not held', 'envelope.base'), need: 'full' }),
      undefined,
      { kind: 'need_full' },
    ],
    [
      'a fault',
      answer(400, error('invalid', 'nodes[3].id: expected text', 'nodes[3].id')),
      undefined,
      { kind: 'refused', code: 'invalid', reason: 'nodes[3].id: expected text' },
    ],
    [
      'too large',
      answer(413, error('too_large', 'over 8 MB')),
      undefined,
      { kind: 'too_large', reason: 'over 8 MB' },
    ],
    ['busy', answer(503, error('busy', 'later')), undefined, { kind: 'busy', reason: 'later' }],
    [
      'a proxy without its app',
      answer(502, 'Bad Gateway'),
      undefined,
      { kind: 'busy', reason: 'it answered HTTP 502' },
    ],
    [
      'a token that is not taken',
      answer(403, error('bad_token', 'unknown')),
      undefined,
      { kind: 'refused', code: 'bad_token', reason: 'unknown', isAboutAccess: true },
    ],
    [
      'a proof that is not taken',
      answer(403, error('bad_signature', 'wrong')),
      undefined,
      { kind: 'refused', code: 'bad_signature', reason: 'wrong' },
    ],
    ['too many', answer(429), undefined, { kind: 'busy', reason: 'it answered HTTP 429' }],
  ])('%s', (_, given, challenge, verdict) => {
    expect(judge(given, challenge)).toEqual(verdict)
  })

  test('is kept short', () => {
    const verdict = judge(answer(400, error('x', 'y'.repeat(10_000))), undefined)
    expect(verdict.kind === 'refused' && verdict.reason.length).toBe(500)
  })
})

describe('limits', () => {
  test.each([
    ['told', answer(200, { limits: { ...defaultLimits, nodes: 7 } }), { ...defaultLimits, nodes: 7 }],
    ['told in part', answer(200, { limits: { nodes: 7, unknown: 1 } }), { ...defaultLimits, nodes: 7 }],
    ['not told', answer(401, { limits: { nodes: 7 } }), defaultLimits],
    ['nonsense', answer(200, { limits: { nodes: -7 } }), defaultLimits],
    ['no JSON', answer(200, 'hello'), defaultLimits],
  ])('%s', (_, given, limits) => {
    expect(termsOfEarlier(given)).toEqual({ limits, takes: new Set() })
  })

  test('shrink in what is counted, never to nothing', () => {
    expect(shrunken(defaultLimits, 0.5)).toMatchObject({
      nodes: 10_000,
      connections: 10_000,
      nameLength: 1024,
    })
    expect(shrunken({ ...defaultLimits, nodes: 1 }, 0.5).nodes).toBe(1)
  })

  test('shrink in every kind of entity, and in nothing else', () => {
    const { nodes, metrics, connections, addresses, listeners, values, ...kept } = shrunken(
      defaultLimits,
      0.5,
    )
    expect({ nodes, metrics, connections, addresses, listeners, values }).toEqual({
      ...{ nodes: 10_000, metrics: 30_000, connections: 10_000, addresses: 25_000, listeners: 5000 },
      values: 2_000_000,
    })
    expect(defaultLimits).toMatchObject(kept)
  })
})

describe('the terms that an app tells a probe', () => {
  const told = (headers: Readonly<Record<string, string>>) => termsFrom((name) => headers[name])

  test('are what it says, with defaults for what it does not', () => {
    const limits = { ...defaultLimits, nodes: 5, postsPerSecond: 2 }
    expect(told(termsHeaders(limits))).toEqual({ limits, takes: new Set(features) })
    expect(told({ 'scope-report-limits': '{"nodes":7,"later":1}', 'scope-report-takes': 'later' })).toEqual({
      limits: { ...defaultLimits, nodes: 7 },
      takes: new Set(),
    })
  })

  test.each([
    ['nothing', {}],
    ['no JSON', { 'scope-report-limits': 'x' }],
    ['no limit', { 'scope-report-limits': '{"nodes":0}' }],
  ])('are none when they are %s', (_, headers) => {
    expect(told(headers)).toBeUndefined()
  })
})
