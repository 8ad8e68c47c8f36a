import { describe, expect, it } from 'vitest'
import { ExitedEnds } from '../../../../src/probe/connections/table/accounting/exited/exited-processes.ts'
import { Tally } from '../../../../src/probe/connections/table/accounting/tally.ts'
import {
  type TallyIdentity,
  tallyKey,
} from '../../../../src/probe/connections/table/accounting/tally-identity.ts'
import { ExitedNodes } from '../../../../src/probe/connections/telling/exited-nodes.ts'
import type { ProcessRef } from '../../../../src/probe/process/directory.ts'
import type { ReportNode } from '../../../../src/report/schema.ts'
import { processRef } from '../support.ts'

const identity = {
  client: processRef(1, 'curl'),
  server: processRef(2, 'sshd'),
  serverIp: '10.0.0.2',
  serverPort: 22,
  netns: 0,
}
const tallyOf = (more: Partial<TallyIdentity>, ends = new ExitedEnds()): Tally => {
  const whole = { ...identity, ...more }
  const tally = new Tally({ id: 'c1', key: tallyKey(whole), remotes: 'r', identity: whole, sinceMs: 0 })
  const { exitedClients, exitedServers } = whole
  if (exitedClients !== undefined) tally.clients = ends.hold('client', exitedClients, undefined)
  if (exitedServers !== undefined) tally.servers = ends.hold('server', exitedServers, undefined)
  return tally
}

/** A node of its own for each process, but for those that nothing is known of. */
const nodesOf = (...unknown: readonly number[]) =>
  new ExitedNodes('h', {
    nodeOf: ({ pid, comm }: ProcessRef): ReportNode | undefined =>
      unknown.includes(pid)
        ? undefined
        : {
            id: `h;${pid}`,
            topology: 'process',
            name: comm,
            facts: { pid, host_node_id: 'h;<host>', systemd_unit: 'cron.service', exited: true },
            parents: { host: ['h;<host>'], container: ['c;<container>'] },
            controls: ['kill'],
          },
  })

describe('the node of the exited processes that a tally stands for', () => {
  it('has what they share, and how many they are', () => {
    const tally = tallyOf({ exitedClients: 'curl here' })
    for (const pid of [1, 3, 3]) tally.meet({ client: processRef(pid), server: identity.server })
    expect(nodesOf().nodeOf(tally, 'client')).toEqual({
      id: expect.stringMatching(/^h;exited;[0-9a-f]{16}$/),
      topology: 'process',
      name: 'curl',
      facts: { host_node_id: 'h;<host>', systemd_unit: 'cron.service', exited: true, exited_count: 2 },
      parents: { host: ['h;<host>'], container: ['c;<container>'] },
      controls: [],
    })
  })

  it('is one for each end that is not a single process', () => {
    const [clients, servers, both] = [
      tallyOf({ exitedClients: 'curl here' }),
      tallyOf({ exitedServers: 'sshd here' }),
      tallyOf({ exitedClients: 'curl here', exitedServers: 'sshd here' }),
    ]
    const nodes = nodesOf()
    const names = (tally: Tally) =>
      (['client', 'server'] as const).map((role) => nodes.nodeOf(tally, role)?.name)
    expect([clients, servers, both].map(names)).toEqual([
      ['curl', undefined],
      [undefined, 'sshd'],
      ['curl', 'sshd'],
    ])
    expect(nodes.idOf(clients, 'server')).toBeUndefined()
    expect(nodes.idOf(both, 'client')).toBe(nodes.idOf(clients, 'client'))
    expect(nodes.idOf(both, 'server')).toBe(nodes.idOf(servers, 'server'))
  })

  it('is the same whoever is at the other end, and counts each process once', () => {
    const ends = new ExitedEnds()
    const [one, other] = ['10.0.0.1', '10.0.0.2'].map((clientIp) =>
      tallyOf({ exitedServers: 'nginx here', clientIp }, ends),
    ) as [Tally, Tally]
    const nodes = nodesOf()
    for (const pid of [2, 3]) one.meet({ server: processRef(pid) })
    const before = nodes.nodeOf(one, 'server')
    for (const pid of [3, 4]) other.meet({ server: processRef(pid) })
    expect(nodes.nodeOf(other, 'server')).toEqual({
      ...before,
      facts: { ...before?.facts, exited_count: 3 },
    })
    expect(nodes.nodeOf(one, 'server')).toEqual(nodes.nodeOf(other, 'server'))
  })

  it('is another for clients than for servers of the same name, so that no edge is from a node to itself', () => {
    const tally = tallyOf({ exitedClients: 'busybox here', exitedServers: 'busybox here' })
    const nodes = nodesOf()
    expect(nodes.idOf(tally, 'client')).not.toBe(nodes.idOf(tally, 'server'))
  })

  it('has the same id after the probe was started again', () => {
    const [one, again] = [tallyOf({ exitedClients: 'curl here' }), tallyOf({ exitedClients: 'curl here' })]
    const id = nodesOf().idOf(one, 'client')
    expect(nodesOf().idOf(again, 'client')).toBe(id)
    expect(nodesOf().idOf(tallyOf({ exitedClients: 'curl there' }), 'client')).not.toBe(id)
  })

  it('is none when nothing is known of the processes', () => {
    expect(nodesOf(1).nodeOf(tallyOf({ exitedClients: 'curl here' }), 'client')).toBeUndefined()
  })
})
