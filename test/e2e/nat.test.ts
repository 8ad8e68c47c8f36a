import { afterAll, beforeAll, expect, it } from 'vitest'
import { allOf } from '../support/all-of.ts'
import { eventually } from '../support/eventually.ts'
import { startClient, startServer } from '../support/machine/network/traffic.ts'
import { addRules, forwardPackets, type Link, makeLink } from '../support/machine/network/veth.ts'
import { describeWith } from '../support/machine/requirements.ts'
import { type Matrix, type Mode, needsOf, openMatrix } from '../support/scope/matrix.ts'

interface ProbeStatus {
  readonly collectors: readonly { readonly id: string; readonly mode: string; readonly state: string }[]
}

const translated = (mode: Mode) => () => {
  let matrix: Matrix
  let one: Link
  let two: Link
  let forwarding: ReturnType<typeof forwardPackets>
  let accepting: ReturnType<typeof addRules>

  beforeAll(async () => {
    one = makeLink()
    two = makeLink()
    forwarding = forwardPackets()
    accepting = addRules(...[one, two].map(({ outside }) => ['-I', 'FORWARD', '-i', outside, '-j', 'ACCEPT']))
    two.exec('ip', '-6', 'route', 'add', 'default', 'via', two.hostIp6)
    matrix = await openMatrix(mode)
  })
  afterAll(async () => {
    await allOf(
      () => matrix?.close(),
      () => accepting?.remove(),
      () => forwarding?.restore(),
      () => one?.remove(),
      () => two?.remove(),
    )
  })

  it('are found by the kernel’s connection tracking, says the status', async () => {
    // The first report may be sent before all collectors have started.
    await eventually('the status', async () => {
      const [probe] = await matrix.scope.get<ProbeStatus[]>('/api/probes')
      const status = probe?.collectors.find(({ id }) => id === 'nat')
      expect(status).toMatchObject({ mode: 'conntrack', state: 'ok' })
      return true
    })
  })

  it.each<[string, (port: number) => string[][], () => string, () => string | undefined, number | undefined]>(
    [
      [
        'DNAT, from a namespace',
        (port) => [
          ['-t', 'nat', '-A', 'PREROUTING', '-i', one.outside, '-p', 'tcp', '--dport', '6180', '-j', 'DNAT'],
          ['--to-destination', `${two.ip}:${port}`],
        ],
        () => one.hostIp,
        () => one.name,
        6180,
      ],
      [
        'DNAT, from the host itself',
        (port) => [
          ['-t', 'nat', '-A', 'OUTPUT', '-d', one.hostIp, '-p', 'tcp', '--dport', '6181', '-j', 'DNAT'],
          ['--to-destination', `${two.ip}:${port}`],
        ],
        () => one.hostIp,
        () => undefined,
        6181,
      ],
      [
        'SNAT',
        () => [
          ['-t', 'nat', '-A', 'POSTROUTING', '-s', one.ip, '-d', two.ip, '-p', 'tcp', '-j', 'SNAT'],
          ['--to-source', two.hostIp],
        ],
        () => two.ip,
        () => one.name,
        undefined,
      ],
      [
        'DNAT of IPv6, from the host itself',
        (port) => [
          [
            'ip6tables',
            '-t',
            'nat',
            '-A',
            'OUTPUT',
            '-d',
            one.hostIp6,
            '-p',
            'tcp',
            '--dport',
            '6182',
            '-j',
            'DNAT',
          ],
          ['--to-destination', `[${two.ip6}]:${port}`],
        ],
        () => one.hostIp6,
        () => undefined,
        6182,
      ],
    ],
  )('%s: one edge, from the client to the process that serves', async (_, rule, address, netns, asked) => {
    const server = await startServer('::', two.name)
    const client = await startClient(netns())
    const rules = addRules(rule(server.port).flat())
    try {
      await client.ask(`open ${address()} ${asked ?? server.port}`)
      await client.ask('send 1000')
      const edge = { from: client.pid, to: server.pid, port: server.port, opened: 1 }
      const bytes = { bytesSent: 1000, bytesReceived: 1000 }
      await matrix.edge({ ...edge, ...bytes, open: 1, closed: 0, failed: 0 })
      await client.ask('close')
      await matrix.edge({ ...edge, ...bytes, open: 0, closed: 1, failed: 0 })
    } finally {
      rules.remove()
      await client.end()
      await server.end()
    }
  })
}

describeWith([...needsOf.ebpf, 'netns'], 'translated connections, traced', translated('ebpf'))
describeWith([...needsOf.proc, 'netns'], 'translated connections, polled', translated('proc'))
