import { type Answer, encode, type RecordType } from 'dns-packet'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAnswer } from '../../../src/probe/names/answers/parse-answer.ts'

const address = (name: string, data: string, ttl = 60): Answer => ({
  name,
  type: data.includes(':') ? 'AAAA' : 'A',
  ttl,
  data,
})
const alias = (name: string, data: string, ttl = 60): Answer => ({ name, type: 'CNAME', ttl, data })

const response = (name: string, answers: Answer[], type: RecordType = 'A') =>
  encode({ type: 'response', id: 7, questions: [{ name, type }], answers })

describe('an answer of DNS', () => {
  it.each<[string, Buffer, ReturnType<typeof parseAnswer>]>([
    [
      'one address',
      response('a.test', [address('a.test', '192.0.2.1')]),
      { name: 'a.test', addresses: [{ ip: '192.0.2.1', ttlSeconds: 60 }] },
    ],
    [
      'several of IPv6',
      response('a.test', [address('a.test', '2001:DB8::0:1'), address('a.test', '2001:db8::2', 9)], 'AAAA'),
      {
        name: 'a.test',
        addresses: [
          { ip: '2001:db8::1', ttlSeconds: 60 },
          { ip: '2001:db8::2', ttlSeconds: 9 },
        ],
      },
    ],
    [
      'aliases, in any order, letter case apart: the shortest time counts',
      response('Shop.Test', [
        address('edge.CDN.test', '192.0.2.1', 300),
        alias('www.shop.test', 'edge.cdn.test', 20),
        alias('shop.test', 'WWW.shop.test', 100),
      ]),
      { name: 'shop.test', addresses: [{ ip: '192.0.2.1', ttlSeconds: 20 }] },
    ],
    [
      'what was not asked for',
      response('a.test', [address('bank.test', '192.0.2.1'), address('a.test', '192.0.2.2')]),
      { name: 'a.test', addresses: [{ ip: '192.0.2.2', ttlSeconds: 60 }] },
    ],
    [
      'aliases in a ring',
      response('a.test', [alias('a.test', 'b.test'), alias('b.test', 'a.test')]),
      undefined,
    ],
    ['nothing', response('a.test', []), undefined],
    ['a question', encode({ type: 'query', questions: [{ name: 'a.test', type: 'A' }] }), undefined],
    [
      'another type',
      response(
        '1.2.0.192.in-addr.arpa',
        [{ name: '1.2.0.192.in-addr.arpa', type: 'PTR', data: 'a.test' }],
        'PTR',
      ),
      undefined,
    ],
    ['a name that is none', response('<b>a.test', [address('<b>a.test', '192.0.2.1')]), undefined],
    [
      'a message cut short',
      response('a.test', [address('a.test', '192.0.2.1'), address('a.test', '192.0.2.2')]).subarray(0, 50),
      undefined,
    ],
  ])('with %s', (_, message, expected) => {
    expect(parseAnswer(message)).toEqual(expected)
  })

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1300 }), (bytes) => {
        parseAnswer(Buffer.from(bytes))
      }),
      { numRuns: 2000 },
    )
  })

  it('never throws, nor tells of what is no address, when a good one is damaged', () => {
    const good = response('shop.test', [alias('shop.test', 'cdn.test'), address('cdn.test', '192.0.2.1')])
    const damage = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 8 })
    fc.assert(
      fc.property(damage, fc.nat(good.length), (changes, cut) => {
        const bytes = Buffer.from(good.subarray(0, cut))
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
        const answer = parseAnswer(bytes)
        if (answer === undefined) return
        expect(answer.name).toMatch(/^[a-z0-9_*.-]+$/)
        for (const { ip, ttlSeconds } of answer.addresses) {
          expect(ip).toMatch(/^[0-9a-f.:]+$/)
          expect(ttlSeconds).toBeGreaterThanOrEqual(0)
        }
      }),
      { numRuns: 3000 },
    )
  })
})
