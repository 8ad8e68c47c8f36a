import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { afterEach, expect, it } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { type Host, startHost } from '../../support/machine/hosts/host.ts'
import { type Link, type Network, startNetwork } from '../../support/machine/hosts/network.ts'
import { type OpenConnections, openConnections } from '../../support/machine/hosts/truth.ts'
import { clientCommand, serverCommand } from '../../support/machine/network/traffic.ts'
import { describeWith } from '../../support/machine/requirements.ts'

/** Makes a host with a program on it, tells their pids, and waits. */
const MAKER = `
import { startHost } from '${new URL('../../support/machine/hosts/host.ts', import.meta.url).href}'
const host = await startHost('left')
const program = await host.start(['sleep', '1000'])
console.log(host.pid, program.outsidePid)
process.stdin.resume()`

describeWith(['root', 'hosts'], 'hosts made of namespaces', () => {
  const ends: (() => Promise<void>)[] = []
  afterEach(async () => {
    await Promise.all(ends.splice(0).map((end) => end()))
  })
  const makeHost = async (name: string): Promise<Host> => {
    const host = await startHost(name)
    ends.push(host.end)
    return host
  }
  const connected = async (): Promise<{ hosts: [Host, Host]; links: [Link, Link]; network: Network }> => {
    const network = await startNetwork()
    ends.push(network.end)
    const hosts = (await Promise.all(['one', 'two'].map(makeHost))) as [Host, Host]
    const [a, b] = hosts.map((host, i) =>
      network.attach(host, { addresses: [`10.77.0.${i + 1}/24`, `fd00:77::${i + 1}/64`] }),
    )
    return { hosts, links: [a, b] as [Link, Link], network }
  }

  it('have names, machine ids, pids and files of their own', async () => {
    const [one, two] = (await Promise.all(['one', 'two'].map(makeHost))) as [Host, Host]
    expect(one.exec('hostname').trim()).toBe('one')
    const machineIds = [one, two].map((host) => host.exec('cat', '/etc/machine-id'))
    expect(new Set(machineIds).size).toBe(2)
    const program = await one.start(['sleep', '1000'])
    expect(one.exec('cat', `/proc/${program.pid}/comm`).trim()).toBe('sleep')
    one.write('/etc/only-here', 'text')
    expect(one.exec('cat', '/etc/only-here')).toBe('text')
    expect(existsSync(two.path('/etc/only-here')) || existsSync('/etc/only-here')).toBe(false)
  })

  it('reach each other over their network, unless a link is down', async () => {
    const { hosts, links } = await connected()
    const server = await hosts[0].start(serverCommand('::'))
    const port = Number(await server.ask(''))
    const client = await hosts[1].start(clientCommand())
    expect(await client.ask(`open 10.77.0.1 ${port}`)).toBe('open')
    expect(await client.ask(`open fd00:77::1 ${port}`)).toBe('open')
    const edge = `${hosts[1].processId(client.pid)} → ${hosts[0].processId(server.pid)} :${port}`
    // The server may accept a moment after its client is connected.
    const areOpen = (expected: OpenConnections) =>
      eventually('the connections', () => {
        expect(openConnections(hosts, () => true)).toEqual(expected)
        return true
      })
    await areOpen({ [edge]: 2 })
    links[0].down()
    expect(await client.ask(`leave 10.77.0.1 ${port} 100`)).toBe('left')
    links[0].up()
    expect(await client.ask('close')).toBe('closed')
    await areOpen({})
  })

  it('lose packets, and wait for slow links, when told', async () => {
    const { hosts, links } = await connected()
    const server = await hosts[0].start(serverCommand('0.0.0.0'))
    const port = Number(await server.ask(''))
    const client = await hosts[1].start(clientCommand())
    await client.ask(`open 10.77.0.1 ${port}`)
    const timed = async (bytes: number): Promise<number> => {
      const before = performance.now()
      await client.ask(`send ${bytes}`)
      return performance.now() - before
    }
    const retransmits = () =>
      Number(/retrans:\d+\/(\d+)/.exec(hosts[1].exec('ss', '-Htni', 'dport', '=', String(port)))?.[1] ?? 0)
    // The more is lost, the longer TCP waits before it repeats what was lost again. It is told to end once it has repeated.
    links[0].lose(30)
    const hasRepeated = eventually('a repetition', () => retransmits() > 0)
    // The few packets of one sending may all arrive.
    const sent = (async () => {
      while (retransmits() === 0) await timed(50_000)
    })()
    await hasRepeated
    links[0].lose(0)
    await sent
    links[1].slow(1000)
    // 50 kB are 400 kilobits, of which a burst of 4 kB may be at once.
    expect(await timed(50_000)).toBeGreaterThan(300)
    links[1].fast()
  })

  it('leave nothing behind when the process that made them is killed', async () => {
    const maker = spawn(process.execPath, ['--input-type=module', '-e', MAKER], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const [line] = (await once(createInterface({ input: maker.stdout }), 'line')) as [string]
    const pids = line.split(' ')
    expect(pids.map((pid) => existsSync(`/proc/${pid}`))).toEqual([true, true])
    maker.kill('SIGKILL')
    await eventually('their end', () => !pids.some((pid) => existsSync(`/proc/${pid}`)))
  })
})
