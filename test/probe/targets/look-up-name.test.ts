import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decode, encode, type Packet, RECURSION_DESIRED, TRUNCATED_RESPONSE } from 'dns-packet'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { LookUpName, NameAnswer } from '../../../src/probe/targets/names/answer.ts'
import { addressesInHosts } from '../../../src/probe/targets/names/hosts-file.ts'
import { createLookUp } from '../../../src/probe/targets/names/look-up-name.ts'
import { searchNames } from '../../../src/probe/targets/names/search-names.ts'
import { eventually } from '../../support/eventually.ts'
import { freePort } from '../../support/machine/free-port.ts'
import { startNameServer } from '../../support/machine/network/name-server.ts'

test.each([
  ['10.0.0.5 scope1', ['10.0.0.5']],
  ['10.0.0.5 other Scope1 # scope1', ['10.0.0.5']],
  ['10.0.0.5 other # scope1', []],
  ['#10.0.0.5 scope1\n  fd00::5\tscope1  \n10.0.0.6 scope1', ['fd00::5', '10.0.0.6']],
  ['::ffff:10.0.0.5 scope1\n10.0.0.5 scope1', ['10.0.0.5']],
  ['nonsense scope1\nscope1\n\n10.0.0.5', []],
  ['10.0.0.5 scope1.example', []],
])('a hosts file of %j', (text, addresses) => {
  expect(addressesInHosts(text, 'scope1')).toEqual(addresses)
})

test.each([
  ['', 'scope1', ['scope1']],
  ['nameserver 10.0.0.1', 'scope1', ['scope1']],
  ['search a.example b.example.', 'scope1', ['scope1.a.example', 'scope1.b.example', 'scope1']],
  ['search a.example', 'scope1.b', ['scope1.b', 'scope1.b.a.example']],
  ['search a.example\noptions timeout:1 ndots:2', 'x.y', ['x.y.a.example', 'x.y']],
  ['search a.example\nsearch b.example', 'scope1', ['scope1.b.example', 'scope1']],
  ['domain a.example b.example', 'scope1', ['scope1.a.example', 'scope1']],
  ['search a b c d e f g h', 'x', ['x.a', 'x.b', 'x.c', 'x.d', 'x.e', 'x.f', 'x']],
  ['search .', 'x', ['x']],
  ['# search a.example\nsearch', 'x', ['x']],
])('with %j in resolv.conf, %s is asked for as %j', (conf, name, names) => {
  expect(searchNames(conf, name)).toEqual(names)
})

const here = new AbortController().signal

/** What a name server tells: on a busy machine, a try may be over before its answer is heard. */
const toldBy = (lookUp: LookUpName, name: string): Promise<NameAnswer> =>
  eventually(`an answer about ${name}`, async () => {
    const answer = await lookUp(name, here)
    return answer.ipv4.kind === 'told' && answer.ipv6.kind === 'told' && answer
  })

let closing: (() => unknown)[]
beforeEach(() => {
  closing = []
})
afterEach(async () => {
  for (const close of closing.toReversed()) await close()
})

describe('by a name server', () => {
  test('both families are found, with the time that they hold', async () => {
    const server = await startNameServer({ 'scope1.test': ['10.0.0.1', '10.0.0.2', 'fd00::1'] }, 7)
    closing.push(server.remove)
    const lookUp = createLookUp({ resolver: server.address })
    expect(await toldBy(lookUp, 'scope1.test')).toEqual({
      ipv4: { kind: 'told', addresses: expect.arrayContaining(['10.0.0.1', '10.0.0.2']), ttlMs: 7000 },
      ipv6: { kind: 'told', addresses: ['fd00::1'], ttlMs: 7000 },
    })
    expect(await toldBy(lookUp, 'nobody.test')).toEqual({
      ipv4: { kind: 'told', addresses: [] },
      ipv6: { kind: 'told', addresses: [] },
    })
    await server.stop()
    expect(await lookUp('scope1.test', here)).toMatchObject({
      ipv4: { kind: 'unknown', reason: 'the name server cannot be reached' },
    })
  })

  test('hundreds of addresses come, over TCP', async () => {
    const many = Array.from({ length: 400 }, (_, i) => `10.0.${i >> 8}.${i & 255}`)
    const server = await startNameServer({ 'scope1.test': many })
    closing.push(server.remove)
    const { ipv4 } = await toldBy(createLookUp({ resolver: server.address }), 'scope1.test')
    expect(ipv4.kind === 'told' && ipv4.addresses.toSorted()).toEqual(many.toSorted())
  })
})

type Question = Packet & { readonly id: number }

/** A name server that says what it is told to. @param answer undefined = silence */
const lyingServer = async (answer: (question: Question) => Buffer | undefined): Promise<string> => {
  const socket = createSocket('udp4')
  socket.on('message', (bytes, { port, address }) => {
    const reply = answer(decode(bytes) as Question)
    if (reply) socket.send(reply, port, address)
  })
  const port = await freePort()
  socket.bind(port, '127.0.0.1')
  await once(socket, 'listening')
  const sockets = new Set<Socket>()
  const tcp = createServer((connection) => {
    sockets.add(connection)
    connection.on('error', () => {})
  })
  tcp.listen(port, '127.0.0.1')
  await once(tcp, 'listening')
  closing.push(() => {
    socket.close()
    tcp.close()
    for (const connection of sockets) connection.destroy()
  })
  return `127.0.0.1:${port}`
}

const reply = (
  { id, questions }: Question,
  rcode: number,
  answers: Packet['answers'] = [],
  flags = 0,
): Buffer => encode({ type: 'response', id, flags: RECURSION_DESIRED | flags | rcode, questions, answers })

describe('a name server that', () => {
  test.each<[string, (question: Question) => Buffer | undefined, string]>([
    ['says nothing', () => undefined, 'the name server does not answer'],
    ['answers with SERVFAIL', (question) => reply(question, 2), 'SERVFAIL'],
    ['refuses', (question) => reply(question, 5), 'REFUSED'],
    ['sends nonsense', () => Buffer.from('nonsense, and more of it'), 'the name server'],
    [
      'has more to say over TCP, and does not',
      (question) => reply(question, 0, [], TRUNCATED_RESPONSE),
      'the name server',
    ],
  ])('%s does not say that there is no such name', async (_what, answer, reason) => {
    const resolver = await lyingServer(answer)
    const found = await createLookUp({ resolver })('scope1.test', here)
    expect(found.ipv4).toMatchObject({ kind: 'unknown', reason: expect.stringContaining(reason) })
    expect(found.ipv6).toMatchObject({ kind: 'unknown' })
  })

  test('fails for one family is believed for the other', async () => {
    const resolver = await lyingServer((question) => {
      const [{ name = '', type = 'A' } = {}] = question.questions ?? []
      return type === 'A'
        ? reply(question, 0, [{ type: 'A', name, ttl: 0, data: '10.0.0.1' }])
        : reply(question, 2)
    })
    expect(await createLookUp({ resolver })('scope1.test', here)).toEqual({
      ipv4: { kind: 'told', addresses: ['10.0.0.1'], ttlMs: 0 },
      ipv6: { kind: 'unknown', reason: expect.stringContaining('SERVFAIL') },
    })
  })

  test('is slow is heard', async () => {
    const asked: Question[] = []
    const resolver = await lyingServer((question) => {
      // The first try is lost.
      if (asked.push(question) <= 2) return undefined
      const [{ name = '' } = {}] = question.questions ?? []
      return reply(question, 0, [{ type: 'A', name, ttl: 5, data: '10.0.0.1' }])
    })
    const { ipv4 } = await createLookUp({ resolver })('scope1.test', here)
    expect(ipv4).toMatchObject({ kind: 'told', addresses: ['10.0.0.1'] })
  })

  test('is silent is waited for no longer than somebody wants to know', async () => {
    const resolver = await lyingServer(() => undefined)
    const stopping = new AbortController()
    const looking = createLookUp({ resolver })('scope1.test', stopping.signal)
    stopping.abort(new Error('enough'))
    await expect(looking).rejects.toThrow('enough')
  })
})

describe('by the settings of the machine', () => {
  const etcWith = (files: Readonly<Record<string, string>>): string => {
    const etc = mkdtempSync(join(tmpdir(), 'scope-etc-'))
    closing.push(() => rmSync(etc, { recursive: true }))
    for (const [name, text] of Object.entries(files)) writeFileSync(join(etc, name), text)
    return etc
  }

  test('/etc/hosts comes first', async () => {
    const etc = etcWith({ hosts: '10.0.0.5 scope1\nfd00::5 scope1\n' })
    expect(await createLookUp({ etc })('scope1', here)).toEqual({
      ipv4: { kind: 'told', addresses: ['10.0.0.5'] },
      ipv6: { kind: 'told', addresses: ['fd00::5'] },
    })
  })

  test('but not for who names a name server', async () => {
    const server = await startNameServer({ scope1: ['10.0.0.1'] })
    closing.push(server.remove)
    const etc = etcWith({ hosts: '10.0.0.5 scope1\n' })
    const { ipv4 } = await toldBy(createLookUp({ etc, resolver: server.address }), 'scope1')
    expect(ipv4).toMatchObject({ addresses: ['10.0.0.1'] })
  })
})
