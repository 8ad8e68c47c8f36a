import { describe, expect, test } from 'vitest'
import { type Heard, mergeAnswers } from '../../../src/app/connections/merge-answers.ts'
import type { SingleConnection } from '../../../src/report/channel.ts'

type Given = Partial<Omit<SingleConnection, 'client' | 'server'>> & {
  readonly from?: string
  readonly to?: string
  readonly client?: string
  readonly server?: string
}

const end = (text: string, process: string | undefined) => {
  const [ip = '', port] = text.split(':')
  return { ip, port: Number(port), ...(process === undefined ? {} : { process }) }
}

const row = ({ from = '10.0.0.1:40000', to = '10.0.0.2:80', client, server, ...more }: Given) => ({
  client: end(from, client),
  server: end(to, server),
  state: 'open' as const,
  ageMs: 1000,
  bytesSent: 0,
  bytesReceived: 0,
  retransmits: 0,
  ...more,
})

const answer = (rows: readonly Given[], total = rows.length) => ({ connections: rows.map(row), total })
const one = { part: 'alone', whole: true } as const
const telling = { part: 'tells', whole: true } as const
const adding = { part: 'adds', whole: true } as const
const excluding = { part: 'excludes', whole: true } as const
const partly = <Kind extends object>(kind: Kind) => ({ ...kind, whole: false })

const inWords = ({ connections }: { readonly connections: readonly SingleConnection[] }): string[] =>
  connections.map(
    ({ client, server, bytesSent }) =>
      `${client.process ?? '?'} ${client.ip}:${client.port} > ${server.process ?? '?'} ${server.ip}:${server.port} ${bytesSent}`,
  )

const client = { client: 'a;1', bytesSent: 7 }
const server = { server: 'b;2', bytesSent: 6 }

interface Case {
  readonly heard: readonly Heard[]
  readonly rows: readonly string[]
  readonly total?: number
}

const cases: Record<string, Case> = {
  'what one probe saw by itself': {
    heard: [{ ...one, answer: answer([{ client: 'a;1', server: 'a;2' }]) }],
    rows: ['a;1 10.0.0.1:40000 > a;2 10.0.0.2:80 0'],
  },
  'both sides: one row with the numbers of the client': {
    heard: [
      { ...telling, answer: answer([client]) },
      { ...adding, answer: answer([server]) },
    ],
    rows: ['a;1 10.0.0.1:40000 > b;2 10.0.0.2:80 7'],
  },
  'the same where the server tells': {
    heard: [
      { ...partly(adding), answer: answer([client, { ...client, from: '10.0.0.1:40001' }]) },
      { ...telling, answer: answer([server]) },
    ],
    rows: ['a;1 10.0.0.1:40000 > b;2 10.0.0.2:80 7'],
  },
  'behind a published port: other addresses, the same port of the client': {
    heard: [
      { ...telling, answer: answer([{ ...client, to: '10.0.0.2:8080' }]) },
      { ...adding, answer: answer([{ ...server, from: '172.17.0.1:40000', to: '172.17.0.2:80' }]) },
    ],
    rows: ['a;1 10.0.0.1:40000 > b;2 10.0.0.2:8080 7'],
  },
  'the same port of two clients behind NAT is no proof': {
    heard: [
      { ...telling, answer: answer([client, { ...client, client: 'c;3', from: '10.0.0.3:40000' }]) },
      { ...adding, answer: answer([{ ...server, from: '172.17.0.1:40000' }]) },
    ],
    rows: ['a;1 10.0.0.1:40000 > ? 10.0.0.2:80 7', 'c;3 10.0.0.3:40000 > ? 10.0.0.2:80 7'],
  },
  'a port used again: newest to newest': {
    heard: [
      {
        ...telling,
        answer: answer([
          { ...client, ageMs: 100, bytesSent: 1 },
          { ...client, ageMs: 900, bytesSent: 2 },
        ]),
      },
      {
        ...adding,
        answer: answer([
          { ...server, server: 'b;old', ageMs: 910 },
          { ...server, server: 'b;new', ageMs: 90 },
        ]),
      },
    ],
    rows: ['a;1 10.0.0.1:40000 > b;new 10.0.0.2:80 1', 'a;1 10.0.0.1:40000 > b;old 10.0.0.2:80 2'],
  },
  'several clients and servers: only what both sides know': {
    heard: [
      { ...partly(telling), answer: answer([client, { ...client, from: '10.0.0.1:40001' }]) },
      { ...partly(adding), answer: answer([server, { ...server, from: '10.0.0.9:40002' }]) },
    ],
    rows: ['a;1 10.0.0.1:40000 > b;2 10.0.0.2:80 7'],
  },
  'what only the other side saw does not count where the client tells': {
    heard: [
      { ...telling, answer: answer([client]) },
      { ...adding, answer: answer([server, { ...server, from: '10.0.0.1:40009' }]) },
    ],
    rows: ['a;1 10.0.0.1:40000 > b;2 10.0.0.2:80 7'],
  },
  'the client’s probe is silent: the server’s tells': {
    heard: [
      { ...telling, answer: undefined },
      { ...adding, answer: answer([server], 1000) },
    ],
    rows: ['? 10.0.0.1:40000 > b;2 10.0.0.2:80 6'],
    total: 1000,
  },
  'the client’s probe is silent, and the server’s cannot know': {
    heard: [
      { ...telling, answer: undefined },
      { ...partly(adding), answer: answer([server]) },
    ],
    rows: [],
  },
  'the server’s probe is silent': {
    heard: [
      { ...telling, answer: answer([client]) },
      { ...adding, answer: undefined },
    ],
    rows: ['a;1 10.0.0.1:40000 > ? 10.0.0.2:80 7'],
  },
  'of many remotes folded into one, those without who is watched': {
    heard: [
      {
        ...one,
        answer: answer(
          [server, { ...server, from: '10.0.0.9:40000' }, { ...server, from: '10.0.0.8:41000' }],
          30,
        ),
      },
      { ...excluding, answer: answer([client, { ...client, from: '10.0.0.1:41000' }], 4) },
    ],
    rows: ['? 10.0.0.9:40000 > b;2 10.0.0.2:80 6', '? 10.0.0.8:41000 > b;2 10.0.0.2:80 6'],
    total: 26,
  },
  'all are silent': { heard: [{ ...one, answer: undefined }], rows: [] },
}

describe('answers about an edge', () => {
  test.each(Object.entries(cases))('%s', (_name, { heard, rows, total = rows.length }) => {
    const merged = mergeAnswers(heard, 500)
    expect(inWords(merged)).toEqual(rows)
    expect(merged.total).toBe(total)
  })

  test('newest first, no more than asked for, and all counted', () => {
    const ages = [500, 100, 300]
    const merged = mergeAnswers(
      [
        { ...one, answer: answer(ages.map((ageMs, i) => ({ ageMs, from: `10.0.0.1:${i + 1}` }))) },
        { ...one, answer: answer([{ ageMs: 200 }], 40) },
      ],
      3,
    )
    expect(merged.connections.map(({ ageMs }) => ageMs)).toEqual([100, 200, 300])
    expect(merged.total).toBe(43)
  })
})
