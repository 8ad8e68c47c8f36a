import { createSocket, type Socket } from 'node:dgram'
import { Resolver } from 'node:dns/promises'
import { type Answer, decode, encode } from 'dns-packet'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ReverseNames } from '../../../src/probe/names/reverse/reverse-names.ts'
import { eventually } from '../../support/eventually.ts'

const NXDOMAIN = 3
const MINUTE_MS = 60_000

/** A real server of reverse DNS on loopback, whose names can be changed. */
const startServer = async () => {
  const names = new Map<string, string>()
  const state = { asked: 0, silent: false }
  const socket: Socket = createSocket('udp4')
  socket.on('message', (message, from) => {
    state.asked += 1
    if (state.silent) return
    const { id, questions } = decode(message)
    const name = questions?.[0]?.name ?? ''
    const data = names.get(name)
    const answers: Answer[] = data === undefined ? [] : [{ name, type: 'PTR', ttl: 60, data }]
    const flags = data === undefined ? NXDOMAIN : 0
    const reply = encode({
      type: 'response',
      flags,
      ...(id ? { id } : {}),
      questions: questions ?? [],
      answers,
    })
    socket.send(reply, from.port, from.address)
  })
  await new Promise<void>((bound) => socket.bind(0, '127.0.0.1', bound))
  return {
    state,
    name: (ip: string, name: string | undefined) => {
      const key = `${ip.split('.').reverse().join('.')}.in-addr.arpa`
      if (name === undefined) names.delete(key)
      else names.set(key, name)
    },
    port: socket.address().port,
    close: () => new Promise<void>((closed) => socket.close(() => closed())),
  }
}

describe('names in reverse DNS', () => {
  let server: Awaited<ReturnType<typeof startServer>>
  let reverse: ReverseNames
  let nowMs = 0

  beforeEach(async () => {
    nowMs = 0
    server = await startServer()
    const resolverWith = (timeout: number) => {
      const resolver = new Resolver({ timeout, tries: 1 })
      resolver.setServers([`127.0.0.1:${server.port}`])
      return resolver
    }
    // What is answered is waited for however busy this process is meanwhile.
    const [patient, brief] = [resolverWith(60_000), resolverWith(1000)]
    reverse = new ReverseNames({
      lookUp: (ip) => (server.state.silent ? brief : patient).reverse(ip),
      nowMs: () => nowMs,
    })
  })

  afterEach(async () => {
    reverse.stop()
    await server.close()
  })

  const settled = () => eventually('the look-ups to end', () => reverse.counters.waiting === 0)

  it('are there once looked up, of private addresses too, and asked for once', async () => {
    server.name('10.1.2.3', 'Printer.Office.Test')
    expect(reverse.find('10.1.2.3')).toBeUndefined()
    await eventually('the name', () => reverse.find('10.1.2.3'))
    expect(reverse.find('10.1.2.3')).toBe('printer.office.test')
    expect(reverse.size).toBe(1)
    nowMs = 29 * MINUTE_MS
    expect(reverse.find('10.1.2.3')).toBe('printer.office.test')
    expect(server.state.asked).toBe(1)
  })

  it('are told on while they are looked up again, and change then', async () => {
    server.name('10.1.2.3', 'old.test')
    reverse.find('10.1.2.3')
    await eventually('the name', () => reverse.find('10.1.2.3'))
    server.name('10.1.2.3', 'new.test')
    nowMs = 31 * MINUTE_MS
    expect(reverse.find('10.1.2.3')).toBe('old.test')
    await eventually('the new name', () => reverse.find('10.1.2.3') === 'new.test')
    server.name('10.1.2.3', undefined)
    nowMs = 62 * MINUTE_MS
    reverse.find('10.1.2.3')
    await settled()
    nowMs = 68 * MINUTE_MS
    await eventually('no name', () => reverse.find('10.1.2.3') === undefined)
    expect(reverse.size).toBe(0)
  })

  it('that are not there are asked for again after five minutes', async () => {
    reverse.find('10.1.2.3')
    await settled()
    server.name('10.1.2.3', 'late.test')
    nowMs = 4 * MINUTE_MS
    expect(reverse.find('10.1.2.3')).toBeUndefined()
    expect(server.state.asked).toBe(1)
    nowMs = 6 * MINUTE_MS
    await eventually('the name', () => reverse.find('10.1.2.3'))
  })

  it('stay when the server is silent once', async () => {
    server.name('10.1.2.3', 'here.test')
    reverse.find('10.1.2.3')
    await eventually('the name', () => reverse.find('10.1.2.3'))
    server.state.silent = true
    nowMs = 31 * MINUTE_MS
    reverse.find('10.1.2.3')
    await settled()
    expect(server.state.asked).toBe(2)
    expect(reverse.find('10.1.2.3')).toBe('here.test')
  })

  it('are looked up ten a second, and no more wait than there is room for', async () => {
    const all = Array.from({ length: 2000 }, (_, i) => `10.9.${i >> 8}.${i & 255}`)
    const askAll = () => {
      for (const ip of all) reverse.find(ip)
    }
    askAll()
    await eventually('the first ten', () => server.state.asked === 10)
    expect(reverse.counters.waiting).toBeLessThanOrEqual(512)
    askAll()
    expect(reverse.counters.waiting).toBeLessThanOrEqual(520)
    nowMs = 1000
    await eventually('ten more', () => server.state.asked === 20)
    expect(reverse.counters.lookUps).toBe(20)
  })
})
