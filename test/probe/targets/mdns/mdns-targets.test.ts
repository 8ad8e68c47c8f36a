import { afterEach, expect, it } from 'vitest'
import type { FoundTargets } from '../../../../src/probe/targets/target.ts'
import { eventually } from '../../../support/eventually.ts'
import { type Host, startHost } from '../../../support/machine/hosts/host.ts'
import { type Network, startNetwork } from '../../../support/machine/hosts/network.ts'
import { describeWith } from '../../../support/machine/requirements.ts'

const source = (path: string) => new URL(`../../../../src/${path}`, import.meta.url).href
const LOG = `const log = { info() {}, warn: (text, fields) => process.stderr.write(text + ' ' + JSON.stringify(fields) + '\\n') }`

/** Announces an app at the port of its argument until its input ends. */
const ANNOUNCES = `
import { announceApp } from '${source('mdns/announce.ts')}'
${LOG}
const [port, address] = process.argv.slice(1)
const guard = (_, job) => job()
const { stop } = announceApp({ port: Number(port), tls: port === '443', address, log, guard })
process.stdin.resume().on('end', () => stop().then(() => process.exit(0)))`

/** Prints all that it knows whenever that changes, as JSON. */
const LOOKS = `
import { mdnsTargets } from '${source('probe/targets/mdns/mdns-targets.ts')}'
${LOG}
mdnsTargets({ log, nowMs: () => performance.now() }).watch((found) => console.log(JSON.stringify(found)))
process.stdin.resume().on('end', () => process.exit(0))`

/** Sends what no service would to everybody: noise, packets that are cut off, and records that do not belong together. */
const SHOUTS = `
import { createSocket } from 'node:dgram'
import { randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
const { encode } = createRequire('${source('mdns/announce.ts')}')('dns-packet')
const answers = (...list) => encode({ type: 'response', flags: 1 << 10, answers: list.map((one) => ({ ttl: 100, ...one })) })
const ptr = (data) => ({ name: '_scope._tcp.local', type: 'PTR', data })
const srv = (name, port = 4040) => ({ name, type: 'SRV', data: { port, target: 'x.local' } })
const packets = [
  Buffer.alloc(0), Buffer.alloc(12, 255), randomBytes(500),
  answers(ptr('x._scope._tcp.local'), srv('x._scope._tcp.local')).subarray(0, 40),
  answers(ptr('x'), srv('x')), answers(ptr(''), srv('')), answers(ptr('._tcp'), srv('._tcp', 0)),
  answers(ptr('y._scope._tcp.local'), srv('y._scope._tcp.local', 0), { name: 'y._scope._tcp.local', type: 'TXT', data: ['v=1', '=', '__proto__=1'] }),
  ...Array.from({ length: 300 }, (_, n) => answers(ptr(n + '._scope._tcp.local'), srv(n + '._scope._tcp.local'), { name: n + '._scope._tcp.local', type: 'TXT', data: ['v=9'] })),
]
const socket = createSocket('udp4').bind(0, () => {
  socket.setMulticastInterface(process.argv[1])
  let left = packets.length
  for (const packet of packets) socket.send(packet, 5353, '224.0.0.251', () => --left === 0 && console.log('sent'))
})
process.stdin.resume().on('end', () => process.exit(0))`

const node = (script: string, ...args: string[]) => [
  ...[process.execPath, '--input-type=module', '-e', script, '--'],
  ...args,
]

// Each test makes several machines.
const LIMIT_MS = 180_000

describeWith(['root', 'hosts'], 'apps on the local network', () => {
  const ends: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end()
  })
  const makeNetwork = async (): Promise<Network> => {
    const network = await startNetwork()
    ends.push(network.end)
    return network
  }
  const makeHost = async (name: string, network: Network, address: string): Promise<Host> => {
    const host = await startHost(name)
    ends.push(host.end)
    network.attach(host, { addresses: [`${address}/24`] })
    return host
  }
  /** The URLs that are known now. */
  const look = async (host: Host) => {
    const looker = await host.start(node(LOOKS))
    let known: FoundTargets | undefined
    const follow = async (): Promise<void> => {
      for (;;) known = JSON.parse(await looker.ask(''))
    }
    const following = follow().catch(() => undefined)
    const until = (what: string, urls: readonly string[]) =>
      eventually(
        what,
        () =>
          known?.targets
            .map(({ url }) => url)
            .sort()
            .join() === [...urls].sort().join(),
      )
    return { until, known: () => known, pid: looker.outsidePid, following }
  }

  it('are found when they start, at the addresses where they are, and are gone when they stop', {
    timeout: LIMIT_MS,
  }, async () => {
    const network = await makeNetwork()
    const [one, two, three] = [
      await makeHost('one', network, '10.77.0.1'),
      await makeHost('two', network, '10.77.0.2'),
      await makeHost('three', network, '10.77.0.3'),
    ]
    // Docker's bridge, as on each machine; and two machines of the same name.
    one.exec(
      'sh',
      '-c',
      'ip link add docker0 type bridge; ip addr add 172.17.0.1/16 dev docker0; ip link set docker0 up',
    )
    for (const host of [one, three]) host.exec('hostname', 'twin')
    const first = await one.start(node(ANNOUNCES, '4040'))
    const { until, known } = await look(two)
    await until('the first', ['http://10.77.0.1:4040'])
    expect(known()?.targets).toEqual([
      { url: 'http://10.77.0.1:4040', address: '10.77.0.1', origin: 'discovered' },
    ])
    const second = await three.start(node(ANNOUNCES, '443', '10.77.0.3'))
    await until('the second', ['http://10.77.0.1:4040', 'https://10.77.0.3:443'])
    await first.end()
    await until('that the first has gone', ['https://10.77.0.3:443'])
    await second.end()
    await until('that nobody is left', [])
  })

  it('are found again at another address, whatever fails meanwhile', { timeout: LIMIT_MS }, async () => {
    const network = await makeNetwork()
    const [one, two] = [
      await makeHost('one', network, '10.77.0.1'),
      await makeHost('two', network, '10.77.0.2'),
    ]
    await one.start(node(ANNOUNCES, '4040'), { quiet: true })
    const { until } = await look(two)
    await until('the app', ['http://10.77.0.1:4040'])
    one.exec('sh', '-c', 'ip link set eth0 down; ip addr flush dev eth0')
    one.exec('sh', '-c', 'ip addr add 10.77.0.9/24 dev eth0; ip link set eth0 up')
    await until('both addresses', ['http://10.77.0.1:4040', 'http://10.77.0.9:4040'])
  })

  it('are found among whatever else is sent, and nothing of that is', { timeout: LIMIT_MS }, async () => {
    const network = await makeNetwork()
    const [one, two, three] = [
      await makeHost('one', network, '10.77.0.1'),
      await makeHost('two', network, '10.77.0.2'),
      await makeHost('three', network, '10.77.0.3'),
    ]
    const { until, known } = await look(two)
    await three.start(node(ANNOUNCES, '4040'), { quiet: true })
    // From now on it is certain that it listens, so all that is sent reaches it.
    await until('the app', ['http://10.77.0.3:4040'])
    const shouter = await one.start(node(SHOUTS, '10.77.0.1'))
    expect(await shouter.ask('')).toBe('sent')
    // Whoever sent that has an app, too, but at another port than all that says.
    await one.start(node(ANNOUNCES, '443'), { quiet: true })
    await until('the app that comes later, too', ['http://10.77.0.3:4040', 'https://10.77.0.1:443'])
    expect(known()?.targets).toHaveLength(2)
  })
})
