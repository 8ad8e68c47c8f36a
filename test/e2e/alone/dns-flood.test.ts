import { afterEach, beforeEach, expect, it } from 'vitest'
import { createNames, type Names } from '../../../src/probe/names/collector.ts'
import { makeNetns, type Program, silent, start } from '../../probe/names/support.ts'
import { eventually } from '../../support/eventually.ts'
import { makeCgroup, type TestCgroup } from '../../support/machine/cgroup.ts'
import { describeWith } from '../../support/machine/requirements.ts'

/** All at one processor, since each has a ring of its own. */
const AT_ONE = ['taskset', '--cpu-list', '0']
const ASKED = Array.from({ length: 20 }, (_, i) => ({ name: `quiet${i}.example.test`, ip: `192.0.2.${i}` }))
const zone = Object.fromEntries(
  ASKED.map(({ name, ip }) => [name, [{ name, type: 'A', ttl: 600, data: ip }]]),
)

describeWith(
  ['root', 'ebpf', 'netns'],
  'while one cgroup gets more DNS answers than there is room for',
  () => {
    const places: ReturnType<typeof makeNetns>[] = []
    const programs: Program[] = []
    let cgroup: TestCgroup
    let names: Names

    beforeEach(async () => {
      cgroup = makeCgroup('flood')
      names = createNames({
        ...{ dns: true, ebpf: true, procRoot: '/proc', env: process.env, log: silent },
        containerOf: () => undefined,
        tenancyOf: () => undefined,
        clock: { uptimeMs: () => performance.now(), nowMs: () => Date.now() },
      })
      await names.start(() => {})
    })
    afterEach(async () => {
      await names.stop()
      for (const program of programs.splice(0)) await program.end()
      for (const place of places.splice(0)) place.remove()
      await cgroup.remove()
    })

    const startIn = (label: string, before: readonly string[], file: string, ...args: string[]): Program => {
      const place = places.find(({ command }) => command.at(-1)?.endsWith(label)) ?? makeNetns(label, [])
      if (!places.includes(place)) places.push(place)
      const program = start([...before, ...AT_ONE, ...place.command], file, ...args)
      programs.push(program)
      return program
    }

    it('others get their names, and the loss is told', async () => {
      const server = startIn(`quiet-${process.pid}`, [], 'dns-server.ts', JSON.stringify(zone))
      expect(await server.nextLine()).toBe('ready')
      const client = startIn(`quiet-${process.pid}`, [], 'dns-datagrams.ts')
      await client.nextLine()
      const flood = startIn(`flood-${process.pid}`, cgroup.command, 'dns-flood.ts')
      expect(await flood.nextLine()).toBe('flooding')
      for (const { name } of ASKED) expect(await client.ask(`${name} 127.0.0.1`)).toBe(name)
      const asker = { pid: 1, startTicks: 1, comm: 'any', cgroupId: 1, netns: client.netns() }
      const found = ASKED.filter(({ name, ip }) => names.askedFor(asker, ip) === name)
      // All of them, unless this process itself gets no time to read. Without a share for each it is one in six or so.
      expect(found.length).toBeGreaterThan(ASKED.length / 2)
      await eventually('the loss to be told', () =>
        names.collect(0).status.reason.includes('were lost so far'),
      )
    })
  },
)
