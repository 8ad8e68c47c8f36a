import { execFileSync } from 'node:child_process'
import { makeNetns } from '../../support/machine/network/traffic.ts'

/** A client and a server, each on a network of its own, with a router between that translates addresses. */
export interface Router {
  /** Names of the three network namespaces. */
  readonly client: string
  readonly router: string
  readonly server: string
  /** Runs a command in the router. */
  exec(...command: string[]): string
  remove(): void
}

/** Addresses of a {@link Router}'s machines; the router has one on either side. */
export const ips = {
  client: '10.214.1.2',
  towardsClient: '10.214.1.1',
  towardsServer: '10.214.2.1',
  server: '10.214.2.2',
  client6: 'fd00:214:1::2',
  towardsClient6: 'fd00:214:1::1',
  towardsServer6: 'fd00:214:2::1',
  server6: 'fd00:214:2::2',
} as const

const ip = (...args: string[]) => execFileSync('ip', args)

const giveAddresses = (netns: string, device: string, ip4: string, ip6: string) => {
  ip('-n', netns, 'addr', 'add', `${ip4}/24`, 'dev', device)
  ip('-n', netns, 'addr', 'add', `${ip6}/64`, 'dev', device, 'nodad')
  ip('-n', netns, 'link', 'set', device, 'up')
}

/** Makes the three machines of network namespaces, with the router's connection tracking at work. */
export const makeRouter = (name: string): Router => {
  const namespaces = ['client', 'router', 'server'].map((part) => makeNetns(`${name}-${part}`))
  const [client = '', router = '', server = ''] = namespaces.map((netns) => netns.name)
  const exec = (...command: string[]) =>
    execFileSync('ip', ['netns', 'exec', router, ...command], { encoding: 'utf8', stdio: 'pipe' })
  ip('link', 'add', 'eth0', 'netns', client, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', router)
  ip('link', 'add', 'eth1', 'netns', router, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', server)
  giveAddresses(client, 'eth0', ips.client, ips.client6)
  giveAddresses(router, 'eth0', ips.towardsClient, ips.towardsClient6)
  giveAddresses(router, 'eth1', ips.towardsServer, ips.towardsServer6)
  giveAddresses(server, 'eth0', ips.server, ips.server6)
  for (const [netns, via, via6] of [
    [client, ips.towardsClient, ips.towardsClient6],
    [server, ips.towardsServer, ips.towardsServer6],
  ] as const) {
    ip('-n', netns, 'route', 'add', 'default', 'via', via)
    ip('-n', netns, '-6', 'route', 'add', 'default', 'via', via6)
  }
  exec('sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1')
  return {
    ...{ client, router, server, exec },
    remove: () => {
      for (const netns of namespaces) netns.remove()
    },
  }
}
